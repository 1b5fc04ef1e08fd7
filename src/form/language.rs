//! Languages of notices: texts in several of them, blocks of one, and which of them a record gets.

use super::codes;
use super::condition::When;
use super::nearest::nearest;
use super::reader::{Keys, join};
use super::source::{Document, TomlText};
use super::text::{Condition, Scope};
use crate::diag::{Diagnostic, Findings, Place};
use crate::model::schema::FieldKind;
use crate::model::{FieldIndex, Param, Params, Schema};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The language of notices that say no other.
pub(super) const DEFAULT: &str = "ja";

const ONE: &str = "the form has one language";
const HINT: &str = "write `language = \"…\"` in [form]: a choice field, or a parameter";

/// Where the language of a notice comes from.
#[derive(Debug, Default)]
enum Source {
    /// The form has one language.
    #[default]
    One,
    /// What it says was wrong, and reported.
    Wrong,
    /// A choice field of the record.
    Field(FieldIndex, Vec<String>),
    /// A parameter: the same for all records.
    Known(String),
}

/// The languages of a form.
#[derive(Debug, Default)]
pub(super) struct Languages {
    source: Source,
    /// For each text with translations its place and the languages that it has.
    texts: RefCell<Vec<(Place, BTreeSet<String>)>>,
    /// Languages that elements are printed for.
    blocks: RefCell<BTreeSet<String>>,
}

impl Languages {
    /// Reads `language` of `[form]`: a choice field, or a parameter.
    pub(super) fn read(form: Option<&Keys<'_>>, schema: &Schema, known: &Params) -> Self {
        let Some(name) = form.filter(|form| form.has("language")).and_then(|f| f.text("language"))
        else {
            return Self::default();
        };
        Self { source: source(name, schema, known).unwrap_or(Source::Wrong), ..Self::default() }
    }

    /// The name of the parameter that says the language.
    pub(super) fn asks(form: &Keys<'_>) -> Option<String> {
        let name = form.text("language")?.text;
        name.starts_with("param.").then(|| name.to_owned())
    }

    /// When the text of `language` is printed, of a text that is there in `all`: for a language
    /// that the text does not have it is the default's.
    pub(super) fn text(&self, language: TomlText<'_>, all: &BTreeSet<String>) -> Option<When> {
        self.check(language)?;
        let is_default = language.text == DEFAULT;
        Some(match &self.source {
            Source::One | Source::Wrong => When::Never,
            Source::Known(known) if is_default => {
                When::known(known == DEFAULT || !all.contains(known))
            }
            Source::Known(known) => When::known(known == language.text),
            Source::Field(field, _) if is_default => {
                none_of(*field, all.iter().filter(|language| *language != DEFAULT))
            }
            Source::Field(field, _) => is(*field, language.text),
        })
    }

    /// When an element of one language is printed.
    pub(super) fn block(&self, language: TomlText<'_>) -> Option<When> {
        self.check(language)?;
        self.blocks.borrow_mut().insert(language.text.to_owned());
        Some(match &self.source {
            Source::One | Source::Wrong => When::Never,
            Source::Known(known) => When::known(known == language.text),
            Source::Field(field, choices) if language.text == DEFAULT => {
                none_of(*field, choices.iter().filter(|choice| *choice != DEFAULT))
            }
            Source::Field(field, _) => is(*field, language.text),
        })
    }

    /// Notes the languages of a text; `None` when the form has but one, which is reported.
    pub(super) fn note(
        &self,
        doc: &Document<'_>,
        span: Range<usize>,
        languages: BTreeSet<String>,
    ) -> Option<()> {
        if matches!(self.source, Source::One) {
            doc.push(doc.error(codes::LANGUAGE, span, ONE).hint(HINT));
            return None;
        }
        self.texts.borrow_mut().push((doc.place(span), languages));
        Some(())
    }

