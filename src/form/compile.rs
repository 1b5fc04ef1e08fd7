//! The compiler's front: from the text of a form file, and of the parts it uses, to a [`Form`].

use super::eval::Store;
use super::head;
use super::keys;
use super::known;
use super::language::Languages;
use super::layout::Face;
use super::mandatory;
use super::names::{Names, Rows};
use super::parts::{self, Part, PartFiles, Parts};
use super::purpose::Items;
use super::reader::{self, Keys};
use super::readings;
use super::schema;
use super::series;
use super::site::{Desk, Origin};
use super::source::{Document, FormSource, TomlText};
use super::stock;
use super::uses::{self, PartUses};
use super::{Check, Form, codes};
use crate::calendar::Date;
use crate::diag::{Diagnostic, Findings, Place};
use crate::digest::Digest;
use crate::model::{FieldIndex, Params, Schema, Stocks, Tenant};
use std::cell::RefCell;
use std::collections::BTreeSet;
use toml::de::DeTable;

/// What a form is compiled with besides its own file.
pub struct Sources<'a> {
    /// The text of a part by its name; `None` when there is no `forms/parts/<name>.toml`.
    pub parts: &'a dyn Fn(&str) -> Option<FormSource>,
    /// Whether an image exists, by its path relative to the home.
    pub images: &'a dyn Fn(&str) -> bool,
    /// `tenant.*`, `job.*` and `param.*`: see [`super::parameters`].
    pub params: &'a Params,
    /// The tenant, for its seal and house style.
    pub tenant: &'a Tenant,
    /// Paper and envelopes.
    pub stocks: &'a Stocks,
}

/// A compiled form, and where everything on its faces comes from.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The form.
    pub form: Form,
    /// For each face of the form and each item on it its origin, in the same order.
    pub origins: Vec<Vec<Origin>>,
    /// The place of the slot mark.
    pub mark: Place,
    /// What is doubtful about the form's text; [`Compiled::lint`] tells it too.
    pub warnings: Findings,
}

/// Compiles a form.
///
/// # Errors
/// Everything that is wrong with the form and its parts, in the order of the files.
pub fn compile(source: &FormSource, sources: &Sources<'_>) -> Result<Compiled, Findings> {
    let findings = RefCell::new(Findings::new());
    let compiled = {
        let doc = Document::new(source, &findings);
        let table = parse(&doc);
        let known = uses::overridden(&doc, &table, sources.params);
        let (table, mut asked) = series::write_out(&doc, table, &known, "param");
        let files = uses::part_files(&table, sources);
        let said = PartUses { doc: &doc, table: &table, known: &known };
        let parts = uses::read_parts(&files, &said, &mut asked, &findings);
        // What stands in a file that is no TOML cannot be told; its other findings would mislead.
        let readable = findings.borrow().is_empty();
        let compiler = Compiler { doc: &doc, sources, parts: &parts, files: &files, asked };
        readable.then(|| compiler.compile(&table)).flatten()
    };
    let findings = once(findings.into_inner());
    match compiled {
        Some(compiled) if findings.errors() == 0 => Ok(Compiled { warnings: findings, ..compiled }),
        Some(_) => Err(findings),
        None => {
            assert!(findings.errors() > 0, "a form that does not compile has findings");
            Err(findings)
        }
    }
}

/// Findings in the order of their places, without repetition: a part that is used twice is wrong
/// only once.
pub(super) fn once(findings: Findings) -> Findings {
    let mut kept: Vec<Diagnostic> = Vec::new();
    for finding in findings {
        if !kept.contains(&finding) {
            kept.push(finding);
        }
    }
    kept.sort_by(|a, b| {
        let key = |d: &Diagnostic| d.place.as_ref().map(|p| (p.file.clone(), p.line, p.column));
        key(a).cmp(&key(b))
    });
    let mut sorted = Findings::new();
    for finding in kept {
        sorted.push(finding);
    }
    sorted
}

/// Reads TOML, reporting every place where it is none.
pub(super) fn parse<'d>(doc: &Document<'d>) -> DeTable<'d> {
    let (table, errors) = DeTable::parse_recoverable(doc.text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().lines().next().unwrap_or("not TOML").to_owned();
        doc.push(doc.error(codes::SYNTAX, span, message));
    }
    table.into_inner()
}

