//! Copies a page and everything that it needs, and nothing else: objects get new numbers, streams
//! are checked, what does not belong into a press file is reported.

use super::colour::{Colour, Spaces};
use super::content::{self, Kind, OPERATORS_MAX, Usage};
use super::copied::{Copied, numbers, write_name, write_real, write_text};
use super::file::File;
use super::tree::Leaf;
use super::vet::hidden;
use super::{Outcome, Refusal};
use crate::pdf::{Deflater, Plates};
use lopdf::{Dictionary, Object, ObjectId, Stream};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Objects that refer to each other in a chain.
const CHAIN_MAX: usize = 64;

/// Entries that say something about the file they came from, not about what is shown.
const DROPPED: &[&str] = &[
    "Metadata",
    "PieceInfo",
    "LastModified",
    "StructParent",
    "StructParents",
    "OPI",
    "Alternates",
    "AF",
    "Measure",
    "PtData",
    "OC",
    "ID",
    "Length",
    "DL",
];
/// Entries of a graphics state by which a designer's program speaks to a printer of its own.
const OF_A_DEVICE: &[&str] = &["TR", "TR2", "HT", "HTP", "BG", "BG2", "UCR", "UCR2"];

/// The black ink, as it looks in grey.
const BLACK_IN_GREY: &[u8] =
    b"[/Separation/Black/DeviceGray<</FunctionType 2/Domain[0 1]/C0[1]/C1[0]/N 1>>]";

/// What a dictionary is, as far as some of its entries are left out. The entries of others may have
/// any names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Plain,
    Stream,
    GraphicsState,
}

/// Copies objects of a file.
pub(super) struct Copier<'f> {
    pub(super) file: &'f File,
    out: Vec<Copied>,
    /// The place in `out` of each object of the file.
    places: BTreeMap<ObjectId, u32>,
    queue: VecDeque<(ObjectId, u32)>,
    /// Copies that are graphics states.
    states: BTreeSet<u32>,
    /// Operators of each content stream.
    pub(super) operators: BTreeMap<u32, u64>,
    /// How often a content stream paints another object, where it is more than once.
    paints: BTreeMap<(u32, u32), u64>,
    /// What forms without resources of their own use.
    page_resources: Dictionary,
    pub(super) hidden_layers: bool,
    deflater: Deflater,
    pub(super) faults: Vec<Refusal>,
    pub(super) colours: BTreeSet<Colour>,
    plates: Plates,
}

impl<'f> Copier<'f> {
    pub(super) fn new(file: &'f File, plates: Plates) -> Self {
        Self {
            file,
            out: Vec::new(),
            places: BTreeMap::new(),
            queue: VecDeque::new(),
            states: BTreeSet::new(),
            operators: BTreeMap::new(),
            paints: BTreeMap::new(),
            page_resources: Dictionary::new(),
            hidden_layers: false,
            deflater: Deflater::for_once(),
            faults: Vec::new(),
            colours: BTreeSet::new(),
            plates,
        }
    }

