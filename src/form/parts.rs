//! Parts (共通部品): files under `forms/parts/` that several forms use, with parameters of their own.

use super::codes;
use super::faces::Flow;
use super::keys;
use super::names::{Kind, Names};
use super::nearest::nearest;
use super::reader::{self, Entry, Keys, Node, integer};
use super::series;
use super::site::Site;
use super::source::{Document, FormSource, TomlText};
use super::style::Style;
use super::template;
use super::text::Text;
use crate::model::{Field, Param, Params, Schema};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// A part file that was read.
pub(super) struct Part<'d> {
    pub(super) doc: Document<'d>,
    pub(super) table: DeTable<'d>,
    /// What the form's `[input] parts` gives for its parameters, under `with.`.
    pub(super) given: Params,
}

/// The part files that a form names, by the parts' names.
pub(super) type PartFiles = BTreeMap<String, FormSource>;

/// The parts of a form by name.
pub(super) type Parts<'d> = BTreeMap<&'d str, Part<'d>>;

/// The parameters of a form or a part: defaults, by path under `prefix`.
pub(super) fn defaults<'d>(
    doc: &'d Document<'d>,
    prefix: &str,
    entries: &[Entry<'d>],
    params: &mut Params,
) {
    for entry in entries {
        let Some(value) = param(entry.value) else {
            reader::wrong(
                doc,
                entry.name,
                "a text, number, flag, date or list of texts",
                entry.value,
            );
            continue;
        };
        params.set(format!("{prefix}.{}", entry.name), value);
    }
}

/// The parameter that a TOML value gives.
pub(super) fn param(value: &Node<'_>) -> Option<Param> {
    match value.get_ref() {
        DeValue::String(text) => Some(Param::Text(text.as_ref().to_owned())),
        DeValue::Integer(_) => integer(value).map(Param::Int),
        DeValue::Boolean(flag) => Some(Param::Flag(*flag)),
        DeValue::Datetime(_) => reader::date(value).map(Param::Date),
        DeValue::Array(items) => items
            .iter()
            .map(|item| match item.get_ref() {
                DeValue::Integer(_) => integer(item).map(|number| number.to_string()),
                DeValue::Float(_) => reader::number(item).map(|number| number.to_string()),
                item => item.as_str().map(str::to_owned),
            })
            .collect::<Option<Vec<_>>>()
            .map(Param::List),
        DeValue::Float(_) => reader::number(value).and_then(Param::of_float),
        DeValue::Table(_) => None,
    }
}

/// Adds the `[fields]` of a part to the record's, or its `[rows]` to those of detail rows.
pub(super) fn fields<'d>(part: &'d Part<'d>, key: &str, fields: &mut Vec<Field>) {
    if let Some(value) = part.table.get(key) {
        let entries = reader::entries(&part.doc, key, value);
        super::schema::fields(&part.doc, &entries, fields);
    }
}

/// A part as a table of a form uses it.
pub(super) struct Opened<'d> {
    pub(super) root: Keys<'d>,
    pub(super) head: Keys<'d>,
    /// The values of its parameters.
    pub(super) with: Params,
    pub(super) style: Style,
}

