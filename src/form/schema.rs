//! Reads the fields of records and rows, and the checks on them.

use super::Check;
use super::codes;
use super::keys;
use super::mandatory;
use super::names::{Kind, Names, may_be_field};
use super::nearest::nearest;
use super::reader::{self, Entry, Keys, Node};
use super::source::{Document, TomlText};
use super::table::row_condition;
use crate::model::schema::FieldKind;
use crate::model::{Field, FieldIndex, Schema};

/// Fields of a record or row, at most.
const FIELDS_MAX: usize = 1_000;

/// What amounts are rounded down to, at most.
const STEP_MAX: i64 = 1_000_000_000;

/// The types of fields, and the keys that mean something to each.
pub(super) const TYPES: &[(&str, &[&str])] = &[
    ("text", &["max"]),
    ("digits", &["min", "max"]),
    ("postcode", &[]),
    ("yen", &["min", "max", "step"]),
    ("int", &["min", "max", "step"]),
    ("decimal", &["scale"]),
    ("date", &[]),
    ("flag", &[]),
    ("choice", &["of"]),
];

/// Adds the fields of a table to `fields`; an id that is there already is a finding.
pub(super) fn fields<'d>(doc: &'d Document<'d>, entries: &[Entry<'d>], fields: &mut Vec<Field>) {
    for entry in entries {
        let span = entry.start..entry.end;
        if fields.iter().any(|field| field.id == entry.name) {
            let message = format!("the field `{}` is declared twice", entry.name);
            doc.push(doc.error(codes::DUPLICATE, span, message));
            continue;
        }
        if !may_be_field(entry.name) {
            let message = format!("`{}` cannot be a field's id", entry.name);
            let hint =
                "ids are lower-case ASCII words such as `notice_no`, and no word of templates";
            doc.push(doc.error(codes::BAD_VALUE, span.clone(), message).hint(hint));
        }
        if fields.len() >= FIELDS_MAX {
            let message = format!("a record has at most {FIELDS_MAX} fields");
            doc.push(doc.error(codes::BAD_VALUE, span, message));
            return;
        }
        let Some(keys) = Keys::open_value(doc, "a field", keys::FIELD, entry.value) else {
            continue;
        };
        let kind = kind(&keys);
        let ja = keys.need_text("ja").map_or(entry.name, |ja| ja.text);
        let sample = keys.text("sample").map(|sample| sample.text);
        if mandatory::is_my_number(entry.name, ja, sample) {
            doc.push(mandatory::refusal(doc.error(codes::MY_NUMBER, span, mandatory::REFUSED)));
        }
        fields.push(Field {
            id: entry.name.to_owned(),
            ja: ja.to_owned(),
            // A wrong type was reported; any kind will do to look at the rest of the form.
            kind: kind.unwrap_or(FieldKind::Text { max: 200 }),
            required: keys.flag("required").unwrap_or(false),
            unique: keys.flag("unique").unwrap_or(false),
            sample: sample.map(str::to_owned),
        });
    }
}

fn kind(keys: &Keys<'_>) -> Option<FieldKind> {
    let value = keys.need("type")?;
    let names: Vec<(&str, &str)> = TYPES.iter().map(|(name, _)| (*name, *name)).collect();
    let name = reader::word(keys.doc, "type", value, &names)?;
    let fitting = TYPES.iter().find(|(ty, _)| *ty == name).map_or(&[][..], |(_, keys)| keys);
    for key in ["min", "max", "step", "scale", "of"] {
        if keys.has(key) && !fitting.contains(&key) {
            keys.blame(key, format!("`{key}` means nothing to a field of type `{name}`"));
        }
    }
    let whole = |key: &str, default| keys.whole(key, i64::MIN..=i64::MAX).unwrap_or(default);
    let count = |key: &str, default: u32| keys.whole(key, 1..=10_000).unwrap_or(default);
    let step = || keys.whole("step", 1..=STEP_MAX).unwrap_or(1);
    let kind = match name {
        "text" => FieldKind::Text { max: count("max", 200) },
        "digits" => FieldKind::Digits { min: count("min", 1), max: count("max", 40) },
        "postcode" => FieldKind::Postcode,
        "yen" => {
            FieldKind::Yen { min: whole("min", 0), max: whole("max", 99_999_999_999), step: step() }
        }
        "int" => FieldKind::Int { min: whole("min", 0), max: whole("max", i64::MAX), step: step() },
        "decimal" => FieldKind::Decimal { scale: keys.whole("scale", 0..=9).unwrap_or(2) },
        "date" => FieldKind::Date,
        "flag" => FieldKind::Flag,
        _ => {
            keys.need("of")?;
            let of: Vec<String> = keys.texts("of").iter().map(|t| t.text.to_owned()).collect();
            if of.is_empty() || of.iter().any(String::is_empty) {
                keys.blame("of", "a choice lists its texts, none of them empty");
            }
            FieldKind::Choice(of)
        }
    };
    let turned = match kind {
        FieldKind::Digits { min, max } => min > max,
        FieldKind::Yen { min, max, .. } | FieldKind::Int { min, max, .. } => min > max,
        _ => false,
    };
    if turned {
        keys.blame("max", "`max` is below `min`");
    }
    Some(kind)
}

