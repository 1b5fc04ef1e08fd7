//! How texts look unless they say otherwise, and the text boxes that come of it.

use super::keys;
use super::layout::{Align, Fit, TextBox, VAlign, Writing};
use super::reader::{self, Keys, Node};
use super::source::Document;
use super::text::{Condition, Segment, Text};
use crate::measure::{Length, Rect, TypeSize};
use crate::page::{Ink, Stroke};
use toml::de::DeValue;

pub(super) const ALIGNS: &[(&str, Align)] = &[
    ("left", Align::Left),
    ("center", Align::Center),
    ("right", Align::Right),
    ("spread", Align::Spread),
    ("justify", Align::Justify),
];

pub(super) const VALIGNS: &[(&str, VAlign)] =
    &[("top", VAlign::Top), ("middle", VAlign::Middle), ("bottom", VAlign::Bottom)];

/// The most lines of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// As many as its forced breaks make.
    Forced,
    Most(u16),
    /// As many as its box holds.
    Fill,
}

/// How a text looks.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) size: TypeSize,
    pub(super) min: Option<TypeSize>,
    pub(super) role: String,
    pub(super) leading: u16,
    pub(super) squeeze: u8,
    pub(super) align: Align,
    pub(super) valign: VAlign,
    pub(super) lines: Lines,
    pub(super) ink: Ink,
    /// Stops and commas may hang outside; of texts in boxes of their own, not of cells.
    pub(super) hang: bool,
    /// Read for the same texts only.
    pub(super) writing: Writing,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            size: TypeSize::pt(9),
            min: None,
            role: "static".to_owned(),
            leading: 140,
            squeeze: 70,
            align: Align::Left,
            valign: VAlign::Middle,
            lines: Lines::Forced,
            ink: Ink::BLACK,
            hang: false,
            writing: Writing::default(),
        }
    }
}

impl Look {
    /// Takes what a table says about it.
    pub(super) fn read(&mut self, keys: &Keys<'_>) {
        let set_size = |key: &str, to: &mut TypeSize| {
            if let Some(size) = keys.size(key) {
                *to = size;
            }
        };
        set_size("size", &mut self.size);
        self.min = keys.size("min").or(self.min);
        if let Some(role) = keys.text("role") {
            role.text.clone_into(&mut self.role);
        }
        self.leading = keys.whole("leading", 80..=400).unwrap_or(self.leading);
        self.squeeze = keys.whole("squeeze", 50..=100).unwrap_or(self.squeeze);
        self.align = keys.word("align", ALIGNS).unwrap_or(self.align);
        self.valign = keys.word("valign", VALIGNS).unwrap_or(self.valign);
        self.ink = keys.whole("ink", 0..=100).map_or(self.ink, Ink);
        self.hang = keys.flag("hang").unwrap_or(self.hang);
        self.read_lines(keys);
    }

    /// Takes what a table of rows says for all its columns.
    pub(super) fn read_shared(&mut self, keys: &Keys<'_>) {
        self.size = keys.size("size").unwrap_or(self.size);
        self.min = keys.size("min").or(self.min);
        if let Some(role) = keys.text("role") {
            role.text.clone_into(&mut self.role);
        }
        self.leading = keys.whole("leading", 80..=400).unwrap_or(self.leading);
        self.squeeze = keys.whole("squeeze", 50..=100).unwrap_or(self.squeeze);
    }

    /// Takes only the most lines.
    pub(super) fn read_lines(&mut self, keys: &Keys<'_>) {
        if let Some(value) = keys.get("lines") {
            self.lines = lines(keys.doc, value).unwrap_or(self.lines);
        }
    }

    /// The smallest size: a size that was made smaller than `min` is its own smallest.
    pub(super) fn size_min(&self) -> TypeSize {
        self.min.unwrap_or(self.size).min(self.size)
    }

    /// A text box with this look.
    pub(super) fn text_box(&self, rect: Rect, text: Text, when: Option<Condition>) -> TextBox {
        let forced = forced_lines(&text);
        let lines = match self.lines {
            Lines::Forced => forced,
            Lines::Most(most) => most.max(forced),
            Lines::Fill => self.lines_in(self.writing.depth(rect)).max(forced),
        };
        TextBox {
            rect,
            text,
            role: self.role.clone(),
            size: self.size,
            leading: self.leading,
            align: self.align,
            valign: self.valign,
            fit: Fit { squeeze: self.squeeze, size_min: self.size_min(), lines },
            ink: self.ink,
            writing: self.writing,
            when,
            ..TextBox::default()
        }
    }

