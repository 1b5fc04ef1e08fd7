//! The heading row of a file: which column gives which field, and what to say when one is missing.

use super::cells::{CellSpan, split_cells};
use super::held::HELD_HEADINGS;
use super::source::Source;
use super::{Error, RawRow, charset, codes};
use crate::diag::{Diagnostic, Findings, Place};
use crate::model::Schema;
use crate::model::job::Encoding;
use crate::model::schema::Field;
use std::collections::BTreeMap;

/// Marks a field that the file does not give.
const ABSENT: u16 = u16::MAX;

/// The columns of one file, in the order of the form's schema.
#[derive(Debug, Clone)]
pub struct Columns {
    pub(super) source: Source,
    pub(super) heading: Vec<u8>,
    pub(super) crlf: bool,
    pub(super) mark: bool,
    /// How many cells the heading row has.
    pub(super) width: usize,
    /// For each field of the schema: its column, or [`ABSENT`].
    order: Vec<u16>,
    /// The ids and names of the fields, for findings.
    fields: Vec<(String, String)>,
    /// The column of the key.
    pub(super) key: usize,
    /// How many columns the file had before it was written as a file of held records.
    pub(super) own_width: usize,
}

impl Columns {
    /// The file.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Whether the file is one of held records that was corrected and fed back.
    #[must_use]
    pub const fn is_correction(&self) -> bool {
        self.own_width < self.width
    }

    /// How many of a row's cells are its own, apart from those that a file of held records added.
    ///
    /// In a row with the wrong number of cells the added ones are known by their code; a row from
    /// which they were taken out has none.
    pub(super) fn own_cells(&self, row: &[u8], cells: &[CellSpan]) -> usize {
        if !self.is_correction() {
            return cells.len();
        }
        let added = self.width - self.own_width;
        let own = cells.len().saturating_sub(added);
        let is_added = own > 0 && is_code(cells[own].raw(row));
        if cells.len() == self.width || is_added { own } else { cells.len() }
    }

    /// How many fields a record of this file has.
    pub(super) fn field_count(&self) -> usize {
        self.order.len()
    }

    /// The id and Japanese name of a field.
    pub(super) fn field(&self, index: usize) -> (&str, &str) {
        let (id, ja) = &self.fields[index];
        (id, ja)
    }

    /// The column of a field; `None` when the job says that the file does not give it.
    pub(super) fn column(&self, field: usize) -> Option<usize> {
        let column = self.order[field];
        (column != ABSENT).then_some(usize::from(column))
    }

    /// The place of the cell of `field` in a row; of the row as a whole without it.
    pub(super) fn place(&self, line: u32, row: &[u8], field: Option<usize>) -> Place {
        let mut cells = Vec::new();
        split_cells(row, &mut cells);
        let span = field.and_then(|field| self.column(field)).and_then(|n| cells.get(n));
        let end = u32::try_from(row.len()).unwrap_or(u32::MAX);
        let whole = CellSpan { start: 0, end, escaped: false };
        self.source.place(line, row, span.copied().unwrap_or(whole).range())
    }
}

/// Whether a cell begins with a code such as `E111`.
fn is_code(cell: &[u8]) -> bool {
    matches!(cell, [b'E' | b'W', digits @ ..] if digits.iter().take(3).all(u8::is_ascii_digit) && digits.len() >= 3)
}

/// What the columns of a file are asked for.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The fields in schema order.
    pub(super) fields: &'a [Field],
    /// Headings by field id, from the job; the field's `ja` name without one.
    pub(super) named: &'a BTreeMap<String, String>,
    /// The heading of the key column, when it is not that of a field (detail files).
    pub(super) key: Key<'a>,
}

/// Where the key of a row is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Key<'a> {
    /// In this field.
    Field(usize),
    /// Under this heading.
    Heading(&'a str),
}

impl<'a> Wanted<'a> {
    pub(super) fn master(schema: &'a Schema, named: &'a BTreeMap<String, String>) -> Self {
        Self { fields: &schema.fields, named, key: Key::Field(usize::from(schema.key)) }
    }

