//! A form file as text, and the places in it: bytes of the file, and bytes inside its strings.

use crate::diag::{Code, Diagnostic, Findings, Place};
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

/// A form or part file: its name as the operator knows it, and its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormSource {
    /// The path relative to the home: `forms/<form>/<YYYY-MM-DD>.toml`.
    pub file: String,
    /// The content.
    pub text: String,
}

/// A file that is being read, and the findings about it.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) file: Arc<str>,
    pub(super) text: &'a str,
    pub(super) findings: &'a RefCell<Findings>,
}

impl<'a> Document<'a> {
    pub(super) fn new(source: &'a FormSource, findings: &'a RefCell<Findings>) -> Self {
        Self { file: Arc::from(source.file.as_str()), text: &source.text, findings }
    }

    /// The place of a byte range of the file.
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        Place::in_text(self.file.clone(), self.text, span)
    }

    /// An error at a byte range, to be completed and handed to [`Document::push`].
    pub(super) fn error(
        &self,
        code: Code,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, message).at(self.place(span))
    }

    pub(super) fn push(&self, diagnostic: Diagnostic) {
        self.findings.borrow_mut().push(diagnostic);
    }
}

/// A string of a TOML file: what it says, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct TomlText<'d> {
    pub(super) doc: &'d Document<'d>,
    /// What it says, escapes resolved.
    pub(super) text: &'d str,
    /// Where its literal stands, quotes included.
    pub(super) start: usize,
    pub(super) end: usize,
    /// How many bytes the literal says before `text`.
    pub(super) shift: usize,
}

impl TomlText<'_> {
    /// A part of the text, at its own place.
    pub(super) fn part(self, range: Range<usize>) -> Self {
        Self { text: &self.text[range.clone()], shift: self.shift + range.start, ..self }
    }

    /// The whole literal.
    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The bytes of the file that say `range` of the text, escapes taken into account.
    pub(super) fn span_of(&self, range: Range<usize>) -> Range<usize> {
        let raw = &self.doc.text[self.span()];
        let from = self.start + raw_offset(raw, self.shift + range.start);
        let to = self.start + raw_offset(raw, self.shift + range.end);
        from..to.max(from)
    }

    /// An error at a range of the text.
    pub(super) fn error(
        &self,
        code: Code,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        self.doc.error(code, self.span_of(range), message)
    }

    pub(super) fn push(&self, diagnostic: Diagnostic) {
        self.doc.push(diagnostic);
    }
}

/// The offset inside the literal `raw` of the character that stands at byte `at` of what it says.
fn raw_offset(raw: &str, at: usize) -> usize {
    let triple = raw.starts_with("\"\"\"") || raw.starts_with("'''");
    let quote = raw.as_bytes().first().copied().unwrap_or(b'"');
    let mut offset = if triple { 3 } else { 1 };
    if triple {
        let rest = &raw[offset..];
        offset += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    }
    let mut said = 0;
    while said < at && offset < raw.len() {
        let rest = &raw[offset..];
        let (read, means) = match rest.chars().next() {
            Some('\\') if quote == b'"' => escape(rest),
            Some(c) => (c.len_utf8(), c.len_utf8()),
            None => break,
        };
        offset += read;
        said += means;
    }
    // A line that ends with a backslash is continued: the next character stands after the blanks.
    while quote == b'"' && raw[offset..].starts_with('\\') {
        match escape(&raw[offset..]) {
            (read, 0) => offset += read,
            _ => break,
        }
    }
    offset.min(raw.len())
}

/// How many bytes the escape at the start of `rest` takes, and how many it stands for.
fn escape(rest: &str) -> (usize, usize) {
    let bytes = rest.as_bytes();
    let hex = |digits: usize| {
        let code = rest.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        (2 + digits, code.and_then(char::from_u32).map_or(1, char::len_utf8))
    };
    match bytes.get(1) {
        Some(b'x') => hex(2),
        Some(b'u') => hex(4),
        Some(b'U') => hex(8),
        Some(b'\n' | b'\r' | b' ' | b'\t') => {
            let blanks = rest[1..].len() - rest[1..].trim_start().len();
            (1 + blanks, 0)
        }
        _ => (2, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::raw_offset;

    #[track_caller]
    fn case(raw: &str, at: usize, expected: usize) {
        assert_eq!(raw_offset(raw, at), expected, "{raw} at {at}");
    }

    #[test]
    fn what_a_string_says_is_found_in_its_literal() {
        case(r#""abc""#, 0, 1);
        case(r#""abc""#, 2, 3);
        case(r#""年a""#, 3, 4);
        case(r#""\nab""#, 1, 3);
        case(r#""\u5E74ab""#, 3, 7);
        case(r"'\nab'", 2, 3);
        case("\"\"\"\nabc\"\"\"", 0, 4);
        case("\"\"\"\nab \\\n   cd\"\"\"", 3, 12);
        case(r#""abc""#, 3, 4);
    }
}