    /// How many lines of the smallest size a depth holds.
    pub(super) fn lines_in(&self, depth: Length) -> u16 {
        let em = i64::from(self.size_min().em().as_um());
        let step = (em * i64::from(self.leading)).max(1);
        let room = (i64::from(depth.as_um()) - em).max(0) * 100;
        #[expect(clippy::integer_division, reason = "whole lines")]
        let more = room / step;
        u16::try_from(more).unwrap_or(u16::MAX - 1) + 1
    }
}

fn lines(doc: &Document<'_>, value: &Node<'_>) -> Option<Lines> {
    match value.get_ref() {
        DeValue::String(text) if text == "fill" => Some(Lines::Fill),
        DeValue::String(_) => {
            reader::wrong(doc, "lines", "a number of lines or `fill`", value);
            None
        }
        _ => reader::whole(doc, "lines", value, 1..=200).map(Lines::Most),
    }
}

pub(super) fn forced_lines(text: &Text) -> u16 {
    let breaks = |text: &str| text.matches('\n').count();
    let of_segment = |segment: &Segment| match segment {
        Segment::Literal(text) => breaks(text),
        Segment::Value(..) => 0,
    };
    let of_text = |text: &Text| match text {
        Text::Static(text) => breaks(text),
        Text::Segments(segments) => segments.iter().map(of_segment).sum(),
        Text::Template(_) | Text::Rich(_) => 0,
    };
    let breaks: usize = text.texts().map(of_text).sum();
    u16::try_from(breaks).unwrap_or(u16::MAX - 1) + 1
}

/// What a file's elements have unless they say otherwise.
#[derive(Debug, Clone)]
pub(super) struct Style {
    pub(super) look: Look,
    pub(super) label_role: String,
    pub(super) line: Length,
    pub(super) frame: Length,
    pub(super) pad: Length,
    pub(super) label_fill: Ink,
    /// What stands instead of void values.
    pub(super) void: String,
    pub(super) void_fill: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            look: Look::default(),
            label_role: "static".to_owned(),
            line: Length::um(200),
            frame: Length::um(200),
            pad: Length::mm(1),
            label_fill: Ink(8),
            void: "＊＊＊".to_owned(),
            void_fill: false,
        }
    }
}

impl Style {
    /// Reads `[defaults]`.
    pub(super) fn read(&mut self, doc: &Document<'_>, value: &Node<'_>) {
        // The table outlives this call only through what is copied out of it.
        let Some(keys) = Keys::open_value(doc, "[defaults]", keys::DEFAULTS, value) else { return };
        self.look.read(&keys);
        if let Some(role) = keys.text("label_role") {
            role.text.clone_into(&mut self.label_role);
        }
        self.line = keys.length("line").unwrap_or(self.line);
        self.frame = keys.length("frame").unwrap_or(self.frame);
        self.pad = keys.length("pad").unwrap_or(self.pad);
        self.label_fill = keys.whole("label_fill", 0..=100).map_or(self.label_fill, Ink);
        if let Some(void) = keys.text("void") {
            void.text.clone_into(&mut self.void);
            if void.text.is_empty() || void.text.contains('\n') {
                keys.blame("void", "a void mark is one line of characters");
            }
        }
        self.void_fill = keys.flag("void_fill").unwrap_or(self.void_fill);
    }
}

/// A solid black stroke; `None` for no width.
pub(super) fn stroke(width: Length) -> Option<Stroke> {
    (width > Length::ZERO).then_some(Stroke { width, ink: Ink::BLACK, dash: None })
}

/// A box made smaller by `pad` left and right.
pub(super) fn padded(rect: Rect, pad: Length) -> Rect {
    let pad = pad.max(Length::ZERO);
    if rect.width <= pad * 2 {
        return rect;
    }
    Rect { x: rect.x + pad, width: rect.width - pad * 2, ..rect }
}
