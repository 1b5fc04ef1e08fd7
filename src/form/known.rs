//! The values that are known before the first page: what the tenant and the job say, over the form's
//! own parameters.

use super::codes;
use super::head::Head;
use super::names::Kind;
use super::nearest::nearest;
use super::parts;
use super::purpose::Items;
use super::reader::Keys;
use super::source::Document;
use crate::diag::{Diagnostic, Place};
use crate::model::{Param, Params, Tenant};

/// What is known beforehand; a parameter of the job that the form does not have, or of another
/// type, is a finding.
pub(super) fn known(
    root: &Keys<'_>,
    job: &Params,
    tenant: &Tenant,
    id: &str,
    head: Option<&Head<'_>>,
    items: &Items,
) -> Params {
    let doc = root.doc;
    let mut known = Params::new();
    parts::defaults(doc, "param", &root.entries("params"), &mut known);
    for (path, value) in job.iter() {
        if let Some(name) = path.strip_prefix("param.") {
            let Some(default) = known.get(path) else {
                doc.push(unknown_param(doc, name, &known));
                continue;
            };
            let Some(value) = value.like(default) else {
                let (wanted, found) = (Kind::of_param(default), Kind::of_param(value));
                let message = format!(
                    "the job gives `{name}` as {}; the form wants {}",
                    found.word(),
                    wanted.word()
                );
                doc.push(
                    Diagnostic::error(codes::PARAMETER, message)
                        .at(Place::file(doc.file.clone()))
                        .hint("correct [params] of the job"),
                );
                continue;
            };
            known.set(path, value);
            continue;
        }
        known.set(path, value.clone());
    }
    let sealed = tenant.seal.as_ref().is_some_and(|seal| seal.forms.iter().any(|form| form == id));
    known.set("form.seal", Param::Flag(sealed));
    let title = head.and_then(|head| head.title).map_or("", |title| title.text);
    let (purpose, purpose_title) = &items.purpose;
    for (path, text) in [
        ("form.id", id),
        ("form.title", title),
        ("form.purpose", purpose),
        ("form.purpose_title", purpose_title),
    ] {
        known.set(path, Param::Text(text.to_owned()));
    }
    known
}

fn unknown_param(doc: &Document<'_>, name: &str, known: &Params) -> Diagnostic {
    let names: Vec<&str> =
        known.iter().filter_map(|(path, _)| path.strip_prefix("param.")).collect();
    let message = format!("the job gives a parameter that the form does not have: `{name}`");
    let finding = Diagnostic::error(codes::PARAMETER, message).at(Place::file(doc.file.clone()));
    match nearest(name, names.iter().copied()) {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding.hint("compare [params] of the job with [params] of the form"),
    }
}
