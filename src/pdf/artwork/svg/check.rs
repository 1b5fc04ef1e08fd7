//! What may stand in a drawing, looked up in its XML before anything is drawn: elements, references
//! and style sheets, and how much they become once every `use` is put in place.

use super::path_data::{Mistake, in_lengths, in_path, in_points};
use super::{NOT_PRINTABLE, NOT_SVG, TOO_COMPLEX};
use crate::diag::{Code, Diagnostic, Findings, Place};
use std::collections::{BTreeMap, BTreeSet};
use usvg::roxmltree::{Document, Node};

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// Elements that are drawn, or hold what is drawn.
const DRAWN: &[&str] = &[
    "svg", "g", "defs", "use", "symbol", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "clipPath", "style", "switch", "a",
];
/// Elements that say something about the drawing.
const SAID: &[&str] = &["title", "desc", "metadata", "view"];
/// Elements that only matter when something refers to them, and what to do then.
const REFERRED: &[(&str, &str)] = &[
    ("linearGradient", "fill with one colour, or export the drawing as PDF"),
    ("radialGradient", "fill with one colour, or export the drawing as PDF"),
    ("pattern", "draw the pattern as shapes"),
    ("filter", "take the effect away"),
    ("mask", "clip with one path instead"),
    ("marker", "convert the marker to a path"),
];

/// Attributes that say where something lies and how large it is.
const LENGTHS: &[&str] =
    &["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "viewBox"];

/// Elements after every `use` is put in place.
const ELEMENTS_MAX: u64 = 20_000;
/// Bytes of their attributes.
const BYTES_MAX: u64 = 4 << 20;
/// Elements within each other.
const DEPTH_MAX: usize = 64;
/// Rules and declarations of style sheets times elements.
const MATCHES_MAX: u64 = 10_000_000;
/// Bytes that entities may add.
const ENTITIES_MAX: usize = 1 << 20;
/// So many findings are enough to see what is wrong with a file.
const FINDINGS_MAX: usize = 20;

/// A drawing being read.
pub(super) struct Source<'s, 't> {
    pub(super) file: &'s str,
    pub(super) text: &'t str,
    pub(super) xml: &'s Document<'t>,
}

impl Source<'_, '_> {
    /// A finding about a part of the file.
    pub(super) fn error(
        &self,
        code: Code,
        span: std::ops::Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, message).at(Place::in_text(self.file, self.text, span))
    }

    /// The element with an id.
    pub(super) fn element(&self, id: &str) -> Option<Node<'_, '_>> {
        (!id.is_empty())
            .then(|| self.xml.descendants().find(|node| node.attribute("id") == Some(id)))
            .flatten()
    }
}

/// Where an element is named in its start tag.
fn tag(node: Node<'_, '_>) -> std::ops::Range<usize> {
    let start = node.range().start;
    start..start + 1 + node.tag_name().name().len()
}

/// Entities may stand for a few short texts (as those for namespaces do), not for more entities.
pub(super) fn entities(text: &str) -> Result<(), String> {
    const BEGIN: &str = "<!ENTITY";
    let mut longest = 0;
    for (at, _) in text.match_indices(BEGIN) {
        let rest = &text[at + BEGIN.len()..];
        let Some((open, quote)) = rest.char_indices().find(|(_, c)| matches!(c, '"' | '\'')) else {
            continue;
        };
        let value = &rest[open + 1..];
        let value = &value[..value.find(quote).unwrap_or(value.len())];
        if value.contains(['&', '<', '%']) {
            return Err("an entity stands for more entities or for elements".to_owned());
        }
        longest = longest.max(value.len());
    }
    if longest.saturating_mul(text.matches('&').count()) > ENTITIES_MAX {
        return Err("the entities stand for too much text".to_owned());
    }
    Ok(())
}

/// Everything in the XML of a drawing that cannot be printed.
pub(super) fn drawing(source: &Source<'_, '_>) -> Result<(), Findings> {
    let mut check = Check { source, findings: Vec::new(), named: names(source.xml) };
    let root = source.xml.root_element();
    if root.tag_name().name() != "svg" || !is_svg(root) {
        check.error(NOT_SVG, tag(root), "not an SVG file: its first element is not `<svg>`");
    } else {
        check.size(root);
        check.element(root);
    }
    if check.findings.is_empty() {
        return Ok(());
    }
    let mut findings = Findings::new();
    for finding in check.findings {
        findings.push(finding);
    }
    Err(findings)
}

