//! What is printed for a purpose (使用目的): items of a form, the purposes that print them, and the
//! one that a job names. Items that are not printed are folded away while the form is compiled.

use super::codes;
use super::condition::When;
use super::keys;
use super::nearest::nearest;
use super::reader::{Keys, join};
use super::source::{Document, TomlText};
use crate::diag::{Diagnostic, Findings, Place};
use crate::model::{Param, Params};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// A purpose of a form.
#[derive(Debug)]
struct Purpose {
    title: String,
    print: BTreeSet<String>,
}

/// The items of a form and which of them are printed.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// Japanese name and place by id.
    known: BTreeMap<String, (String, Place)>,
    /// Those that are not printed.
    omitted: BTreeSet<String>,
    /// Those that some purpose prints; all when the form has no purposes.
    printed: BTreeSet<String>,
    used: RefCell<BTreeSet<String>>,
    /// The purpose's id and title; empty when the form has none.
    pub(super) purpose: (String, String),
}

impl Items {
    /// Reads `[items]` and `[purposes]`, and picks the purpose of the job.
    pub(super) fn read(root: &Keys<'_>, job: &Params) -> Self {
        let doc = root.doc;
        let mut items = Self::default();
        for entry in if root.has("items") { root.entries("items") } else { Vec::new() } {
            let Some(name) = super::reader::text(doc, entry.name, entry.value) else { continue };
            let place = doc.place(entry.start..entry.end);
            items.known.insert(entry.name.to_owned(), (name.text.to_owned(), place));
        }
        let (purposes, default) = items.purposes(root);
        for purpose in purposes.values() {
            items.printed.extend(purpose.print.iter().cloned());
        }
        if purposes.is_empty() {
            items.printed.extend(items.known.keys().cloned());
        }
        let named = match job.get("job.purpose") {
            Some(Param::Text(named)) if !named.is_empty() => Some(named.as_str()),
            _ => None,
        };
        items.choose(doc, root, &purposes, named, default.as_deref());
        items.overrides(doc, job);
        items
    }

    fn purposes(&self, root: &Keys<'_>) -> (BTreeMap<String, Purpose>, Option<String>) {
        let doc = root.doc;
        let (mut purposes, mut default) = (BTreeMap::new(), None);
        for entry in if root.has("purposes") { root.entries("purposes") } else { Vec::new() } {
            let Some(keys) = Keys::open_value(doc, "a purpose", keys::PURPOSE, entry.value) else {
                continue;
            };
            let title = keys.need_text("title").map_or(entry.name, |title| title.text).to_owned();
            let ids = |key: &str| -> BTreeSet<String> {
                let texts = if keys.has(key) { keys.texts(key) } else { Vec::new() };
                let known = texts.into_iter().filter(|text| self.is_known(*text));
                known.map(|text| text.text.to_owned()).collect()
            };
            let print = match (keys.has("print"), keys.has("omit")) {
                (true, false) => ids("print"),
                (false, true) => {
                    let omitted = ids("omit");
                    self.known.keys().filter(|id| !omitted.contains(*id)).cloned().collect()
                }
                _ => {
                    let message = "a purpose says either what it prints or what it omits";
                    let finding = doc.error(codes::MISSING_KEY, keys.span(), message);
                    doc.push(finding.hint("write `print = […]` or `omit = […]`"));
                    BTreeSet::new()
                }
            };
            if keys.has("default") && keys.flag("default") == Some(true) {
                if default.is_some() {
                    keys.blame("default", "a form has one default purpose");
                }
                default = Some(entry.name.to_owned());
            }
            purposes.insert(entry.name.to_owned(), Purpose { title, print });
        }
        (purposes, default)
    }

    fn choose(
        &mut self,
        doc: &Document<'_>,
        root: &Keys<'_>,
        purposes: &BTreeMap<String, Purpose>,
        named: Option<&str>,
        default: Option<&str>,
    ) {
        let ids = || join(purposes.keys().map(String::as_str));
        let finding = |message: String| {
            Diagnostic::error(codes::PURPOSE, message).at(Place::file(doc.file.clone()))
        };
        let Some(id) = named.or(default) else {
            if !purposes.is_empty() {
                let span = root.get("purposes").map_or(0..0, toml::Spanned::span);
                let message = "the job names no purpose, and the form has no default";
                let finding = doc.error(codes::PURPOSE, span, message);
                doc.push(finding.hint(format!("write `purpose = …` in the job: {}", ids())));
            }
            return;
        };
        let Some(purpose) = purposes.get(id) else {
            let finding =
                finding(format!("the job names a purpose that the form does not have: `{id}`"));
            doc.push(match nearest(id, purposes.keys().map(String::as_str)) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None if purposes.is_empty() => finding.hint("the form has no [purposes]"),
                None => finding.hint(format!("it has {}", ids())),
            });
            return;
        };
        self.purpose = (id.to_owned(), purpose.title.clone());
        self.omitted =
            self.known.keys().filter(|id| !purpose.print.contains(*id)).cloned().collect();
    }

    /// `[items]` of the job: single items that it prints or omits whatever the purpose says.
    fn overrides(&mut self, doc: &Document<'_>, job: &Params) {
        for (path, value) in job.iter() {
            let Some(id) = path.strip_prefix("job.items.") else { continue };
            if !self.known.contains_key(id) {
                let message =
                    format!("the job speaks of an item that the form does not have: `{id}`");
                let finding = Diagnostic::error(codes::PURPOSE, message);
                let finding = finding.at(Place::file(doc.file.clone()));
                doc.push(match nearest(id, self.known.keys().map(String::as_str)) {
                    Some(near) => finding.hint(format!("did you mean `{near}`?")),
                    None => finding.hint("compare [items] of the job with [items] of the form"),
                });
            } else if *value == Param::Flag(true) {
                self.omitted.remove(id);
            } else {
                self.omitted.insert(id.to_owned());
            }
        }
    }

    fn is_known(&self, id: TomlText<'_>) -> bool {
        let known = self.known.contains_key(id.text);
        if !known {
            let message = format!("unknown item: `{}`", id.text);
            let finding = id.error(codes::UNKNOWN_NAME, 0..id.text.len(), message);
            id.push(match nearest(id.text, self.known.keys().map(String::as_str)) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding.hint("[items] of the form lists them"),
            });
        }
        known
    }

    /// Whether an element of an item is printed; `None` when the form has no such item, which was
    /// reported.
    pub(super) fn when(&self, id: TomlText<'_>) -> Option<When> {
        if !self.is_known(id) {
            return None;
        }
        self.used.borrow_mut().insert(id.text.to_owned());
        Some(if self.omitted.contains(id.text) { When::Never } else { When::Always })
    }

    /// What is doubtful about the items, once all elements were compiled.
    pub(super) fn doubts(&self) -> Findings {
        let mut findings = Findings::new();
        let used = self.used.borrow();
        for (id, (name, place)) in &self.known {
            let message = if !used.contains(id) {
                format!("no element belongs to the item `{id}` ({name})")
            } else if !self.printed.contains(id) {
                format!("no purpose prints the item `{id}` ({name})")
            } else {
                continue;
            };
            findings.push(Diagnostic::warning(codes::IDLE_ITEM, message).at(place.clone()));
        }
        findings
    }
}
