//! Which parts a form uses and with which parameters: `[input] parts`, `[[face.X.part]]`.

use super::codes;
use super::compile::Sources;
use super::names::Kind;
use super::parts::{self, Part, PartFiles, Parts};
use super::reader::{self, Node};
use super::series;
use super::source::Document;
use crate::diag::Findings;
use crate::model::Params;
use std::cell::RefCell;
use std::collections::BTreeSet;
use toml::de::{DeTable, DeValue};

/// The files of all parts that a form names; a part that does not exist is reported where it is
/// used.
pub(super) fn part_files(table: &DeTable<'_>, sources: &Sources<'_>) -> PartFiles {
    let mut names = BTreeSet::new();
    names.extend(input_parts(table).iter().filter_map(|item| Some(part_name(item)?.1.to_owned())));
    let faces = table.get("face").and_then(|face| face.get_ref().as_table());
    let faces = faces.into_iter().flat_map(|faces| faces.values());
    faces.filter_map(|face| face.get_ref().as_table()).for_each(|face| used_on(face, &mut names));
    let plain =
        |name: &String| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let mut files = PartFiles::new();
    while let Some(name) = names.pop_first() {
        if !plain(&name) || files.contains_key(&name) {
            continue;
        }
        let Some(source) = (sources.parts)(&name) else { continue };
        // The cards of a part may have parts of their own.
        if source.text.contains("cards") {
            used_on(DeTable::parse_recoverable(&source.text).0.get_ref(), &mut names);
        }
        files.insert(name, source);
    }
    files
}

/// The names of the parts that a face, or a part, uses.
fn used_on(face: &DeTable<'_>, names: &mut BTreeSet<String>) {
    fn list<'t, 'd>(table: &'t DeTable<'d>, key: &str) -> impl Iterator<Item = &'t DeTable<'d>> {
        let list = table.get(key).and_then(|list| list.get_ref().as_array());
        list.into_iter().flat_map(|nodes| nodes.iter()).filter_map(|node| node.get_ref().as_table())
    }
    let on_cards = list(face, "cards").flat_map(|cards| list(cards, "part"));
    for used in list(face, "part").chain(on_cards).chain(list(face, "slips")) {
        let name = used.get("use").and_then(|name| name.get_ref().as_str());
        names.extend(name.map(str::to_owned));
    }
}

/// The items of `[input] parts`: names, or tables with `use` and parameters.
fn input_parts<'t, 'd>(table: &'t DeTable<'d>) -> &'t [Node<'d>] {
    let parts = table.get("input").and_then(|input| input.get_ref().as_table()?.get("parts"));
    parts.and_then(|parts| parts.get_ref().as_array()).map_or(&[], |parts| parts)
}

/// The node that names the part, and the name.
pub(super) fn part_name<'t, 'd>(item: &'t Node<'d>) -> Option<(&'t Node<'d>, &'t str)> {
    let node = match item.get_ref() {
        DeValue::Table(table) => table.get("use")?,
        _ => item,
    };
    Some((node, node.get_ref().as_str()?))
}

/// The form's parameters as the job sets them; what is wrong with them is told later.
pub(super) fn overridden<'d>(
    doc: &'d Document<'d>,
    table: &'d DeTable<'d>,
    job: &Params,
) -> Params {
    let mut known = Params::new();
    if let Some(value) = table.get("params") {
        parts::defaults(doc, "param", &reader::entries(doc, "params", value), &mut known);
    }
    for (path, value) in job.iter() {
        if let Some(value) = known.get(path).and_then(|own| value.like(own)) {
            known.set(path, value);
        }
    }
    known
}

/// What `[input] parts` says about the parts, and the parameters that it may name.
pub(super) struct PartUses<'u, 'd> {
    pub(super) doc: &'u Document<'d>,
    pub(super) table: &'u DeTable<'d>,
    pub(super) known: &'u Params,
}

impl PartUses<'_, '_> {
    /// The parameters of a part as the form gives them, over its defaults; the form's own that
    /// were asked for join `asked`.
    fn given(&self, name: &str, defaults: &Params, asked: &mut BTreeSet<String>) -> Params {
        let mut given = Params::new();
        let items = input_parts(self.table).iter();
        let uses = items.filter(|item| part_name(item).is_some_and(|(_, part)| part == name));
        for (key, value) in uses.filter_map(|item| item.get_ref().as_table()).flatten() {
            let path = format!("{}.{}", series::PART, key.get_ref());
            if key.get_ref() == "use" {
                continue;
            }
            let named = value.get_ref().as_str().and_then(|text| {
                let path = text.strip_prefix("{{")?.strip_suffix("}}")?.trim();
                asked.insert(path.to_owned());
                self.known.get(path).cloned()
            });
            let value_found = named.or_else(|| parts::param(value));
            let wanted = defaults.get(&path);
            match (wanted, value_found.and_then(|value| value.like(wanted?))) {
                (None, _) => {
                    let message = format!("the part `{name}` has no parameter `{}`", key.get_ref());
                    self.doc.push(self.doc.error(codes::PARAMETER, key.span(), message));
                }
                (Some(_), Some(value)) => given.set(path, value),
                (Some(wanted), None) => {
                    let wanted = Kind::of_param(wanted).word();
                    let message = format!("`{}` is {wanted}", key.get_ref());
                    self.doc.push(self.doc.error(codes::PARAMETER, value.span(), message));
                }
            }
        }
        given
    }
}

pub(super) fn read_parts<'d>(
    files: &'d PartFiles,
    uses: &PartUses<'_, '_>,
    asked: &mut BTreeSet<String>,
    findings: &'d RefCell<Findings>,
) -> Parts<'d> {
    let mut read = Parts::new();
    for (name, source) in files {
        let doc = Document::new(source, findings);
        let table = super::compile::parse(&doc);
        let mut with = Params::new();
        let params = table.get("part").and_then(|part| part.get_ref().as_table()?.get("params"));
        if let Some(params) = params.and_then(|params| params.get_ref().as_table()) {
            let values = params.iter().filter_map(|(key, value)| Some((key, parts::param(value)?)));
            for (key, value) in values {
                with.set(format!("{}.{}", series::PART, key.get_ref()), value);
            }
        }
        let given = uses.given(name, &with, asked);
        for (path, value) in given.iter() {
            with.set(path, value.clone());
        }
        let (table, _) = series::write_out(&doc, table, &with, series::PART);
        read.insert(name.as_str(), Part { doc, table, given });
    }
    read
}