    fn heading(&self, field: &'a Field) -> &'a str {
        self.named.get(&field.id).map_or(&field.ja, |heading| heading)
    }

    /// Finds the wanted columns in the heading row; `crlf` and `mark` are kept for files of held
    /// records, which look like the file that they come from.
    pub(super) fn find(
        &self,
        source: &Source,
        row: RawRow<'_>,
        crlf: bool,
        mark: bool,
    ) -> Result<(Columns, Findings), Error> {
        let headings = read_headings(source, row)?;
        let mut search = Search { wanted: self, source, row, headings, findings: Findings::new() };
        search.check_names();
        let order: Vec<u16> = self.fields.iter().map(|field| search.field(field)).collect();
        let key = match self.key {
            Key::Field(field) => usize::from(order[field]),
            Key::Heading(heading) => {
                search.heading(heading, None).map_or(usize::from(ABSENT), |(n, _)| n)
            }
        };
        search.warn_of_doubles();
        let Search { headings, findings, .. } = search;
        if findings.errors() > 0 {
            return Err(findings.into());
        }
        let width = headings.len();
        let held = width.checked_sub(HELD_HEADINGS.len()).filter(|&own| {
            own > 0 && headings[own..].iter().map(|(text, _)| text).eq(HELD_HEADINGS.iter())
        });
        let columns = Columns {
            source: source.clone(),
            heading: row.bytes.to_vec(),
            crlf,
            mark,
            width,
            order,
            fields: self.fields.iter().map(|f| (f.id.clone(), f.ja.clone())).collect(),
            key,
            own_width: held.unwrap_or(width),
        };
        Ok((columns, findings))
    }
}

type Headings = Vec<(String, CellSpan)>;

fn read_headings(source: &Source, row: RawRow<'_>) -> Result<Headings, Error> {
    let (mut cells, mut buffer) = (Vec::new(), Vec::new());
    if row.bytes.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n') {
        // The whole file is one row then, and must not be taken for headings.
        let message = "the lines end with a lone carriage return";
        return Err(Diagnostic::error(codes::RETURN_ONLY, message)
            .ja("改行コードがCRだけになっています")
            .at(source.line(row.line))
            .hint("save the file with CRLF or LF line ends")
            .into());
    }
    if let Some(at) = split_cells(row.bytes, &mut cells) {
        let place = source.place(row.line, row.bytes, at..at + 1);
        return Err(after_quote(place).into());
    }
    let mut headings = Vec::with_capacity(cells.len());
    for cell in cells {
        let mut text = String::new();
        let bytes = cell.bytes(row.bytes, &mut buffer);
        if charset::decode(source.encoding, bytes, &mut text).is_err() {
            let place = source.place(row.line, row.bytes, cell.range());
            let message = "the heading row is not text in the job's encoding";
            let (other, name) = match source.encoding {
                Encoding::Utf8 => (Encoding::Cp932, "cp932"),
                Encoding::Cp932 => (Encoding::Utf8, "utf-8"),
            };
            let fits = charset::decode(other, row.bytes, &mut String::new()).is_ok();
            let hint = if fits {
                format!("set `encoding = \"{name}\"` in the job's `[input]`")
            } else {
                "save the file as UTF-8".to_owned()
            };
            return Err(Diagnostic::error(codes::HEADING_BYTES, message)
                .ja("見出し行を指定された文字コードで読めません")
                .at(place)
                .hint(hint)
                .into());
        }
        headings.push((text, cell));
    }
    Ok(headings)
}

/// The finding of text behind a closing quote.
pub(super) fn after_quote(place: Place) -> Diagnostic {
    Diagnostic::error(codes::AFTER_QUOTE, "text stands after a closing quote")
        .ja("閉じた引用符（\"）の後に文字があります")
        .at(place)
        .hint("double a quote that belongs to the text")
}

struct Search<'a> {
    wanted: &'a Wanted<'a>,
    source: &'a Source,
    row: RawRow<'a>,
    headings: Headings,
    findings: Findings,
}