/// A part of an attribute's value; with entities or line ends in it the value is longer or shorter
/// than its text.
fn within(value: std::ops::Range<usize>, part: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let end = value.start + part.end;
    if end <= value.end { value.start + part.start..end } else { value }
}

fn is_svg(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().namespace(), None | Some(SVG))
}

/// Elements by their ids; of several with one id the first counts.
fn names<'s, 't>(xml: &'s Document<'t>) -> BTreeMap<&'s str, Node<'s, 't>> {
    let mut names = BTreeMap::new();
    for node in xml.descendants() {
        if let Some(id) = node.attribute("id") {
            names.entry(id).or_insert(node);
        }
    }
    names
}

struct Check<'s, 't> {
    source: &'s Source<'s, 't>,
    findings: Vec<Diagnostic>,
    named: BTreeMap<&'s str, Node<'s, 't>>,
}

/// How much an element is once it stands in its place.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    elements: u64,
    bytes: u64,
    /// Elements within each other.
    height: usize,
}

impl<'s, 't> Check<'s, 't> {
    fn error(&mut self, code: Code, span: std::ops::Range<usize>, message: impl Into<String>) {
        self.push(self.source.error(code, span, message));
    }

    fn push(&mut self, finding: Diagnostic) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    /// Measures the drawing as it will be drawn; deep nesting ends here, so that nothing that
    /// follows can run out of stack.
    fn size(&mut self, root: Node<'s, 't>) {
        let mut known = BTreeMap::new();
        let weight = match self.weight(root, 0, &mut known) {
            Ok(weight) => weight,
            Err(node) => {
                let message = "more than 64 elements lie within each other, or a `use` is part \
                               of what it shows";
                return self.error(TOO_COMPLEX, tag(node), message);
            }
        };
        let sheets = root.descendants().filter(|node| node.has_tag_name((SVG, "style")));
        let rules: usize =
            sheets.filter_map(|sheet| Some(sheet.text()?.matches(['{', ';']).count())).sum();
        if weight.elements > ELEMENTS_MAX
            || weight.bytes > BYTES_MAX
            || weight.elements * rules as u64 > MATCHES_MAX
        {
            let message = format!("the drawing is too large: {} elements", weight.elements);
            let finding = self.source.error(TOO_COMPLEX, tag(root), message);
            self.push(finding.hint("simplify it; a drawing has at most 20,000 elements"));
        }
    }

    fn weight(
        &self,
        node: Node<'s, 't>,
        depth: usize,
        known: &mut BTreeMap<u32, Weight>,
    ) -> Result<Weight, Node<'s, 't>> {
        // A `use` of what it stands in never gets a weight, and ends here.
        if depth > DEPTH_MAX {
            return Err(node);
        }
        if let Some(weight) = known.get(&node.id().get()) {
            return if depth + weight.height > DEPTH_MAX { Err(node) } else { Ok(*weight) };
        }
        let bytes = node.attributes().map(|attribute| attribute.value().len() as u64).sum();
        let mut weight = Weight { elements: 1, bytes, height: 1 };
        let shown = (node.tag_name().name() == "use").then(|| self.shown(node)).flatten();
        for child in node.children().filter(Node::is_element).chain(shown) {
            let more = self.weight(child, depth + 1, known)?;
            weight.elements = weight.elements.saturating_add(more.elements);
            weight.bytes = weight.bytes.saturating_add(more.bytes);
            weight.height = weight.height.max(more.height + 1);
        }
        known.insert(node.id().get(), weight);
        Ok(weight)
    }

    /// The element that a `use` shows.
    fn shown(&self, node: Node<'s, 't>) -> Option<Node<'s, 't>> {
        let href = node.attribute("href").or_else(|| node.attribute((XLINK, "href")))?;
        self.named.get(href.strip_prefix('#')?).copied()
    }

    /// An element and what is in it.
    fn element(&mut self, node: Node<'s, 't>) {
        if !self.findings.is_empty() && self.findings[0].code == TOO_COMPLEX {
            return;
        }
        let mut used = BTreeSet::new();
        let mut next = Some(node);
        while let Some(node) = next {
            let inside = node.is_element() && self.one(node, &mut used);
            next = if inside { node.first_child() } else { None };
            let mut up = Some(node);
            while let (None, Some(node)) = (next, up) {
                next = node.next_sibling();
                up = node.parent();
            }
        }
        for id in used {
            self.referred(id);
        }
    }