    /// Colour spaces as they will be printed.
    pub(super) const fn spaces(&self) -> Spaces<'f> {
        Spaces { file: self.file, plates: self.plates }
    }

    /// Copies a page as a form `XObject`, and all that it needs.
    pub(super) fn page(&mut self, leaf: &Leaf) -> Outcome<()> {
        self.hidden_layers = leaf.hidden_layers;
        self.page_resources = leaf.resources.clone();
        let mut content = Vec::new();
        let missing = || Refusal::broken("content of the page is missing");
        match self.file.value(&leaf.dictionary, "Contents") {
            Object::Array(parts) => {
                for part in parts {
                    let part = self.file.resolve(part).as_stream().map_err(|_| missing())?;
                    content.extend_from_slice(&self.file.decoded(part)?);
                    content.push(b'\n');
                }
            }
            Object::Stream(stream) => content = self.file.decoded(stream)?,
            _ if !leaf.dictionary.has(b"Contents") => {}
            _ => return Err(missing()),
        }
        self.out.push(Copied::default());
        let mut form = Copied::default();
        form.body.extend_from_slice(b"/Type/XObject/Subtype/Form/BBox");
        numbers(&leaf.shown, &mut form.body);
        form.body.extend_from_slice(b"/Matrix");
        numbers(&leaf.matrix(), &mut form.body);
        if let Some(group) = self.file.dictionary(&leaf.dictionary, "Group") {
            self.group(group);
            form.body.extend_from_slice(b"/Group<<");
            self.entries(group, What::Plain, &[], &mut form)?;
            form.body.extend_from_slice(b">>");
        }
        self.content(0, &content, &leaf.resources.clone(), &mut form)?;
        self.out[0] = form;
        while let Some((id, place)) = self.queue.pop_front() {
            let copied = self.copied(place, self.file.get(id))?;
            self.out[place as usize] = copied;
        }
        Ok(())
    }

    /// The copied objects, once what they make of each other is bounded.
    pub(super) fn finish(&mut self) -> Outcome<Vec<Copied>> {
        let mut known = BTreeMap::new();
        let (operators, _) = self.weight(0, 0, &mut known)?;
        if operators > OPERATORS_MAX {
            return Err(Refusal::too_large());
        }
        Ok(std::mem::take(&mut self.out))
    }

    /// The operators that painting an object takes, and how long its longest chain is.
    fn weight(
        &self,
        place: u32,
        depth: usize,
        known: &mut BTreeMap<u32, (u64, usize)>,
    ) -> Outcome<(u64, usize)> {
        let circle = || Refusal::broken("something on the page is part of itself");
        if depth > CHAIN_MAX {
            return Err(circle());
        }
        if let Some(&(operators, chain)) = known.get(&place) {
            return if depth + chain > CHAIN_MAX { Err(circle()) } else { Ok((operators, chain)) };
        }
        let mut sum = self.operators.get(&place).copied().unwrap_or(0);
        let mut chain = 0;
        let targets: BTreeSet<u32> =
            self.out[place as usize].references.iter().map(|&(_, target)| target).collect();
        for target in targets {
            let (operators, longer) = self.weight(target, depth + 1, known)?;
            let times = self.paints.get(&(place, target)).copied().unwrap_or(1);
            sum = sum.saturating_add(operators.saturating_mul(times));
            chain = chain.max(longer + 1);
        }
        known.insert(place, (sum, chain));
        Ok((sum, chain))
    }

    /// Where an object of the file will stand.
    pub(super) fn place(&mut self, id: ObjectId) -> u32 {
        if let Some(&place) = self.places.get(&id) {
            return place;
        }
        let place = u32::try_from(self.out.len()).expect("a file has few objects");
        self.out.push(Copied::default());
        self.places.insert(id, place);
        self.queue.push_back((id, place));
        place
    }

    pub(super) fn fault(&mut self, fault: Refusal) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Copies an object of the file.
    fn copied(&mut self, place: u32, object: &Object) -> Outcome<Copied> {
        let mut copied = Copied::default();
        match object {
            Object::Stream(stream) => self.stream(place, stream, &mut copied)?,
            Object::Dictionary(state) if self.states.contains(&place) => {
                self.state(state, &mut copied)?;
            }
            object => self.object(object, &mut copied)?,
        }
        Ok(copied)
    }

    fn stream(&mut self, place: u32, stream: &Stream, copied: &mut Copied) -> Outcome<()> {
        let dictionary = &stream.dict;
        if dictionary.has(b"F") || dictionary.has(b"FFilter") {
            return Err(Refusal::external());
        }
        let subtype = self.file.name(dictionary, "Subtype");
        let post_script = self.file.name(dictionary, "Subtype2") == Some(b"PS");
        if post_script || subtype == Some(b"PS") || dictionary.has(b"Ref") {
            let message = "the page has PostScript, or shows a page of another file";
            return Err(Refusal::not_printable(message, "flatten it when exporting"));
        }
        if subtype == Some(b"Form") || dictionary.has(b"PatternType") {
            return self.painted(place, stream, copied);
        }
        let codings = self.file.codings(dictionary)?;
        if subtype == Some(b"Image") {
            self.image(dictionary, &codings)?;
        }
        let (decoded, undone) = self.file.decode(stream, &codings)?;
        self.entries(dictionary, What::Stream, &["Filter", "DecodeParms"], copied)?;
        let (last, data) = match (&codings[..], codings.get(undone)) {
            // What was predicted well is smaller as it is.
            ([only], None) if only.name == "FlateDecode" && only.parameters.is_some() => {
                (Some(only), stream.content.clone())
            }
            (_, Some(of_image)) => (Some(of_image), decoded),
            (_, None) => (None, self.deflater.deflate(&decoded).to_vec()),
        };
        write_name(b"Filter", &mut copied.body);
        write_name(last.map_or("FlateDecode", |last| last.name).as_bytes(), &mut copied.body);
        if let Some(parameters) = last.and_then(|last| last.parameters.as_ref()) {
            copied.body.extend_from_slice(b"/DecodeParms<<");
            self.entries(parameters, What::Plain, &[], copied)?;
            copied.body.extend_from_slice(b">>");
        }
        copied.data = Some(data);
        Ok(())
    }

    /// Copies a form or a tile: a stream of operators with resources.
    fn painted(&mut self, place: u32, stream: &Stream, copied: &mut Copied) -> Outcome<()> {
        let content = self.file.decoded(stream)?;
        if let Some(group) = self.file.dictionary(&stream.dict, "Group") {
            self.group(group);
        }
        let but = ["Resources", "Filter", "DecodeParms"];
        self.entries(&stream.dict, What::Stream, &but, copied)?;
        let resources = match self.file.dictionary(&stream.dict, "Resources") {
            Some(resources) => resources.clone(),
            // Of old, forms used the resources of their page.
            None => self.page_resources.clone(),
        };
        self.content(place, &content, &resources, copied)
    }

    /// The resources of a content stream, as far as it uses them, and its operators.
    fn content(
        &mut self,
        place: u32,
        content: &[u8],
        resources: &Dictionary,
        copied: &mut Copied,
    ) -> Outcome<()> {
        let usage = content::usage(content)?;
        copied.body.extend_from_slice(b"/Resources");
        self.resources(place, &usage, resources, copied)?;
        self.seen(place, &usage);
        copied.body.extend_from_slice(b"/Filter/FlateDecode");
        let content = usage.on_plates(content, self.plates);
        copied.data = Some(self.deflater.deflate(&content).to_vec());
        Ok(())
    }

    /// Notes what a content stream does.
    pub(super) fn seen(&mut self, place: u32, usage: &Usage) {
        *self.operators.entry(place).or_default() += usage.operators;
        let device = |name: &&str| Colour::of_device(name, self.plates);
        // What operators paint in becomes grey on a press with black only.
        let outside = self.plates != Plates::Grey;
        let painted = usage.colours.iter().filter_map(device);
        self.colours.extend(painted.map(|colour| Colour { outside, ..colour }));
        self.colours.extend(usage.images.iter().filter_map(device));
        if usage.layers && self.hidden_layers {
            self.fault(hidden());
        }
    }

    fn resources(
        &mut self,
        place: u32,
        usage: &Usage,
        resources: &Dictionary,
        copied: &mut Copied,
    ) -> Outcome<()> {
        const KINDS: [Kind; 7] = [
            Kind::ColorSpace,
            Kind::ExtGState,
            Kind::Font,
            Kind::Pattern,
            Kind::Properties,
            Kind::Shading,
            Kind::XObject,
        ];
        copied.body.extend_from_slice(b"<<");
        for kind in KINDS {
            let all = self.file.dictionary(resources, kind.key());
            let mut wanted: BTreeMap<&[u8], u64> = usage
                .names
                .iter()
                .filter(|((of, _), _)| *of == kind)
                .map(|((_, name), &count)| (&name[..], count))
                .collect();
            if kind == Kind::ColorSpace {
                // These take the place of the device's own.
                let defaults: [&[u8]; 3] = [b"DefaultGray", b"DefaultRGB", b"DefaultCMYK"];
                wanted.extend(defaults.map(|name| (name, 1)));
            }
            let mut open = false;
            for (name, count) in wanted {
                let found = all.and_then(|all| all.get(name).ok());
                let Some(value) = found.filter(|value| !self.file.resolve(value).is_null()) else {
                    let optional = matches!(kind, Kind::Properties) || name.starts_with(b"Default");
                    if !optional {
                        let name = String::from_utf8_lossy(name);
                        let message = format!("the page uses `{name}`, which is not there");
                        self.fault(Refusal::broken(message));
                    }
                    continue;
                };
                if !std::mem::replace(&mut open, true) {
                    write_name(kind.key().as_bytes(), &mut copied.body);
                    copied.body.extend_from_slice(b"<<");
                }
                if kind == Kind::ColorSpace {
                    self.colours.extend(self.spaces().colour(value, all));
                }
                write_name(name, &mut copied.body);
                match value {
                    Object::Dictionary(state) if kind == Kind::ExtGState => {
                        self.state(state, copied)?;
                    }
                    value => self.object(value, copied)?,
                }
                if let Object::Reference(id) = value {
                    let target = self.place(*id);
                    *self.paints.entry((place, target)).or_default() += count;
                    if kind == Kind::ExtGState {
                        self.states.insert(target);
                    }
                }
            }
            if open {
                copied.body.extend_from_slice(b">>");
            }
        }
        copied.body.extend_from_slice(b">>");
        Ok(())
    }

    /// Writes an object, with references to where the copies will stand.
    fn object(&mut self, object: &Object, copied: &mut Copied) -> Outcome<()> {
        let body = &mut copied.body;
        match object {
            Object::Null => body.extend_from_slice(b" null"),
            Object::Boolean(flag) => {
                body.extend_from_slice(if *flag { b" true" } else { b" false" });
            }
            Object::Integer(number) => {
                body.push(b' ');
                body.extend_from_slice(number.to_string().as_bytes());
            }
            Object::Real(number) if number.is_finite() => {
                body.push(b' ');
                write_real(*number, body);
            }
            Object::Name(name) => write_name(name, body),
            Object::String(text, _) => write_text(text, body),
            // Streams are objects of their own.
            Object::Real(_) | Object::Stream(_) => {
                return Err(Refusal::broken("an object cannot be read"));
            }
            Object::Array(items) if self.spaces().is_black_elsewhere(items) => {
                body.extend_from_slice(BLACK_IN_GREY);
            }
            Object::Array(items) => {
                body.push(b'[');
                for item in items {
                    self.object(item, copied)?;
                }
                copied.body.push(b']');
            }
            Object::Dictionary(dictionary) => {
                body.extend_from_slice(b"<<");
                self.entries(dictionary, What::Plain, &[], copied)?;
                copied.body.extend_from_slice(b">>");
            }
            Object::Reference(id) => {
                body.push(b' ');
                let at = body.len();
                let place = self.place(*id);
                copied.references.push((at, place));
            }
        }
        Ok(())
    }

    fn state(&mut self, state: &Dictionary, copied: &mut Copied) -> Outcome<()> {
        copied.body.extend_from_slice(b"<<");
        self.entries(state, What::GraphicsState, &[], copied)?;
        copied.body.extend_from_slice(b">>");
        Ok(())
    }

    /// Writes the entries of a dictionary but for some.
    fn entries(
        &mut self,
        dictionary: &Dictionary,
        what: What,
        but: &[&str],
        copied: &mut Copied,
    ) -> Outcome<()> {
        self.inspect(dictionary)?;
        let is_group = self.file.name(dictionary, "S") == Some(b"Transparency");
        for (key, value) in dictionary {
            if is_group && key == b"CS" && self.blends_in_grey(value) {
                copied.body.extend_from_slice(b"/CS/DeviceGray");
                continue;
            }
            let is = |names: &[&str]| names.iter().any(|name| key == name.as_bytes());
            let dropped = match what {
                What::Plain => false,
                What::Stream => is(DROPPED),
                What::GraphicsState => is(OF_A_DEVICE),
            };
            if !dropped && !is(but) {
                write_name(key, &mut copied.body);
                self.object(value, copied)?;
            }
        }
        Ok(())
    }
}