/// The record field that a text names.
pub(super) fn field(text: TomlText<'_>, schema: &Schema) -> Option<FieldIndex> {
    index(text, schema.field(text.text), &schema.fields, "field")
}

fn row_field(text: TomlText<'_>, schema: &Schema) -> Option<FieldIndex> {
    index(text, schema.row_field(text.text), &schema.rows, "row field")
}

fn index(
    text: TomlText<'_>,
    found: Option<FieldIndex>,
    fields: &[Field],
    what: &str,
) -> Option<FieldIndex> {
    if found.is_none() {
        let message = format!("unknown {what}: `{}`", text.text);
        let finding = text.error(codes::UNKNOWN_NAME, 0..text.text.len(), message);
        text.push(match nearest(text.text, fields.iter().map(|field| field.id.as_str())) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => finding,
        });
    }
    found
}

/// Requires the kind of a field for a check.
fn of_kind(text: TomlText<'_>, field: &Field, kinds: &[Kind]) -> Option<()> {
    let kind = Kind::of(&field.kind);
    if kinds.contains(&kind) {
        return Some(());
    }
    let wanted: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
    let message =
        format!("`{}` is {}; this check wants {}", field.id, kind.word(), wanted.join(" or "));
    text.push(text.error(codes::CHECK, 0..text.text.len(), message));
    None
}

const NUMBERS: &[Kind] = &[Kind::Yen, Kind::Int];

/// Reads `[[check]]`.
pub(super) fn check<'d>(
    doc: &'d Document<'d>,
    node: &'d Node<'d>,
    names: &Names<'_>,
) -> Option<Check> {
    const KINDS: [&str; 11] = [
        "sum",
        "rows_sum",
        "ascending",
        "rows_when_positive",
        "exactly_one",
        "required_when",
        "postcode",
        "check_digit",
        "date",
        "ocr_line",
        "honorific",
    ];
    let keys = Keys::open_value(doc, "[[check]]", keys::CHECK, node)?;
    let given: Vec<&str> = KINDS.into_iter().filter(|kind| keys.has(kind)).collect();
    let kind = match given.as_slice() {
        [kind] => *kind,
        [] if keys.has("name") => "honorific",
        _ => {
            let message = "a check says exactly one thing";
            let hint = format!("one of {}", reader::join(KINDS.into_iter()));
            doc.push(doc.error(codes::CHECK, keys.span(), message).hint(hint));
            return None;
        }
    };
    let read = Reading { keys, schema: names.schema };
    match kind {
        "sum" => {
            let terms = read.terms("sum");
            let (equals, floor) = (read.one("equals", NUMBERS)?, read.floor()?);
            let (terms, less) = terms?;
            Some(Check::Sum { terms, less, floor, equals })
        }
        "rows_sum" => {
            let term = read.row("rows_sum", NUMBERS);
            let when = match keys.get("when") {
                Some(value) => Some(row_condition(doc, value, names)?),
                None => None,
            };
            let (equals, floor) = (read.one("equals", NUMBERS)?, read.floor()?);
            Some(Check::RowsSum { equals, term: term?, when, floor })
        }
        "ascending" => Some(Check::Ascending { fields: read.list("ascending", &[Kind::Date])? }),
        "rows_when_positive" => {
            if names.schema.rows.is_empty() {
                keys.blame("rows_when_positive", "the form has no `[input.rows]`");
            }
            Some(Check::RowsWhenPositive { amount: read.one("rows_when_positive", NUMBERS)? })
        }
        "exactly_one" => Some(Check::ExactlyOne { fields: read.list("exactly_one", &[])? }),
        "required_when" => read.required_when(),
        "postcode" => read.postcode(),
        "check_digit" => read.check_digit(),
        "date" => super::dates::read(doc, &read.keys, names),
        "ocr_line" => {
            let field = read.one("ocr_line", &[Kind::Digits, Kind::Text]);
            let line = super::ocr_line::read(doc, &read.keys, names.schema);
            Some(Check::OcrLine { field: field?, line: Box::new(line?) })
        }
        _ => {
            let honorific = match keys.text("honorific") {
                Some(text) if text.text != "tenant" => Some(read.record(text, &[Kind::Text])?),
                _ => None,
            };
            Some(Check::Honorific { name: read.one("name", &[Kind::Text])?, honorific })
        }
    }
}

