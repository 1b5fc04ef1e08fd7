//! Streams of a file, decoded by lopdf as far as they are no pictures with a coding of their own.

use super::file::File;
use super::{Outcome, Refusal};
use lopdf::{Dictionary, Error, Object, Stream};

/// Filters of one stream.
const FILTERS_MAX: usize = 8;
/// Bytes of a row of samples that is predicted from the one above.
const ROW_MAX: i64 = 1 << 20;

/// Filters, the short names that some programs write, and whether a picture is decoded by the press.
const FILTERS: [(&str, &str, bool); 9] = [
    ("FlateDecode", "Fl", false),
    ("LZWDecode", "LZW", false),
    ("ASCII85Decode", "A85", false),
    ("ASCIIHexDecode", "AHx", false),
    ("RunLengthDecode", "RL", false),
    ("DCTDecode", "DCT", true),
    ("CCITTFaxDecode", "CCF", true),
    ("JPXDecode", "JPXDecode", true),
    ("JBIG2Decode", "JBIG2Decode", true),
];

/// A filter of a stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Coding {
    pub(super) name: &'static str,
    /// Whether it is for pictures, and undone by the press.
    pub(super) of_image: bool,
    pub(super) parameters: Option<Dictionary>,
}

impl File {
    /// The filters of a stream, in the order in which they are undone.
    pub(super) fn codings(&self, dictionary: &Dictionary) -> Outcome<Vec<Coding>> {
        let items = |key: &str| -> Vec<&Object> {
            match self.value(dictionary, key) {
                Object::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
                Object::Null => Vec::new(),
                one => vec![one],
            }
        };
        let (filters, parameters) = (items("Filter"), items("DecodeParms"));
        if filters.len() > FILTERS_MAX {
            return Err(Refusal::broken("a stream has too many filters"));
        }
        let coding = |(n, filter): (usize, &&Object)| {
            let filter = filter.as_name().unwrap_or_default();
            let known = FILTERS
                .iter()
                .find(|(name, short, _)| filter == name.as_bytes() || filter == short.as_bytes());
            let &(name, _, of_image) = known.ok_or_else(|| {
                let filter = String::from_utf8_lossy(filter);
                Refusal::broken(format!("a stream has a filter that is not known: `{filter}`"))
            })?;
            let own = parameters.get(n).and_then(|own| own.as_dict().ok());
            Ok(Coding { name, of_image, parameters: own.cloned() })
        };
        filters.iter().enumerate().map(coding).collect()
    }

    /// Decodes a stream up to the filter of a picture; gives how many filters were undone.
    pub(super) fn decode(&self, stream: &Stream, codings: &[Coding]) -> Outcome<(Vec<u8>, usize)> {
        let undone = codings.iter().position(|coding| coding.of_image).unwrap_or(codings.len());
        if undone + 1 < codings.len() {
            return Err(Refusal::broken("a stream has a picture's filter before others"));
        }
        if stream.content.is_empty() || undone == 0 {
            self.reserve(stream.content.len())?;
            return Ok((stream.content.clone(), undone));
        }
        let mut plain = Dictionary::new();
        let names = codings[..undone].iter().map(|coding| Object::from(coding.name));
        plain.set("Filter", names.collect::<Vec<Object>>());
        let mut rows = None;
        let mut parameters = Vec::new();
        for coding in &codings[..undone] {
            let own = match &coding.parameters {
                Some(own) => Object::Dictionary(self.predictor(own, &mut rows)?),
                None => Object::Null,
            };
            parameters.push(own);
        }
        plain.set("DecodeParms", parameters);
        let encoded = Stream { dict: plain, ..stream.clone() };
        let left = self.left();
        let decoded =
            encoded.decompressed_content_with_limit(left).map_err(|error| match error {
                Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => {
                    Refusal::too_large()
                }
                _ => Refusal::broken("a stream is damaged"),
            })?;
        self.reserve(decoded.len())?;
        let flate = codings[0].name == "FlateDecode" && undone == 1;
        // lopdf makes the best of what is damaged.
        if flate && !is_sound(&stream.content, &decoded, rows) {
            return Err(Refusal::broken("a stream is damaged"));
        }
        Ok((decoded, undone))
    }

    /// The parameters of a filter without references; `rows` becomes the bytes of a row.
    fn predictor(&self, own: &Dictionary, rows: &mut Option<usize>) -> Outcome<Dictionary> {
        let strange = || Refusal::broken("a stream has a predictor that cannot be");
        let number = |key: &str, default: i64| match self.value(own, key) {
            Object::Null => Ok(default),
            value => value.as_i64().map_err(|_| strange()),
        };
        let (columns, colors) = (number("Columns", 1)?, number("Colors", 1)?);
        let (bits, predictor) = (number("BitsPerComponent", 8)?, number("Predictor", 1)?);
        let early = number("EarlyChange", 1)?;
        if predictor > 1 {
            let sound = matches!(bits, 1 | 2 | 4 | 8 | 16)
                && (1..=32).contains(&colors)
                && (1..=ROW_MAX).contains(&columns)
                && matches!(predictor, 2 | 10..=15);
            if !sound {
                return Err(strange());
            }
            if predictor >= 10 {
                let row = (columns * colors * bits).unsigned_abs().div_ceil(8);
                *rows = usize::try_from(row).ok();
            }
        }
        let mut plain = Dictionary::new();
        for (key, value) in [
            ("Columns", columns),
            ("Colors", colors),
            ("BitsPerComponent", bits),
            ("Predictor", predictor),
            ("EarlyChange", early),
        ] {
            plain.set(key, value);
        }
        Ok(plain)
    }

    /// The whole content of a stream that is no picture.
    pub(super) fn decoded(&self, stream: &Stream) -> Outcome<Vec<u8>> {
        if stream.dict.get(b"F").is_ok() {
            return Err(Refusal::external());
        }
        let codings = self.codings(&stream.dict)?;
        let (content, undone) = self.decode(stream, &codings)?;
        if undone < codings.len() {
            return Err(Refusal::broken("a stream of operators is coded as a picture"));
        }
        Ok(content)
    }
}

/// Whether a compressed stream is sound to its last byte, given what it became, and the bytes of a
/// row when a byte before each row says how it was predicted.
fn is_sound(data: &[u8], decoded: &[u8], rows: Option<usize>) -> bool {
    let signs = rows.map_or(0, |row| decoded.len().div_ceil(row));
    let mut out = vec![0; decoded.len() + signs];
    let found = libdeflater::Decompressor::new().zlib_decompress(data, &mut out);
    found.is_ok_and(|len| len == out.len())
}
