//! Checks of OCR lines as municipalities define them: `[[check]] ocr_line`, a field whose text is made
//! of segments of fixed lengths, with check digits over some of them.

use super::codes;
use super::keys;
use super::reader::Keys;
use super::source::Document;
use crate::barcode::ocr_line::{Algorithm, Pad, Part, Template};
use crate::model::{FieldIndex, Schema, Value};
use std::fmt::Write as _;
use std::ops::Range;

/// Segments of a line at most.
const SEGMENTS_MAX: usize = 60;
/// Characters of a segment at most.
const LENGTH_MAX: usize = 255;

/// What a line is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcrLine {
    template: Template,
    segments: Vec<Segment>,
    /// The segment of each value of the template.
    values: Vec<usize>,
}

/// A segment of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// The same in every line.
    Text,
    /// What a field says.
    Field {
        /// The field.
        field: FieldIndex,
        /// Whether a date has two digits of its year only.
        short: bool,
    },
    /// Anything.
    Any,
    /// Check digits.
    Check,
}

/// Why a line is not what its segments say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OcrFault {
    /// It has another length.
    Length {
        /// How many characters it has.
        found: usize,
        /// How many it must have.
        wanted: usize,
    },
    /// A segment says something else than it must.
    Segment {
        /// What it is.
        segment: Segment,
        /// Where it stands, from 0.
        place: Range<usize>,
    },
    /// A value does not fit its segment, or check digits cannot be computed.
    Values,
}

impl OcrLine {
    /// What is wrong with a line, when `value` says what the record's fields are.
    ///
    /// # Errors
    /// The first fault.
    pub fn judge<'v>(
        &self,
        line: &str,
        value: impl Fn(FieldIndex) -> Value<'v>,
    ) -> Result<(), OcrFault> {
        let wanted = self.template.length();
        if line.len() != wanted || !line.is_ascii() {
            return Err(OcrFault::Length { found: line.chars().count(), wanted });
        }
        let said = |&segment: &usize| match self.segments[segment] {
            Segment::Field { field, short } => text_of(value(field), short),
            _ => line[self.template.place(segment)].to_owned(),
        };
        let values: Vec<String> = self.values.iter().map(said).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let mut right = String::with_capacity(wanted);
        self.template.write(&values, &mut right).map_err(|_| OcrFault::Values)?;
        let places = (0..self.segments.len()).map(|n| (self.segments[n], self.template.place(n)));
        let mut wrong = places.filter(|(_, place)| line[place.clone()] != right[place.clone()]);
        let first = wrong.next();
        first.map_or(Ok(()), |(segment, place)| Err(OcrFault::Segment { segment, place }))
    }

    /// The fields that it reads.
    pub fn fields(&self) -> impl Iterator<Item = FieldIndex> + '_ {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Field { field, .. } => Some(*field),
            _ => None,
        })
    }
}

/// What a value is in a line: bare digits, dates as `YYYYMMDD` or `YYMMDD`.
fn text_of(value: Value<'_>, short: bool) -> String {
    let mut text = String::new();
    // A String takes everything, so writing to it cannot fail.
    let _always_ok = match value {
        Value::Empty => Ok(()),
        Value::Text(said) => write!(text, "{said}"),
        Value::Yen(yen) => write!(text, "{}", yen.0),
        Value::Int(n) => write!(text, "{n}"),
        Value::Decimal(n) => write!(text, "{}", n.unscaled),
        Value::Date(day) => {
            let (year, month, at) = (day.year(), day.month(), day.day());
            if short {
                write!(text, "{:02}{month:02}{at:02}", year.rem_euclid(100))
            } else {
                write!(text, "{year:04}{month:02}{at:02}")
            }
        }
        Value::Flag(flag) => write!(text, "{}", i32::from(flag)),
    };
    text
}

/// Reads `segments = [{ … }, …]`.
pub(super) fn read<'d>(doc: &'d Document<'d>, keys: &Keys<'d>, schema: &Schema) -> Option<OcrLine> {
    keys.need("segments")?;
    let nodes = keys.tables("segments");
    if nodes.is_empty() || nodes.len() > SEGMENTS_MAX {
        keys.blame("segments", format!("a line has 1 to {SEGMENTS_MAX} segments"));
        return None;
    }
    let (mut parts, mut segments, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (n, node) in nodes.iter().enumerate() {
        let keys = Keys::open_value(doc, "segments", keys::OCR_SEGMENT, node)?;
        let (part, segment) = one(&keys, schema, values.len())?;
        if matches!(part, Part::Value { .. }) {
            values.push(n);
        }
        parts.push(part);
        segments.push(segment);
    }
    match Template::new(parts) {
        Ok(template) => Some(OcrLine { template, segments, values }),
        Err(error) => {
            keys.blame("segments", format!("no line can be made of these: {error}"));
            None
        }
    }
}

const ALGORITHMS: &[&str] = &[
    "mod10w31",
    "mod10w21",
    "mod10plain",
    "mod11w2-7",
    "mod11w2-10",
    "mod11plain",
    "7dr",
    "7dsr",
    "9dr",
    "9dsr",
    "97",
    "97c",
    "yucho-mt",
];

fn one(keys: &Keys<'_>, schema: &Schema, value: usize) -> Option<(Part, Segment)> {
    let given: Vec<&str> =
        ["text", "field", "any", "check"].into_iter().filter(|key| keys.has(key)).collect();
    let [kind] = given.as_slice() else {
        let message = "a segment is exactly one of `text`, `field`, `any`, `check`";
        keys.doc.push(keys.doc.error(codes::CHECK, keys.span(), message));
        return None;
    };
    let length = |key: &str| keys.whole(key, 1..=LENGTH_MAX);
    match *kind {
        "text" => Some((Part::Literal(keys.text("text")?.text.to_owned()), Segment::Text)),
        "any" => {
            let part = Part::Value { value, length: length("any")?, pad: Pad::None };
            Some((part, Segment::Any))
        }
        "field" => {
            let field = super::schema::field(keys.need_text("field")?, schema)?;
            keys.need("length")?;
            let byte = |key| {
                let text = keys.text(key)?;
                let byte = (text.text.len() == 1).then(|| text.text.as_bytes()[0]);
                if byte.is_none() {
                    keys.blame(key, format!("`{key}` is one character"));
                }
                byte
            };
            let pad = match (byte("pad"), byte("pad_behind")) {
                (Some(byte), _) => Pad::Front(byte),
                (None, Some(byte)) => Pad::Behind(byte),
                (None, None) => Pad::None,
            };
            let part = Part::Value { value, length: length("length")?, pad };
            let short = keys.flag("short").unwrap_or(false);
            Some((part, Segment::Field { field, short }))
        }
        _ => {
            let words: Vec<(&str, Algorithm)> = ALGORITHMS
                .iter()
                .filter_map(|name| Some((*name, Algorithm::named(name)?)))
                .collect();
            let algorithm = keys.word("check", &words)?;
            keys.need("over")?;
            let over = keys.array("over")?.iter().map(|item| {
                super::reader::whole(keys.doc, "over", item, 1..=SEGMENTS_MAX).map(|n| n - 1)
            });
            let over = over.collect::<Option<Vec<usize>>>()?;
            Some((Part::Check { algorithm, over }, Segment::Check))
        }
    }
}
