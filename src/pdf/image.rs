//! Images of a build (seals, logos): a PNG file turned into what a black plate can show. Pure
//! black and white becomes a mask of one bit, which any RIP sets as sharply as a letter.

use super::Deflater;
use crate::diag::{Code, Diagnostic, Findings, Place};
use png::{ColorType, Transformations};

const NOT_AN_IMAGE: Code = Code("E701");
const TOO_LARGE: Code = Code("E702");

/// Widest and highest image: an A3 side at 1200 dots an inch.
const SIDE_MAX: u32 = 20_000;
/// Most memory that decoding may take.
const BYTES_MAX: usize = 1 << 28;

/// An image, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Width in samples.
    pub width: u32,
    /// Height in samples.
    pub height: u32,
    /// Whether it is a mask of one bit a sample (black where 0); else eight bits of grey.
    pub is_mask: bool,
    compressed: Vec<u8>,
}

impl Image {
    /// The image in a PNG file; `file` names it in findings. Colours become grey by their
    /// luminance (ITU-R BT.601) and what is transparent becomes paper.
    ///
    /// # Errors
    /// `E701` when it is no PNG file or a broken one, `E702` when it is too large.
    pub fn from_png(file: &str, data: &[u8]) -> Result<Self, Findings> {
        let (width, height, grey) = decode(data).map_err(|(code, message)| {
            let hint = if code == TOO_LARGE { "scale it down" } else { "save it again as PNG" };
            Findings::from(Diagnostic::error(code, message).at(Place::file(file)).hint(hint))
        })?;
        let is_mask = grey.iter().all(|&sample| sample == 0 || sample == u8::MAX);
        let mut deflater = Deflater::for_once();
        let compressed = if is_mask {
            deflater.deflate(&bits(&grey, width as usize)).to_vec()
        } else {
            deflater.deflate(&grey).to_vec()
        };
        Ok(Self { width, height, is_mask, compressed })
    }

    pub(super) fn data(&self) -> &[u8] {
        &self.compressed
    }

    /// The entries of its dictionary (ISO 32000-1, table 89).
    pub(super) fn entries(&self) -> String {
        let Self { width, height, is_mask, compressed: _ } = self;
        let samples = if *is_mask {
            "/ImageMask true/BitsPerComponent 1"
        } else {
            "/ColorSpace/DeviceGray/BitsPerComponent 8"
        };
        format!(
            "/Type/XObject/Subtype/Image/Width {width}/Height {height}{samples}/Filter/FlateDecode"
        )
    }
}

type Failure = (Code, String);

/// Width, height and grey samples.
fn decode(data: &[u8]) -> Result<(u32, u32, Vec<u8>), Failure> {
    let broken = |error: png::DecodingError| match error {
        png::DecodingError::LimitsExceeded => {
            (TOO_LARGE, "the image takes too much memory".to_owned())
        }
        error => (NOT_AN_IMAGE, format!("not a PNG image: {error}")),
    };
    let limits = png::Limits { bytes: BYTES_MAX };
    let mut decoder = png::Decoder::new_with_limits(std::io::Cursor::new(data), limits);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if width > SIDE_MAX || height > SIDE_MAX {
        let message = format!("the image is {width} x {height} samples: at most {SIDE_MAX} a side");
        return Err((TOO_LARGE, message));
    }
    let size = reader.output_buffer_size().filter(|&size| size <= BYTES_MAX);
    let size = size.ok_or_else(|| (TOO_LARGE, "the image takes too much memory".to_owned()))?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(broken)?;
    samples.truncate(frame.buffer_size());
    let grey = match frame.color_type {
        ColorType::Grayscale => samples,
        ColorType::GrayscaleAlpha => {
            samples.chunks_exact(2).map(|s| on_paper(s[0], s[1])).collect()
        }
        ColorType::Rgb => samples.chunks_exact(3).map(luminance).collect(),
        ColorType::Rgba => {
            samples.chunks_exact(4).map(|s| on_paper(luminance(&s[..3]), s[3])).collect()
        }
        ColorType::Indexed => {
            return Err((NOT_AN_IMAGE, "not a PNG image: its palette is missing".to_owned()));
        }
    };
    Ok((width, height, grey))
}

fn luminance(rgb: &[u8]) -> u8 {
    let [red, green, blue] = [0, 1, 2].map(|n| u32::from(rgb[n]));
    weighed(red * 299 + green * 587 + blue * 114, 1000)
}

/// A grey of some opacity over white paper.
fn on_paper(grey: u8, alpha: u8) -> u8 {
    let (grey, alpha) = (u32::from(grey), u32::from(alpha));
    weighed(grey * alpha + 255 * (255 - alpha), 255)
}

fn weighed(sum: u32, weight: u32) -> u8 {
    let rounded = crate::measure::div_round(i64::from(sum), i64::from(weight));
    u8::try_from(rounded).expect("a weighted mean of bytes is a byte")
}

/// One bit a sample, rows padded to whole bytes: 0 paints.
fn bits(grey: &[u8], width: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(grey.len().div_ceil(8));
    for row in grey.chunks_exact(width.max(1)) {
        for eight in row.chunks(8) {
            let byte = eight.iter().fold(0, |bits, &sample| bits << 1 | (sample >> 7));
            out.push(byte << (8 - eight.len()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, color: ColorType, samples: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(color);
        let mut writer = encoder.write_header().expect("a vector takes everything");
        writer.write_image_data(samples).expect("a vector takes everything");
        writer.finish().expect("a vector takes everything");
        out
    }

    #[track_caller]
    fn case(color: ColorType, samples: &[u8], expected: (bool, &[u8])) {
        let image = Image::from_png("seal.png", &png(3, 1, color, samples)).expect("an image");
        let mut out = [0; 3];
        let mut inflater = libdeflater::Decompressor::new();
        let len = inflater.zlib_decompress(&image.compressed, &mut out).expect("a zlib stream");
        assert_eq!((image.is_mask, &out[..len]), expected);
    }

    #[test]
    fn images_become_what_a_black_plate_shows() {
        case(ColorType::Grayscale, &[0, 255, 0], (true, &[0b0100_0000]));
        case(ColorType::Grayscale, &[0, 128, 255], (false, &[0, 128, 255]));
        case(ColorType::Rgb, &[255, 0, 0, 0, 255, 0, 0, 0, 255], (false, &[76, 150, 29]));
        case(ColorType::GrayscaleAlpha, &[0, 255, 0, 0, 0, 128], (false, &[0, 255, 127]));
        let ink = [0, 0, 0, 255, 9, 9, 9, 0, 0, 0, 0, 255];
        case(ColorType::Rgba, &ink, (true, &[0b0100_0000]));
    }

    #[test]
    fn what_is_no_image_is_a_finding() {
        let code = |data: &[u8]| {
            let findings = Image::from_png("seal.png", data).expect_err("refused");
            findings.iter().map(|finding| finding.code.0).collect::<String>()
        };
        assert_eq!(code(b""), "E701");
        assert_eq!(code(b"GIF89a"), "E701");
        let good = png(3, 1, ColorType::Grayscale, &[1, 2, 3]);
        assert_eq!(code(&good[..good.len() - 20]), "E701");
        let wide = png(SIDE_MAX + 1, 1, ColorType::Grayscale, &vec![0; SIDE_MAX as usize + 1]);
        assert_eq!(code(&wide), "E702");
    }
}