/// A check being read.
struct Reading<'d, 'n> {
    keys: Keys<'d>,
    schema: &'n Schema,
}

impl Reading<'_, '_> {
    /// A record field of one of `kinds` (of any kind when empty).
    fn one(&self, key: &str, kinds: &[Kind]) -> Option<FieldIndex> {
        self.record(self.keys.need_text(key)?, kinds)
    }

    fn record(&self, text: TomlText<'_>, kinds: &[Kind]) -> Option<FieldIndex> {
        let index = field(text, self.schema)?;
        if !kinds.is_empty() {
            of_kind(text, &self.schema.fields[usize::from(index)], kinds)?;
        }
        Some(index)
    }

    fn row(&self, key: &str, kinds: &[Kind]) -> Option<FieldIndex> {
        let text = self.keys.need_text(key)?;
        let index = row_field(text, self.schema)?;
        of_kind(text, &self.schema.rows[usize::from(index)], kinds)?;
        Some(index)
    }

    /// Fields that are added, and those that are taken away: `-b`.
    fn terms(&self, key: &str) -> Option<(Vec<FieldIndex>, Vec<FieldIndex>)> {
        self.keys.need(key)?;
        let texts = self.keys.texts(key);
        let (mut terms, mut less) = (Vec::new(), Vec::new());
        for text in &texts {
            if text.text.starts_with('-') {
                less.extend(self.record(text.part(1..text.text.len()), NUMBERS));
            } else {
                terms.extend(self.record(*text, NUMBERS));
            }
        }
        if texts.is_empty() {
            self.keys.blame(key, format!("`{key}` lists no field"));
        }
        (!texts.is_empty() && terms.len() + less.len() == texts.len()).then_some((terms, less))
    }

    /// What a sum is rounded down to.
    fn floor(&self) -> Option<i64> {
        if self.keys.has("floor") { self.keys.whole("floor", 1..=STEP_MAX) } else { Some(1) }
    }

    /// At least one record field.
    fn list(&self, key: &str, kinds: &[Kind]) -> Option<Vec<FieldIndex>> {
        self.keys.need(key)?;
        let texts = self.keys.texts(key);
        let fields: Vec<FieldIndex> =
            texts.iter().filter_map(|text| self.record(*text, kinds)).collect();
        if texts.is_empty() {
            self.keys.blame(key, format!("`{key}` lists no field"));
        }
        (!fields.is_empty() && fields.len() == texts.len()).then_some(fields)
    }

    fn required_when(&self) -> Option<Check> {
        let doc = self.keys.doc;
        let value = self.keys.need("required_when")?;
        let when = Keys::open_value(doc, "required_when", keys::REQUIRED_WHEN, value)?;
        let (by, is) = (when.need_text("field"), when.need_text("is"));
        let required = self.list("fields", &[]);
        let (by, is) = (by?, is?);
        let field = self.record(by, &[])?;
        let kind = &self.schema.fields[usize::from(field)].kind;
        if !is.text.is_empty() && kind.parse(is.text).is_err() {
            let message = format!("`{}` is never `{}`", by.text, is.text);
            is.push(is.error(codes::CHECK, 0..is.text.len(), message));
            return None;
        }
        Some(Check::RequiredWhen { field, is: is.text.to_owned(), required: required? })
    }

    fn postcode(&self) -> Option<Check> {
        let postcode = self.one("postcode", &[Kind::Postcode]);
        let address = self.one("address", &[Kind::Text])?;
        Some(Check::Postcode { postcode: postcode?, address })
    }

    fn check_digit(&self) -> Option<Check> {
        const ALGORITHMS: &[&str] = &["insurer", "lg-code", "corporate", "resident", "yucho-mt"];
        let field = self.one("check_digit", &[Kind::Digits, Kind::Text]);
        self.keys.need("algorithm")?;
        let algorithm = self
            .keys
            .word("algorithm", &ALGORITHMS.iter().map(|&name| (name, name)).collect::<Vec<_>>())?;
        Some(Check::CheckDigit { field: field?, algorithm: algorithm.to_owned() })
    }
}