impl Site<'_> {
    /// `[[part]]`: compiles the elements of a part at its corner; what flows from face to face goes
    /// on in `flow`, which a card does not have.
    pub(super) fn part<'d>(
        &mut self,
        doc: &'d Document<'d>,
        node: &'d Node<'d>,
        parts: &'d Parts<'d>,
        number: u16,
        flow: Option<&mut Flow<'d>>,
    ) {
        let Some(keys) = Keys::open_value(doc, "[[part]]", keys::PART_USE, node) else { return };
        let (name, at) = (keys.need_text("use"), keys.need_point("at"));
        let Some(when) = self.own_condition(&keys, &self.names) else { return };
        let (Some(name), Some(at)) = (name, at) else { return };
        let Some(part) = parts.get(name.text) else { return };
        let Some(opened) = self.open_part(&keys, name, part) else { return };
        if opened.root.has("slip") {
            let message = format!("the part `{}` holds payment slips", name.text);
            let finding = name.error(codes::SLIPS, 0..name.text.len(), message);
            name.push(finding.hint("slips are printed by `[[face.….slips]]`"));
            return;
        }
        let mut inner = Site {
            desk: self.desk,
            names: Names { with: &opened.with, ..self.names },
            style: opened.style,
            corner: self.point(at),
            extent: self.extent,
            when,
            part: number,
            preprinted: self.origin(&keys).preprinted,
            pays: None,
            items: Vec::new(),
        };
        inner.elements(&part.doc, &opened.root, flow);
        let items = std::mem::take(&mut inner.items);
        self.items.extend(items);
    }

    /// A part as this table uses it: its file, the values of its parameters, its style.
    pub(super) fn open_part<'d>(
        &self,
        keys: &Keys<'_>,
        name: TomlText<'_>,
        part: &'d Part<'d>,
    ) -> Option<Opened<'d>> {
        let root = Keys::open(&part.doc, "part file", keys::PART_ROOT, &part.table, 0..0);
        let head = root.need("part")?;
        let head = Keys::open_value(&part.doc, "[part]", keys::PART, head)?;
        let mut with = Params::new();
        defaults(&part.doc, series::PART, &head.entries("params"), &mut with);
        for (path, value) in part.given.iter() {
            with.set(path, value.clone());
        }
        self.arguments(keys, name, &mut with);
        missing_fields(name, part, self.names.schema);
        let outer = &self.style;
        let (void, void_fill) = (outer.void.clone(), outer.void_fill);
        let mut style = Style { void, void_fill, ..Style::default() };
        if let Some(defaults) = root.get("defaults") {
            style.read(&part.doc, defaults);
        }
        Some(Opened { root, head, with, style })
    }

    /// `with = { … }`: the parameters of this use.
    fn arguments(&self, keys: &Keys<'_>, part: TomlText<'_>, with: &mut Params) {
        for entry in keys.entries("with") {
            let path = format!("with.{}", entry.name);
            let Some(default) = with.get(&path) else {
                let message = format!("the part `{}` has no parameter `{}`", part.text, entry.name);
                let finding = keys.doc.error(codes::PARAMETER, entry.start..entry.end, message);
                let known: Vec<&str> =
                    with.iter().filter_map(|(path, _)| path.strip_prefix("with.")).collect();
                keys.doc.push(match nearest(entry.name, known.iter().copied()) {
                    Some(near) => finding.hint(format!("did you mean `{near}`?")),
                    None if known.is_empty() => finding.hint("the part has no parameters"),
                    None => finding.hint(format!("it has {}", reader::join(known.into_iter()))),
                });
                continue;
            };
            let wanted = Kind::of_param(default);
            let Some(value) = self.argument(keys.doc, &entry) else { continue };
            if let Some(value) = value.like(default) {
                with.set(path, value);
            } else {
                let found = Kind::of_param(&value).word();
                let message = format!("`{}` is {}, found {found}", entry.name, wanted.word());
                keys.doc.push(keys.doc.error(codes::PARAMETER, entry.value.span(), message));
            }
        }
    }

    /// The value of an argument; a text may be a template over what is known beforehand, and one
    /// that only names a value takes that value as it is.
    fn argument<'d>(&self, doc: &'d Document<'d>, entry: &Entry<'d>) -> Option<Param> {
        let value = param(entry.value);
        let Some(Param::Text(written)) = &value else {
            if value.is_none() {
                let wanted = "a text, number, flag, date or list of texts";
                reader::wrong(doc, entry.name, wanted, entry.value);
            }
            return value;
        };
        if !written.contains("{{") && !written.contains("{%") {
            return value;
        }
        let text = reader::text(doc, entry.name, entry.value)?;
        if let Some(param) = template::bare(text, &self.names) {
            return Some(param);
        }
        match self.compile(text)? {
            Text::Static(text) => Some(Param::Text(text)),
            Text::Segments(_) | Text::Template(_) | Text::Rich(_) => {
                let message = "a part's parameter must be known before the first page";
                let hint =
                    "name tenant, job or parameters here; fields belong into the part's texts";
                let finding = text.error(codes::PARAMETER, 0..text.text.len(), message);
                text.push(finding.hint(hint));
                None
            }
        }
    }

    /// The elements of a part, a card or a slip, in painting order.
    pub(super) fn elements<'d>(
        &mut self,
        doc: &'d Document<'d>,
        keys: &Keys<'d>,
        flow: Option<&mut Flow<'d>>,
    ) {
        self.images(doc, keys, true);
        self.foreground(doc, keys, flow);
    }

    /// The elements that faces and parts have in common, but for backgrounds, in painting order.
    pub(super) fn foreground<'d>(
        &mut self,
        doc: &'d Document<'d>,
        keys: &Keys<'d>,
        flow: Option<&mut Flow<'d>>,
    ) {
        for node in keys.tables("box") {
            self.panel(doc, node);
        }
        self.images(doc, keys, false);
        for node in keys.tables("rule") {
            self.rule(doc, node);
        }
        self.creases(doc, keys);
        for node in keys.tables("grid") {
            self.grid(doc, node);
        }
        self.flowing(doc, keys, flow);
        self.symbols(doc, keys);
        self.texts(doc, keys);
        for node in keys.tables("void") {
            self.void(doc, node);
        }
    }

    pub(super) fn texts<'d>(&mut self, doc: &'d Document<'d>, keys: &Keys<'d>) {
        for node in keys.tables("text") {
            self.text(doc, node);
        }
    }
}

/// A part that brings fields works only where they are part of the record.
fn missing_fields(name: TomlText<'_>, part: &Part<'_>, schema: &Schema) {
    let lacks = |key: &str, has: &dyn Fn(&str) -> bool| {
        let fields = part.table.get(key).and_then(|value| value.get_ref().as_table());
        fields.is_some_and(|fields| fields.keys().any(|key| !has(key.get_ref())))
    };
    if lacks("fields", &|id| schema.field(id).is_some())
        || lacks("rows", &|id| schema.row_field(id).is_some())
    {
        let message =
            format!("the part `{}` brings fields that the record does not have", name.text);
        let hint = format!("add \"{}\" to [input] parts", name.text);
        name.push(name.error(codes::PART, 0..name.text.len(), message).hint(hint));
    }
}