    /// Looks at one element; returns whether to look at those in it.
    fn one(&mut self, node: Node<'s, 't>, used: &mut BTreeSet<&'s str>) -> bool {
        let name = node.tag_name().name();
        if !is_svg(node) || SAID.contains(&name) {
            return false;
        }
        if REFERRED.iter().any(|(referred, _)| *referred == name) {
            return false;
        }
        if !DRAWN.contains(&name) {
            let finding = self.source.error(
                NOT_PRINTABLE,
                tag(node),
                format!("`<{name}>` cannot be printed"),
            );
            self.push(finding.hint(match name {
                "text" | "textPath" | "tspan" | "font" => "convert the text to paths",
                "image" => "place the image in the form by itself",
                _ => "take it out, or convert it to paths",
            }));
            return false;
        }
        for attribute in node.attributes() {
            let span = attribute.range_value();
            match (attribute.namespace(), attribute.name()) {
                (None | Some(XLINK), "href") if name == "use" => {
                    self.shown_here(attribute.value(), span);
                }
                (None, "d") if name == "path" => {
                    self.numbers(in_path(attribute.value()), span);
                }
                (None, "points") => self.numbers(in_points(attribute.value()), span),
                (None, name) if LENGTHS.contains(&name) => {
                    self.numbers(in_lengths(attribute.value()), span.clone());
                    self.radius(name, attribute.value(), span);
                }
                (None, _) => self.urls(attribute.value(), span, used),
                _ => {}
            }
        }
        if name == "style" {
            let text = node.text().unwrap_or_default();
            let span = node.range();
            if text.contains("@import") {
                self.error(NOT_PRINTABLE, span.clone(), "the style sheet loads another file");
            }
            self.urls(text, span, used);
        }
        true
    }

    fn numbers(&mut self, mistake: Option<Mistake>, span: std::ops::Range<usize>) {
        match mistake {
            None => {}
            Some(Mistake::Unreadable(at)) => {
                let span = within(span, at..at + 1);
                self.error(NOT_SVG, span, "the path cannot be read from here on");
            }
            Some(Mistake::Far(at)) => {
                let message = "a part of the drawing lies far outside of it";
                let finding = self.source.error(NOT_PRINTABLE, within(span, at), message);
                self.push(finding.hint("take it out; numbers are at most 10,000,000"));
            }
        }
    }

    /// Sizes of letters multiply within each other without end, and with them an arc's curves.
    fn radius(&mut self, name: &str, value: &str, span: std::ops::Range<usize>) {
        let relative = ["em", "ex"].iter().any(|unit| value.trim_end().ends_with(unit));
        if relative && ["r", "rx", "ry"].contains(&name) {
            let message = "a radius is given in sizes of a letter (`em`, `ex`)";
            let finding = self.source.error(NOT_PRINTABLE, span, message);
            self.push(finding.hint("write it as a number without unit"));
        }
    }

    /// What a `use` refers to.
    fn shown_here(&mut self, href: &str, span: std::ops::Range<usize>) {
        let Some(id) = href.strip_prefix('#') else {
            let finding = self.source.error(NOT_PRINTABLE, span, "this refers to another file");
            return self.push(finding.hint("put what it shows into this file"));
        };
        if !self.named.contains_key(id) {
            self.error(NOT_SVG, span, format!("there is no element `{id}`"));
        }
    }

    /// Every `url(…)` in a value.
    fn urls(&mut self, value: &'s str, span: std::ops::Range<usize>, used: &mut BTreeSet<&'s str>) {
        for (at, _) in value.match_indices("url(") {
            let inner = &value[at + "url(".len()..];
            let inner = inner.split(')').next().unwrap_or_default();
            let target = inner.trim().trim_matches(['"', '\'']);
            let Some(id) = target.strip_prefix('#') else {
                let message = "this refers to another file";
                let finding = self.source.error(NOT_PRINTABLE, span.clone(), message);
                self.push(finding.hint("put what it shows into this file"));
                continue;
            };
            if !self.named.contains_key(id) {
                self.error(NOT_SVG, span.clone(), format!("there is no element `{id}`"));
            }
            used.insert(id);
        }
    }

    /// An element that is referred to by `url(#…)` is a clip path, or it cannot be printed.
    fn referred(&mut self, id: &str) {
        let Some(&node) = self.named.get(id) else { return };
        let name = node.tag_name().name();
        if let Some((_, hint)) = REFERRED.iter().find(|(referred, _)| *referred == name) {
            let message = format!("`<{name}>` cannot be printed");
            let finding = self.source.error(NOT_PRINTABLE, tag(node), message);
            self.push(finding.hint(*hint));
        }
    }
}
