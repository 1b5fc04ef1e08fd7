//! Where a finding is: file, line, column, and the source line to show under it.

use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// A place in a file. Lines and columns are 1-based; a column counts characters, not bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file as the operator named it.
    pub file: Arc<str>,
    /// The line, 0 when the whole file is meant.
    pub line: u32,
    /// The column, 0 when the whole line is meant.
    pub column: u32,
    /// The source line with the offending part, when it is at hand.
    #[serde(skip)]
    pub source: Option<SourceText>,
}

/// A source line and the part of it that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The line without its end.
    pub line: String,
    /// The byte range of the offending part inside `line`.
    pub span: std::ops::Range<usize>,
    /// Whether the line may hold personal data and must be masked when shown.
    pub personal: bool,
}

impl Place {
    /// A file as a whole.
    #[must_use]
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), line: 0, column: 0, source: None }
    }

    /// A line and column of a file.
    #[must_use]
    pub fn at(file: impl Into<Arc<str>>, line: u32, column: u32) -> Self {
        Self { file: file.into(), line, column, source: None }
    }

    /// The place of byte `span` in `text`, the whole content of `file` (a form or a configuration
    /// file: nothing personal in it).
    #[must_use]
    pub fn in_text(file: impl Into<Arc<str>>, text: &str, span: std::ops::Range<usize>) -> Self {
        let start = floor_char_boundary(text, span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |n| n + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |n| start + n);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let number = text[..start].bytes().filter(|&b| b == b'\n').count() + 1;
        let column = text[line_start..start].chars().count() + 1;
        let from = (start - line_start).min(line.len());
        let to = floor_char_boundary(text, span.end.clamp(start, line_end)) - line_start;
        let source = SourceText {
            line: line.to_owned(),
            span: from..to.clamp(from, line.len()),
            personal: false,
        };
        Self {
            file: file.into(),
            line: u32::try_from(number).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
            source: Some(source),
        }
    }

    /// The same place showing a source line.
    #[must_use]
    pub fn with_source(mut self, source: SourceText) -> Self {
        self.source = Some(source);
        self
    }
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&n| text.is_char_boundary(n)).unwrap_or(0)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.line > 0 && self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}