/// The id and the date of a form file, by its path.
fn id_and_edition<'f>(doc: &Document<'_>, file: &'f str) -> Option<(&'f str, Date)> {
    let mut steps = file.rsplit(['/', '\\']);
    let date = steps.next().and_then(|name| name.strip_suffix(".toml"));
    let id = steps.next().filter(|id| !id.is_empty() && *id != "forms" && *id != "parts");
    let date = date.filter(|date| date.len() == 10).and_then(|date| date.parse().ok());
    let found = id.zip(date);
    if found.is_none() {
        let message =
            "a form is `forms/<form>/<YYYY-MM-DD>.toml`, dated by the day it takes effect";
        doc.push(Diagnostic::error(codes::FILE_NAME, message).at(Place::file(file)));
    }
    found
}

pub(super) struct Compiler<'a, 'd> {
    pub(super) doc: &'d Document<'d>,
    sources: &'a Sources<'a>,
    pub(super) parts: &'d Parts<'d>,
    files: &'a PartFiles,
    /// The parameters of the form that its series asked for.
    asked: BTreeSet<String>,
}

impl<'d> Compiler<'_, 'd> {
    fn compile(&self, table: &'d DeTable<'d>) -> Option<Compiled> {
        let doc = self.doc;
        let root = Keys::open(doc, "form file", keys::ROOT, table, 0..0);
        let named = id_and_edition(doc, &doc.file);
        let (id, edition) = named.unwrap_or(("", Date::constant(1, 1, 1)));
        let schema = self.schema(&root);
        let head = head::head(&root, &schema, self.sources.stocks);
        let sources = self.sources;
        let items = Items::read(&root, sources.params);
        let known = known::known(&root, sources.params, sources.tenant, id, head.as_ref(), &items);
        let form_keys = head.as_ref().map(|head| &head.keys);
        let languages = Languages::read(form_keys, &schema, &known);
        let asked = RefCell::new(self.asked_beforehand(&root, form_keys));
        let with = Params::new();
        let names = Names {
            schema: &schema,
            known: &known,
            with: &with,
            rows: Rows::default(),
            asked: &asked,
        };
        let checks = self.checks(&root, &names);
        let desk = Desk {
            form_id: id,
            tenant: self.sources.tenant,
            store: Store::new(super::template::names_style(&names)),
            exists: self.sources.images,
            images: RefCell::default(),
            pictured: RefCell::default(),
            items,
            languages,
            leaf: head.as_ref().and_then(|head| head.leaf).unwrap_or_default(),
        };
        let duplex = head.as_ref().is_some_and(|head| head.duplex);
        let (mut faces, slips) = self.faces(&root, &desk, names, duplex);
        let slips = readings::slips(&root, slips, &mut faces);
        let readings = readings::of(&faces, &slips);
        self.look_over(form_keys, &faces, &desk);
        let head = head?;
        let mark_keys = head.mark?;
        let [mark, mark_back] = head::mark(&mark_keys, head.duplex)?;
        named?;
        let (mut faces, origins): (Vec<_>, Vec<_>) = faces.into_iter().unzip();
        let images = stock::printed_first(desk.images.into_inner(), &mut faces, &origins);
        let form = Form {
            id: id.to_owned(),
            title: head.title?.text.to_owned(),
            edition,
            digest: self.digest(&known, &asked.borrow()),
            leaf: head.leaf?,
            duplex: head.duplex,
            stock: head.stock?.text.to_owned(),
            envelope: head.envelope.map(|envelope| envelope.text.to_owned()),
            safe_margin: head.safe_margin,
            amount: head.amount,
            name: head.name?,
            checks: with_pictures(checks, desk.pictured.into_inner()),
            faces,
            slips,
            readings,
            mark,
            mark_back,
            images,
            summed: summed(&schema, &asked.borrow()),
            templates: desk.store.finish(),
            schema: schema.clone(),
        };
        let mark = doc.place(mark_keys.span());
        Some(Compiled { form, origins, mark, warnings: Findings::new() })
    }

    /// What must and what must not stand on the faces of any form, and what is doubtful.
    fn look_over(&self, form: Option<&Keys<'_>>, faces: &[(Face, Vec<Origin>)], desk: &Desk<'_>) {
        stock::same_on_every_page(self.doc, faces);
        mandatory::no_my_number(self.doc, faces);
        if let Some(keys) = form {
            mandatory::check(keys, faces);
        }
        let doc = self.doc;
        let place = form.map_or(Place::file(doc.file.clone()), |keys| doc.place(keys.span()));
        desk.doubts(&place).into_iter().for_each(|doubt| doc.push(doubt));
    }

    /// The known values that decide about the form besides those that its texts ask for.
    fn asked_beforehand(&self, root: &Keys<'_>, form: Option<&Keys<'_>>) -> BTreeSet<String> {
        let mut asked = self.asked.clone();
        asked.extend(form.and_then(Languages::asks));
        if root.has("purposes") || root.has("items") {
            asked.extend(["job.purpose", "job.items"].map(str::to_owned));
        }
        asked
    }

    /// The checks of the form, then those of its parts.
    fn checks(&self, root: &Keys<'d>, names: &Names<'_>) -> Vec<Check> {
        let own = root.tables("check").into_iter();
        let mut checks: Vec<Check> =
            own.filter_map(|node| schema::check(self.doc, node, names)).collect();
        for part in self.parts_of_record(root) {
            let nodes = part.table.get("check");
            let nodes = nodes.map(|nodes| reader::tables(&part.doc, "check", nodes));
            let nodes = nodes.unwrap_or_default().into_iter();
            checks.extend(nodes.filter_map(|node| schema::check(&part.doc, node, names)));
        }
        checks
    }

    /// The parts whose fields join the record's.
    fn parts_of_record(&self, root: &Keys<'d>) -> Vec<&'d Part<'d>> {
        let input = root.get("input").and_then(|input| input.get_ref().as_table()?.get("parts"));
        let items = input.and_then(|parts| parts.get_ref().as_array()).map_or(&[][..], |all| all);
        let names = items.iter().filter_map(|item| Some(uses::part_name(item)?.1));
        names.filter_map(|name| self.parts.get(name)).collect()
    }

    /// `[input]`: the fields and row fields of the form, then those of its parts.
    fn schema(&self, root: &Keys<'d>) -> Schema {
        let mut schema = Schema { fields: Vec::new(), key: 0, rows: Vec::new() };
        let Some(input) = root
            .need("input")
            .and_then(|value| Keys::open_value(self.doc, "[input]", keys::INPUT, value))
        else {
            return schema;
        };
        schema::fields(self.doc, &input.entries("fields"), &mut schema.fields);
        schema::fields(self.doc, &input.entries("rows"), &mut schema.rows);
        for part in self.named_parts(&input) {
            parts::fields(part, "fields", &mut schema.fields);
            parts::fields(part, "rows", &mut schema.rows);
        }
        if schema.fields.is_empty() {
            input.blame("fields", "a record has no field");
        } else if let Some(key) = input.need_text("key") {
            schema.key = schema::field(key, &schema).unwrap_or(0);
        }
        schema
    }

    /// The parts that `[input] parts` names; one that does not exist is reported.
    fn named_parts(&self, input: &Keys<'d>) -> Vec<&'d Part<'d>> {
        let items = if input.has("parts") { input.array("parts") } else { None };
        let mut named = Vec::new();
        for item in items.unwrap_or_default() {
            let name =
                uses::part_name(item).and_then(|(node, _)| reader::text(self.doc, "parts", node));
            let Some(name) = name else {
                reader::wrong(self.doc, "parts", "names of parts, or tables with `use`", item);
                continue;
            };
            match self.parts.get(name.text) {
                Some(part) => named.push(part),
                None => no_part(name),
            }
        }
        named
    }

    /// SHA-256 over the form, its parts, and the known values that it asked for.
    fn digest(&self, known: &Params, asked: &BTreeSet<String>) -> Digest {
        let mut pieces: Vec<Vec<u8>> = vec![self.doc.text.as_bytes().to_vec()];
        for (name, source) in self.files {
            pieces.push(name.as_bytes().to_vec());
            pieces.push(source.text.as_bytes().to_vec());
        }
        for (path, value) in known.iter() {
            let under = |asked: &String| {
                path == asked
                    || path.strip_prefix(asked.as_str()).is_some_and(|p| p.starts_with('.'))
            };
            if asked.iter().any(under) {
                pieces.push(format!("{path}={value:?}").into_bytes());
            }
        }
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        Digest::of_parts(&pieces)
    }
}

/// The checks of a form, and those that its pictures ask for, once each.
fn with_pictures(mut checks: Vec<Check>, pictured: Vec<Check>) -> Vec<Check> {
    for check in pictured {
        if !checks.contains(&check) {
            checks.push(check);
        }
    }
    checks
}

/// The row fields that texts and conditions ask the sum of.
fn summed(schema: &Schema, asked: &BTreeSet<String>) -> Vec<FieldIndex> {
    let sum = |name: &String| {
        let (root, id) = name.split_once('.')?;
        matches!(root, "sum" | "running").then(|| schema.row_field(id)).flatten()
    };
    let fields: BTreeSet<FieldIndex> = asked.iter().filter_map(sum).collect();
    fields.into_iter().collect()
}

pub(super) fn no_part(name: TomlText<'_>) {
    let message = format!("no such part: `{}`", name.text);
    let hint = format!("a part is `forms/parts/{}.toml`", name.text);
    name.push(name.error(codes::PART, 0..name.text.len(), message).hint(hint));
}
