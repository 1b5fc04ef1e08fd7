//! Diagnostics: what is wrong with an input, a form or a configuration, as values with a code, a
//! place and a hint. Not for failures of the machine (those are `Err`) nor for bugs (assertions).

mod findings;
mod human;
mod mask;
mod place;
mod show;

pub use findings::Findings;
pub use place::{Place, SourceText};
pub use show::{Format, Show};

use serde::Serialize;
use std::fmt;

/// A stable code such as `E204`: the first digit names the stage (1 intake, 2 validate, 3 form and
/// configuration, 4 plan, 5 render, 6 impose, 7 pdf, 8 package, 9 track). Never re-used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look; nothing is held back.
    Warning,
    /// The record, form or file cannot be used as it is.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One finding: what is wrong, where, and what to do.
///
/// `message` and `hints` never hold personal data: they speak of fields, kinds and counts. The
/// offending value itself may stand in [`Place::source`], which is masked when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// One sentence in English, lower case, no full stop.
    pub message: String,
    /// The same for tax staff, in Japanese; empty when only operators meet it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message_ja: String,
    /// Where it is, when it is anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The id of the field concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What to do, one action each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error with a code and a message.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            message_ja: String::new(),
            place: None,
            field: None,
            hints: Vec::new(),
        }
    }

    /// A warning with a code and a message.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// The same finding with its Japanese sentence.
    #[must_use]
    pub fn ja(mut self, message: impl Into<String>) -> Self {
        self.message_ja = message.into();
        self
    }

    /// The same finding at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same finding about a field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same finding with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}
