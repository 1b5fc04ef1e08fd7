//! Copies a page and everything that it needs, and nothing else: objects get new numbers, streams
//! are checked, what does not belong into a press file is reported.

use super::colour;
use super::content::{self, Kind, Usage};
use super::file::{File, Loaded, unsigned};
use super::filter::{Coding, Filter};
use super::object::{Decimal, Dictionary, Object};
use super::tree::Leaf;
use super::{Outcome, Refusal, filter};
use crate::pdf::Deflater;
use crate::pdf::number::{integer, thousandths};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Operators that the page executes, those of forms counted each time they are painted.
const OPERATORS_MAX: u64 = 10_000_000;
/// Objects that refer to each other in a chain.
const CHAIN_MAX: usize = 64;
/// The most samples of an image on a side.
const SIDE_MAX: u64 = 32_000;

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

/// What a dictionary is, as far as some of its entries are left out. The entries of others may have
/// any names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Plain,
    Stream,
    GraphicsState,
}

/// An object of a press file: its text (for a stream, the entries of its dictionary), in which
/// references are put when its number is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Copied {
    body: Vec<u8>,
    /// Where a reference stands in the text, and to which of the copied objects.
    references: Vec<(usize, u32)>,
    pub(super) data: Option<Vec<u8>>,
}

impl Copied {
    /// Appends its text, given the numbers of all copied objects.
    pub(super) fn render(&self, ids: &[u32], out: &mut Vec<u8>) {
        let mut start = 0;
        for &(at, target) in &self.references {
            out.extend_from_slice(&self.body[start..at]);
            integer(out, u64::from(ids[target as usize]));
            out.extend_from_slice(b" 0 R");
            start = at;
        }
        out.extend_from_slice(&self.body[start..]);
    }
}

/// Copies objects of a file.
pub(super) struct Copier<'f, 'd> {
    file: &'f File<'d>,
    out: Vec<Copied>,
    /// The place in `out` of each object of the file.
    places: BTreeMap<u32, u32>,
    queue: VecDeque<(u32, u32)>,
    /// Copies that are graphics states.
    states: BTreeSet<u32>,
    /// Operators of each content stream.
    operators: BTreeMap<u32, u64>,
    /// How often a content stream paints another object, where it is more than once.
    paints: BTreeMap<(u32, u32), u64>,
    /// What forms without resources of their own use.
    page_resources: Dictionary,
    hidden_layers: bool,
    deflater: Deflater,
    pub(super) faults: Vec<Refusal>,
    pub(super) colours: BTreeSet<String>,
}

impl<'f, 'd> Copier<'f, 'd> {
    pub(super) fn new(file: &'f File<'d>) -> Self {
        Self {
            file,
            out: Vec::new(),
            places: BTreeMap::new(),
            queue: VecDeque::new(),
            states: BTreeSet::new(),
            operators: BTreeMap::new(),
            paints: BTreeMap::new(),
            page_resources: Dictionary::default(),
            hidden_layers: false,
            deflater: Deflater::for_once(),
            faults: Vec::new(),
            colours: BTreeSet::new(),
        }
    }

