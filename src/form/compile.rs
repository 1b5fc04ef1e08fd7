//! The compiler's front: from the text of a form file, and of the parts it uses, to a [`Form`].

use super::condition::When;
use super::eval::Store;
use super::head::{self, Head};
use super::keys;
use super::layout::{Face, FaceRole, Item};
use super::names::{Kind, Names, Rows};
use super::parts::{self, Part, PartFiles, Parts};
use super::reader::{self, Keys, Node};
use super::schema;
use super::series;
use super::site::{Desk, Origin, Site};
use super::source::{Document, FormSource, TomlText};
use super::style::Style;
use super::table::Firsts;
use super::uses::{self, PartUses};
use super::{Check, Form, codes};
use crate::calendar::Date;
use crate::diag::{Diagnostic, Findings, Place};
use crate::digest::Digest;
use crate::measure::Point;
use crate::model::{FieldIndex, Param, Params, Schema, Stocks, Tenant};
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

struct Compiler<'a, 'd> {
    doc: &'d Document<'d>,
    sources: &'a Sources<'a>,
    parts: &'d Parts<'d>,
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
        let known = self.known(&root, id, head.as_ref());
        let asked = RefCell::new(self.asked.clone());
        let with = Params::new();
        let names = Names {
            schema: &schema,
            known: &known,
            with: &with,
            rows: Rows::default(),
            asked: &asked,
        };
        let mut checks: Vec<Check> = root
            .tables("check")
            .iter()
            .filter_map(|node| schema::check(doc, node, &names))
            .collect();
        for part in self.parts_of_record(&root) {
            let nodes = part.table.get("check");
            let nodes = nodes.map(|nodes| reader::tables(&part.doc, "check", nodes));
            let nodes = nodes.unwrap_or_default().into_iter();
            checks.extend(nodes.filter_map(|node| schema::check(&part.doc, node, &names)));
        }
        let desk = Desk {
            form_id: id,
            tenant: self.sources.tenant,
            store: Store::new(super::template::names_style(&names)),
            exists: self.sources.images,
            images: RefCell::default(),
        };
        let mut style = Style::default();
        if let Some(value) = root.get("defaults") {
            style.read(doc, value);
        }
        let faces =
            self.faces(&root, &desk, names, &style, head.as_ref().is_some_and(|h| h.duplex));
        let head = head?;
        let mark_keys = head.mark?;
        let [mark, mark_back] = head::mark(&mark_keys, head.duplex)?;
        named?;
        let (faces, origins) = faces.into_iter().unzip();
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
            checks,
            faces,
            mark,
            mark_back,
            images: desk.images.into_inner(),
            summed: summed(&schema, &asked.borrow()),
            templates: desk.store.finish(),
            schema: schema.clone(),
        };
        let mark = doc.place(mark_keys.span());
        Some(Compiled { form, origins, mark, warnings: Findings::new() })
    }

    /// The parts whose fields join the record's.
    fn parts_of_record(&self, root: &Keys<'d>) -> Vec<&'d Part<'d>> {
        let input = root.get("input").and_then(|input| input.get_ref().as_table()?.get("parts"));
        let items = input.and_then(|parts| parts.get_ref().as_array()).map_or(&[][..], |all| all);
        let names = items.iter().filter_map(|item| Some(uses::part_name(item)?.1));
        names.filter_map(|name| self.parts.get(name)).collect()
    }

    /// `[input]`: the fields of the form, then those of its parts.
    fn schema(&self, root: &Keys<'d>) -> Schema {
        let mut schema = Schema { fields: Vec::new(), key: 0, rows: Vec::new() };
        let Some(input) = root
            .need("input")
            .and_then(|value| Keys::open_value(self.doc, "[input]", keys::INPUT, value))
        else {
            return schema;
        };
        schema::fields(self.doc, &input.entries("fields"), &mut schema.fields);
        for part in self.named_parts(&input) {
            parts::fields(part, &mut schema.fields);
        }
        schema::fields(self.doc, &input.entries("rows"), &mut schema.rows);
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

    /// The values that are known beforehand: what the tenant and the job say, over the form's own
    /// parameters.
    fn known(&self, root: &Keys<'d>, id: &str, head: Option<&Head<'d>>) -> Params {
        let doc = self.doc;
        let mut known = Params::new();
        parts::defaults(doc, "param", &root.entries("params"), &mut known);
        for (path, value) in self.sources.params.iter() {
            if let Some(name) = path.strip_prefix("param.") {
                let Some(default) = known.get(path) else {
                    doc.push(unknown_param(doc, name, &known));
                    continue;
                };
                let (wanted, found) = (Kind::of_param(default), Kind::of_param(value));
                if wanted != found {
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
                }
            }
            known.set(path, value.clone());
        }
        let seal = self.sources.tenant.seal.as_ref();
        let sealed = seal.is_some_and(|seal| seal.forms.iter().any(|form| form == id));
        known.set("form.seal", Param::Flag(sealed));
        known.set("form.id", Param::Text(id.to_owned()));
        let title = head.and_then(|head| head.title).map_or("", |title| title.text);
        known.set("form.title", Param::Text(title.to_owned()));
        known
    }

    fn faces(
        &self,
        root: &Keys<'d>,
        desk: &Desk<'_>,
        names: Names<'_>,
        style: &Style,
        duplex: bool,
    ) -> Vec<(Face, Vec<Origin>)> {
        const ROLES: [(&str, FaceRole, bool); 4] = [
            ("first-front", FaceRole::FirstFront, false),
            ("first-back", FaceRole::FirstBack, true),
            ("more-front", FaceRole::MoreFront, false),
            ("more-back", FaceRole::MoreBack, true),
        ];
        let mut faces = Vec::new();
        let Some(all) = root
            .need("face")
            .and_then(|value| Keys::open_value(self.doc, "[face]", keys::FACES, value))
        else {
            return faces;
        };
        all.need("first-front");
        let mut firsts = Firsts::new();
        for (name, role, back) in ROLES {
            let Some(value) = all.get(name) else { continue };
            let Some(keys) = Keys::open_value(self.doc, "face", keys::FACE, value) else {
                continue;
            };
            if back && !duplex {
                let message = format!("`{name}` is never printed: the form is simplex");
                self.doc.push(
                    self.doc
                        .error(codes::FACE, value.span(), message)
                        .hint("write `sides = \"duplex\"`, or take the face out"),
                );
            }
            let site = Site {
                desk,
                names,
                style: style.clone(),
                corner: Point::default(),
                when: When::Always,
                part: 0,
                items: Vec::new(),
            };
            let (items, origins): (Vec<Item>, Vec<Origin>) =
                self.face(site, &keys, &mut firsts).into_iter().unzip();
            faces.push((Face { role, items }, origins));
        }
        faces
    }

    /// The items of a face, in painting order.
    fn face(
        &self,
        mut site: Site<'_>,
        keys: &Keys<'d>,
        firsts: &mut Firsts<'d>,
    ) -> Vec<(Item, Origin)> {
        site.images(self.doc, keys, true);
        for (number, node) in (1..).zip(keys.tables("part")) {
            let used = node.get_ref().as_table().and_then(|part| part.get("use"));
            if let Some(name) = used.and_then(|used| reader::text(self.doc, "use", used))
                && !self.parts.contains_key(name.text)
            {
                no_part(name);
            }
            site.part(self.doc, node, self.parts, number);
        }
        for node in keys.tables("box") {
            site.panel(self.doc, node);
        }
        site.images(self.doc, keys, false);
        for node in keys.tables("rule") {
            site.rule(self.doc, node);
        }
        for node in keys.tables("grid") {
            site.grid(self.doc, node);
        }
        let mut here = BTreeSet::new();
        for node in keys.tables("table") {
            self.twice(node, &mut here);
            site.table(self.doc, node, firsts);
        }
        site.texts(self.doc, keys);
        site.items
    }

    /// Two tables of one name on one face would print the same rows in an order that nobody sees.
    fn twice(&self, node: &'d Node<'d>, here: &mut BTreeSet<&'d str>) {
        let name = node.get_ref().as_table().and_then(|table| table.get("name"));
        let Some(name) = name.and_then(|name| reader::text(self.doc, "name", name)) else { return };
        if !here.insert(name.text) {
            let message = format!("the table `{}` stands twice on this face", name.text);
            let finding = name.error(codes::DUPLICATE, 0..name.text.len(), message);
            name.push(finding.hint("use `blocks` for columns of rows side by side"));
        }
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

/// The row fields that texts and conditions ask the sum of.
fn summed(schema: &Schema, asked: &BTreeSet<String>) -> Vec<FieldIndex> {
    let sum = |name: &String| {
        let (root, id) = name.split_once('.')?;
        matches!(root, "sum" | "running").then(|| schema.row_field(id)).flatten()
    };
    let fields: BTreeSet<FieldIndex> = asked.iter().filter_map(sum).collect();
    fields.into_iter().collect()
}

fn no_part(name: TomlText<'_>) {
    let message = format!("no such part: `{}`", name.text);
    let hint = format!("a part is `forms/parts/{}.toml`", name.text);
    name.push(name.error(codes::PART, 0..name.text.len(), message).hint(hint));
}

fn unknown_param(doc: &Document<'_>, name: &str, known: &Params) -> Diagnostic {
    let names: Vec<&str> =
        known.iter().filter_map(|(path, _)| path.strip_prefix("param.")).collect();
    let message = format!("the job gives a parameter that the form does not have: `{name}`");
    let finding = Diagnostic::error(codes::PARAMETER, message).at(Place::file(doc.file.clone()));
    match super::nearest::nearest(name, names.iter().copied()) {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding.hint("compare [params] of the job with [params] of the form"),
    }
}