impl Search<'_> {
    /// Refuses mappings of fields that the form does not have.
    fn check_names(&mut self) {
        for id in self.wanted.named.keys() {
            if self.wanted.fields.iter().any(|field| field.id == *id) {
                continue;
            }
            let message = format!("the job maps a column to `{id}`, which the form does not have");
            let mut diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, message).field(id);
            let ids = self.wanted.fields.iter().map(|field| field.id.as_str());
            if let Some(near) = nearest(id, ids) {
                diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
            }
            self.findings.push(diagnostic.hint("correct the field's id in the job's `columns`"));
        }
    }

    fn field(&mut self, field: &Field) -> u16 {
        let heading = self.wanted.heading(field);
        if heading.is_empty() && !field.required {
            return ABSENT;
        }
        let found = self.heading(heading, Some(field));
        found.and_then(|(n, _)| u16::try_from(n).ok()).unwrap_or(ABSENT)
    }

    /// The column with that heading; its absence or its double is a finding.
    fn heading(&mut self, heading: &str, field: Option<&Field>) -> Option<(usize, CellSpan)> {
        // An empty heading never matches: a file may have many columns without one.
        let mut matches = self
            .headings
            .iter()
            .enumerate()
            .filter(|(_, (text, _))| !heading.is_empty() && text == heading);
        let first = matches.next().map(|(n, (_, span))| (n, *span));
        let second = matches.next().map(|(_, (_, span))| *span);
        if let Some(span) = second {
            let message = format!("the heading `{heading}` stands twice");
            let diagnostic = Diagnostic::error(codes::HEADING_TWICE, message)
                .ja(format!("見出し「{heading}」が2回あります"))
                .at(self.source.place(self.row.line, self.row.bytes, span.range()))
                .hint("remove or rename one of the two columns");
            self.push(diagnostic, field);
        }
        if first.is_none() {
            let diagnostic = self.missing(heading, field);
            self.push(diagnostic, field);
        }
        first
    }

    fn push(&mut self, diagnostic: Diagnostic, field: Option<&Field>) {
        self.findings.push(match field {
            Some(field) => diagnostic.field(&field.id),
            None => diagnostic,
        });
    }

    fn missing(&self, heading: &str, field: Option<&Field>) -> Diagnostic {
        if let Some(field) = field.filter(|_| heading.is_empty()) {
            let message = format!("`{}` is required and the job gives it no column", field.id);
            return Diagnostic::error(codes::COLUMN_MISSING, message)
                .ja(format!("「{}」({}) は必須ですが、列が指定されていません", field.ja, field.id))
                .hint(format!("name its heading in the job's `columns`: `{} = \"…\"`", field.id));
        }
        let others = self.other_headings();
        let mut diagnostic =
            Diagnostic::error(codes::COLUMN_MISSING, format!("the column `{heading}` is missing"))
                .ja(format!("列「{heading}」がありません"))
                .at(self.source.place(self.row.line, self.row.bytes, 0..self.row.bytes.len()));
        if let Some(near) = nearest(heading, others.iter().copied()) {
            diagnostic = diagnostic.hint(format!("did you mean the column `{near}`?"));
        } else if !others.is_empty() {
            let shown = others.iter().take(12).map(|text| format!("`{text}`"));
            let shown = shown.collect::<Vec<_>>().join(", ");
            let more = if others.len() > 12 { " and more" } else { "" };
            diagnostic = diagnostic.hint(format!("columns that are not used yet: {shown}{more}"));
        } else if !self.is_heading_row() {
            diagnostic = diagnostic
                .hint("check that the first row holds the headings")
                .hint("check that `encoding` in the job's `[input]` is that of the file");
        }
        match field {
            Some(field) => diagnostic
                .hint(format!("name its heading in the job's `columns`: `{} = \"…\"`", field.id)),
            None => diagnostic.hint("name its heading in the job's `[input.detail]` as `key`"),
        }
    }

    /// Headings that no field asks for. None when not a single wanted heading was found: what
    /// stands in the first row may then be somebody's data.
    fn other_headings(&self) -> Vec<&str> {
        if !self.is_heading_row() {
            return Vec::new();
        }
        let texts = self.headings.iter().map(|(text, _)| text.as_str());
        texts.filter(|text| !text.is_empty() && !self.is_wanted(text)).collect()
    }

    fn is_heading_row(&self) -> bool {
        self.headings.iter().any(|(text, _)| self.is_wanted(text))
    }

    fn is_wanted(&self, text: &str) -> bool {
        let named = self.wanted.fields.iter().any(|field| self.wanted.heading(field) == text);
        named || matches!(self.wanted.key, Key::Heading(heading) if heading == text)
    }

    /// Headings that nobody needs may stand twice; it is still worth a look.
    fn warn_of_doubles(&mut self) {
        for (n, (text, span)) in self.headings.iter().enumerate() {
            let again = self.headings[..n].iter().any(|(earlier, _)| earlier == text);
            if text.is_empty() || !again || self.is_wanted(text) || !self.is_heading_row() {
                continue;
            }
            let message = format!("the heading `{text}`, which is not used, stands twice");
            let place = self.source.place(self.row.line, self.row.bytes, span.range());
            self.findings.push(
                Diagnostic::warning(codes::UNUSED_TWICE, message)
                    .ja(format!("使用しない見出し「{text}」が2回あります"))
                    .at(place)
                    .hint("remove or rename one of the two columns"),
            );
        }
    }
}

/// The candidate that was most likely meant: equal but for width of characters, case and spaces, or
/// at most a third of its characters away.
fn nearest<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain: Vec<char> = wanted.chars().filter_map(plain_char).collect();
    let (distance, nearest) = candidates
        .map(|text| {
            let other: Vec<char> = text.chars().filter_map(plain_char).collect();
            (distance(&plain, &other), text)
        })
        .min_by_key(|&(distance, _)| distance)?;
    (distance * 3 <= plain.len()).then_some(nearest)
}

fn plain_char(c: char) -> Option<char> {
    let narrow = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0)?,
        _ => c,
    };
    (!narrow.is_whitespace()).then(|| narrow.to_ascii_lowercase())
}

/// How many characters must be put in, taken out or changed to make one text the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_heading_is_named() {
        let headings = ["通知書番号", "氏名", "税額（年）"];
        let near = |wanted| nearest(wanted, headings.into_iter());
        assert_eq!(near("通知書No"), None);
        assert_eq!(near("通知番号"), Some("通知書番号"));
        assert_eq!(near("税額(年)"), Some("税額（年）"));
        assert_eq!(near("住所"), None);
    }
}