    /// Copies a page as a form `XObject`, and all that it needs.
    pub(super) fn page(&mut self, leaf: &Leaf) -> Outcome<()> {
        self.hidden_layers = leaf.hidden_layers;
        self.page_resources = leaf.resources.clone();
        let mut content = Vec::new();
        let contents = self.file.value(&leaf.dictionary, "Contents")?;
        match &contents.object {
            Object::Array(parts) => {
                for part in parts {
                    content.extend_from_slice(&self.file.decoded(&*self.file.resolve(part)?)?);
                    content.push(b'\n');
                }
            }
            Object::Null => {}
            _ => content = self.file.decoded(&contents)?,
        }
        self.out.push(Copied::default());
        let mut form = Copied::default();
        form.body.extend_from_slice(b"/Type/XObject/Subtype/Form/BBox");
        numbers(&leaf.shown, &mut form.body);
        form.body.extend_from_slice(b"/Matrix");
        numbers(&leaf.matrix(), &mut form.body);
        if let Some(group) = leaf.dictionary.get("Group") {
            form.body.extend_from_slice(b"/Group");
            let group = self.file.resolve(group)?;
            self.group(&group.object)?;
            self.object(&group.object, &mut form)?;
        }
        self.content(0, &content, &leaf.resources.clone(), &mut form)?;
        self.out[0] = form;
        while let Some((number, place)) = self.queue.pop_front() {
            let loaded = self.file.get(number)?;
            let copied = self.copied(place, &loaded)?;
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
    fn place(&mut self, number: u32) -> u32 {
        if let Some(&place) = self.places.get(&number) {
            return place;
        }
        let place = u32::try_from(self.out.len()).expect("a file has few objects");
        self.out.push(Copied::default());
        self.places.insert(number, place);
        self.queue.push_back((number, place));
        place
    }

    fn fault(&mut self, fault: Refusal) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Copies an object of the file.
    fn copied(&mut self, place: u32, loaded: &Loaded) -> Outcome<Copied> {
        let mut copied = Copied::default();
        let (Some(stream), Some(dictionary)) = (&loaded.stream, loaded.object.as_dictionary())
        else {
            match &loaded.object {
                Object::Dictionary(state) if self.states.contains(&place) => {
                    self.state(state, &mut copied)?;
                }
                object => self.object(object, &mut copied)?,
            }
            return Ok(copied);
        };
        if dictionary.get("F").is_some() || dictionary.get("FFilter").is_some() {
            return Err(Refusal::external());
        }
        let subtype = self.file.value(dictionary, "Subtype")?;
        let subtype = subtype.object.as_name().unwrap_or_default();
        let post_script = dictionary.name("Subtype2") == Some(b"PS") || subtype == b"PS";
        if post_script || dictionary.get("Ref").is_some() {
            let message = "the page has PostScript, or shows a page of another file";
            return Err(Refusal::not_printable(message, "flatten it when exporting"));
        }
        let tiles = dictionary.get("PatternType").is_some();
        if subtype == b"Form" || tiles {
            let content = self.file.decoded(loaded)?;
            let group = self.file.value(dictionary, "Group")?;
            self.group(&group.object)?;
            self.entries(
                dictionary,
                What::Stream,
                &["Resources", "Filter", "DecodeParms"],
                &mut copied,
            )?;
            let own = self.file.value(dictionary, "Resources")?;
            let resources = match own.object.as_dictionary() {
                Some(resources) => resources.clone(),
                // Of old, forms used the resources of their page.
                None => self.page_resources.clone(),
            };
            self.content(place, &content, &resources, &mut copied)?;
            return Ok(copied);
        }
        let codings = self.file.codings(dictionary)?;
        if subtype == b"Image" {
            self.image(dictionary, &codings)?;
        }
        let (decoded, undone) = self.file.decode(stream, &codings)?;
        if let [only] = &codings[..]
            && only.filter == Filter::Flate
            && dictionary.get("DecodeParms").is_some()
            && filter::is_sound(self.file.raw(stream), decoded.len() * 2 + 1024)
        {
            // What was predicted well is smaller as it is.
            self.entries(dictionary, What::Stream, &["Filter"], &mut copied)?;
            copied.body.extend_from_slice(b"/Filter/FlateDecode");
            copied.data = Some(self.file.raw(stream).to_vec());
            return Ok(copied);
        }
        self.entries(dictionary, What::Stream, &["Filter", "DecodeParms"], &mut copied)?;
        match codings.get(undone).map(|coding| coding.filter) {
            Some(Filter::Image(name)) => {
                copied.body.extend_from_slice(b"/Filter/");
                copied.body.extend_from_slice(name.as_bytes());
                let parameters = self.file.value(dictionary, "DecodeParms")?;
                let own = match &parameters.object {
                    Object::Array(all) => all.get(undone).cloned().unwrap_or(Object::Null),
                    one => one.clone(),
                };
                if own != Object::Null {
                    copied.body.extend_from_slice(b"/DecodeParms");
                    self.object(&own, &mut copied)?;
                }
                copied.data = Some(decoded);
            }
            _ => {
                copied.body.extend_from_slice(b"/Filter/FlateDecode");
                copied.data = Some(self.deflater.deflate(&decoded).to_vec());
            }
        }
        Ok(copied)
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
        copied.data = Some(self.deflater.deflate(content).to_vec());
        Ok(())
    }

    /// Notes what a content stream does.
    fn seen(&mut self, place: u32, usage: &Usage) {
        *self.operators.entry(place).or_default() += usage.operators;
        self.colours.extend(usage.colours.iter().map(|&name| name.to_owned()));
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
            let all = self.file.value(resources, kind.key())?;
            let all = all.object.as_dictionary();
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
                let found = all.and_then(|all| all.0.iter().find(|(known, _)| known == name));
                let Some((_, value)) = found else {
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
                    self.colours.extend(colour::called(self.file, value, all)?);
                }
                write_name(name, &mut copied.body);
                match value {
                    Object::Dictionary(state) if kind == Kind::ExtGState => {
                        self.state(state, copied)?;
                    }
                    value => self.object(value, copied)?,
                }
                if let Object::Reference(number) = value {
                    let target = self.place(*number);
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

    /// An image: its size and colours.
    fn image(&mut self, dictionary: &Dictionary, codings: &[Coding]) -> Outcome<()> {
        let side = |key: &str| -> Outcome<u64> {
            let loaded = self.file.value(dictionary, key)?;
            Ok(unsigned(&loaded.object).unwrap_or(0))
        };
        let (width, height) = (side("Width")?, side("Height")?);
        if width > SIDE_MAX || height > SIDE_MAX {
            return Err(Refusal::too_large());
        }
        if codings.iter().any(|coding| matches!(coding.filter, Filter::Image(_))) {
            self.file.reserve(usize::try_from(width * height).unwrap_or(usize::MAX))?;
        }
        if let Some(space) = dictionary.get("ColorSpace") {
            self.colours.extend(colour::called(self.file, space, None)?);
        } else if codings.iter().any(|coding| coding.filter == Filter::Image("JPXDecode")) {
            self.colours.insert("JPEG 2000 with colours of its own".to_owned());
        }
        Ok(())
    }

    /// A group is blended in its own colour space, which colours even what is black in it.
    fn group(&mut self, group: &Object) -> Outcome<()> {
        let Some(space) = group.as_dictionary().and_then(|group| group.get("CS")) else {
            return Ok(());
        };
        let name = colour::called(self.file, space, None)?;
        self.colours.extend(name.map(|name| format!("transparency blended in {name}")));
        Ok(())
    }

    /// Writes an object, with references to where the copies will stand.
    fn object(&mut self, object: &Object, copied: &mut Copied) -> Outcome<()> {
        let body = &mut copied.body;
        match object {
            Object::Null => body.extend_from_slice(b" null"),
            Object::Flag(flag) => {
                body.extend_from_slice(if *flag { b" true" } else { b" false" });
            }
            Object::Number(number) => {
                body.push(b' ');
                write_number(*number, body);
            }
            Object::Name(name) => write_name(name, body),
            Object::Text(text) => write_text(text, body),
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
            Object::Reference(number) => {
                body.push(b' ');
                let at = body.len();
                let place = self.place(*number);
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
        for (key, value) in &dictionary.0 {
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

    /// Looks at a dictionary for what does not belong into a press file.
    fn inspect(&mut self, dictionary: &Dictionary) -> Outcome<()> {
        match dictionary.name("Type") {
            Some(b"Page" | b"Pages" | b"Catalog") => {
                let message = "the page refers to other pages";
                return Err(Refusal::not_printable(message, "export it for print"));
            }
            Some(b"Font") => self.font(dictionary)?,
            _ if dictionary.get("BaseFont").is_some() => self.font(dictionary)?,
            _ => {}
        }
        if dictionary.get("OC").is_some() && self.hidden_layers {
            self.fault(hidden());
        }
        if dictionary.get("ShadingType").is_some()
            && let Some(space) = dictionary.get("ColorSpace")
        {
            self.colours.extend(colour::called(self.file, space, None)?);
        }
        Ok(())
    }

    /// A font must be embedded, or drawn by the file itself.
    fn font(&mut self, font: &Dictionary) -> Outcome<()> {
        match font.name("Subtype") {
            // Its descendant is a font of its own, which has the program.
            Some(b"Type0") => return Ok(()),
            Some(b"Type3") => return self.drawn_font(font),
            _ => {}
        }
        let descriptor = self.file.value(font, "FontDescriptor")?;
        let program = descriptor.object.as_dictionary().is_some_and(|descriptor| {
            ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| descriptor.get(key).is_some())
        });
        if !program {
            let name = self.file.value(font, "BaseFont")?;
            let name =
                String::from_utf8_lossy(name.object.as_name().unwrap_or_default()).into_owned();
            let message = format!("the font `{name}` is not embedded");
            self.fault(Refusal::not_printable(
                message,
                "embed all fonts, or convert text to paths",
            ));
        }
        Ok(())
    }

    /// The characters of a Type 3 font are content streams.
    fn drawn_font(&mut self, font: &Dictionary) -> Outcome<()> {
        let drawn = self.file.value(font, "CharProcs")?;
        for (_, character) in drawn.object.as_dictionary().map_or(&[][..], |drawn| &drawn.0) {
            let Object::Reference(number) = character else { continue };
            let place = self.place(*number);
            if !self.operators.contains_key(&place) {
                let content = self.file.decoded(&*self.file.get(*number)?)?;
                self.seen(place, &content::usage(&content)?);
            }
        }
        Ok(())
    }
}

fn hidden() -> Refusal {
    let message = "the page has layers that are switched off";
    Refusal::not_printable(message, "delete hidden layers, and export without layers")
}

/// `[…]` of thousandths.
fn numbers(numbers: &[i64], out: &mut Vec<u8>) {
    out.push(b'[');
    for (n, &number) in numbers.iter().enumerate() {
        if n > 0 {
            out.push(b' ');
        }
        thousandths(out, number);
    }
    out.push(b']');
}

fn write_number(number: Decimal, out: &mut Vec<u8>) {
    let mut digits = number.digits.unsigned_abs().to_string();
    let places = usize::from(number.places);
    if digits.len() <= places {
        digits.insert_str(0, &"0".repeat(places + 1 - digits.len()));
    }
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let fraction = fraction.trim_end_matches('0');
    if number.digits < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(whole.as_bytes());
    if !fraction.is_empty() {
        out.push(b'.');
        out.extend_from_slice(fraction.as_bytes());
    }
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(&byte) {
            out.push(byte);
        } else {
            out.push(b'#');
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
    }
}

fn write_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'(');
    for &byte in text {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\n' => out.extend_from_slice(b"\\n"),
            _ => out.push(byte),
        }
    }
    out.push(b')');
}