    /// Whether records may be in a language.
    fn check(&self, language: TomlText<'_>) -> Option<()> {
        let whole = 0..language.text.len();
        match &self.source {
            Source::One => {
                language.push(language.error(codes::LANGUAGE, whole, ONE).hint(HINT));
                None
            }
            Source::Field(_, choices)
                if language.text != DEFAULT
                    && !choices.iter().any(|choice| choice == language.text) =>
            {
                let message = format!("no record is in `{}`", language.text);
                let finding = language.error(codes::LANGUAGE, whole, message);
                let choices = || choices.iter().map(String::as_str);
                language.push(match nearest(language.text, choices()) {
                    Some(near) => finding.hint(format!("did you mean `{near}`?")),
                    None => finding.hint(format!("languages: {}", join(choices()))),
                });
                None
            }
            Source::Field(..) | Source::Known(_) | Source::Wrong => Some(()),
        }
    }

    /// Languages that records have, besides the default.
    fn used(&self) -> Vec<&str> {
        let all: Vec<&str> = match &self.source {
            Source::One | Source::Wrong => Vec::new(),
            Source::Known(known) => vec![known],
            Source::Field(_, choices) => choices.iter().map(String::as_str).collect(),
        };
        all.into_iter().filter(|language| *language != DEFAULT).collect()
    }

    /// What is not translated, once all elements were compiled: a finding for each language.
    pub(super) fn doubts(&self, form: &Place) -> Findings {
        let mut findings = Findings::new();
        let texts = self.texts.borrow();
        for language in self.used() {
            let without = texts.iter().filter(|(_, languages)| !languages.contains(language));
            let mut lines: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
            for (place, _) in without {
                lines.entry(&place.file).or_default().insert(place.line);
            }
            let count: usize = lines.values().map(BTreeSet::len).sum();
            if count > 0 {
                let noun = if count == 1 { "text has" } else { "texts have" };
                let list = lines.iter().map(|(file, lines)| {
                    let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
                    format!("{} of {file}", lines.join(", "))
                });
                let list: Vec<String> = list.collect();
                let message = format!("{count} {noun} no translation into `{language}`");
                let finding = Diagnostic::warning(codes::UNTRANSLATED, message).at(form.clone());
                findings.push(finding.hint(format!("see lines {}", list.join("; "))));
            } else if texts.is_empty() && !self.blocks.borrow().contains(language) {
                let message = format!("nothing on the form is in `{language}`");
                findings.push(Diagnostic::warning(codes::UNTRANSLATED, message).at(form.clone()));
            }
        }
        findings
    }
}

fn source(name: TomlText<'_>, schema: &Schema, known: &Params) -> Option<Source> {
    let wrong = |message: String| {
        let finding = name.error(codes::LANGUAGE, 0..name.text.len(), message);
        name.push(
            finding.hint("name a choice field of the record, or a text parameter: `param.x`"),
        );
        None
    };
    if name.text.starts_with("param.") {
        return match known.get(name.text) {
            Some(Param::Text(language)) if language.is_empty() => {
                Some(Source::Known(DEFAULT.to_owned()))
            }
            Some(Param::Text(language)) => Some(Source::Known(language.clone())),
            _ => wrong(format!("`{}` is no text parameter of the form", name.text)),
        };
    }
    let field = super::schema::field(name, schema)?;
    match &schema.fields[usize::from(field)].kind {
        FieldKind::Choice(choices) => Some(Source::Field(field, choices.clone())),
        _ => wrong(format!("`{}` is not a choice", name.text)),
    }
}

fn is(field: FieldIndex, language: &str) -> When {
    When::If(Condition::Is(Scope::Field(field), language.to_owned()))
}

fn none_of<'l>(field: FieldIndex, languages: impl Iterator<Item = &'l String>) -> When {
    let not = |language: &String| When::If(Condition::IsNot(Scope::Field(field), language.clone()));
    languages.map(not).fold(When::Always, When::and)
}
