//! What stands on the faces of a compiled form.

use super::paper::{Cards, Crease};
use super::role::FaceRole;
use super::slips::Slips;
use super::symbol::Symbol;
use super::text::{Condition, Text};
use crate::measure::{Length, Point, Rect, TypeSize};
use crate::model::FieldIndex;
use crate::page::{Ink, Stroke};
use serde::Deserialize;

/// One face of a leaf: its items in painting order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// Which face.
    pub role: FaceRole,
    /// What stands on it.
    pub items: Vec<Item>,
}

/// Something on a face. Items that depend on nothing but the form, tenant and job are *static*:
/// they are drawn once into the face's layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Text in a box.
    Text(TextBox),
    /// A straight line.
    Rule(Rule),
    /// A box, filled or stroked.
    Panel(Panel),
    /// An image.
    Image(Image),
    /// Rows of the record.
    Table(Table),
    /// A fold or a perforation.
    Crease(Crease),
    /// Cards on a carrier.
    Cards(Cards),
    /// A barcode or QR code.
    Symbol(Symbol),
    /// Places of payment slips.
    Slips(Slips),
}

impl Item {
    /// Whether the item is the same on every page of its face.
    #[must_use]
    pub fn is_static(&self) -> bool {
        match self {
            Self::Text(text) => text.text.is_static() && text.when.is_none(),
            Self::Rule(rule) => rule.when.is_none(),
            Self::Panel(panel) => panel.when.is_none(),
            Self::Image(image) => image.when.is_none(),
            // Its dots are those of the sheet, on which a leaf lies anywhere.
            Self::Table(_) | Self::Cards(_) | Self::Symbol(_) | Self::Slips(_) => false,
            Self::Crease(_) => true,
        }
    }

    /// The same item elsewhere. What depends on rows and on the leaf stays where it is.
    #[must_use]
    pub fn moved(&self, by: Point) -> Self {
        let rect = |rect: Rect| Rect { x: rect.x + by.x, y: rect.y + by.y, ..rect };
        let point = |point: Point| Point { x: point.x + by.x, y: point.y + by.y };
        let mut item = self.clone();
        match &mut item {
            Self::Text(text) => {
                text.rect = rect(text.rect);
                if let Some(other) = &mut text.alternative {
                    other.place.rect = rect(other.place.rect);
                    if let Some(note) = &mut other.note {
                        note.rect = rect(note.rect);
                    }
                }
            }
            Self::Rule(rule) => (rule.from, rule.to) = (point(rule.from), point(rule.to)),
            Self::Panel(panel) => panel.rect = rect(panel.rect),
            Self::Image(image) => image.rect = rect(image.rect),
            Self::Symbol(symbol) => symbol.rect = rect(symbol.rect),
            Self::Table(_) | Self::Crease(_) | Self::Cards(_) | Self::Slips(_) => {}
        }
        item
    }
}

/// Text in a box, with the limits of its overflow ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextBox {
    /// The box on the page.
    pub rect: Rect,
    /// What it says.
    pub text: Text,
    /// The role of its face in `fonts/fonts.toml` (`static`, `bold`, `name`, `number`, `ocr`).
    pub role: String,
    /// The natural size.
    pub size: TypeSize,
    /// Distance of baselines in percent of the size.
    pub leading: u16,
    /// Horizontal placement of lines.
    pub align: Align,
    /// Vertical placement of the lines in the box.
    pub valign: VAlign,
    /// How far it may give way when it does not fit.
    pub fit: Fit,
    /// The ink.
    pub ink: Ink,
    /// Whether stops and commas may hang outside the end of a broken line (ぶら下げ).
    pub hang: bool,
    /// Whether its lines are columns.
    pub writing: Writing,
    /// The type of its ruby; only of texts that have some.
    pub ruby: RubyLook,
    /// Where it stands when it does not fit here.
    pub alternative: Option<Box<Alternative>>,
    /// Printed only when it holds.
    pub when: Option<Condition>,
}

impl TextBox {
    /// How much room there is for its lines, one beside the other.
    #[must_use]
    pub const fn depth(&self) -> Length {
        self.writing.depth(self.rect)
    }
}

impl Writing {
    /// The extent of a box across its lines: its height, or the width for columns.
    pub(super) const fn depth(self, rect: Rect) -> Length {
        match self {
            Self::Horizontal => rect.height,
            Self::Vertical { .. } => rect.width,
        }
    }
}

impl Default for TextBox {
    /// Nothing, nowhere, in 9 pt.
    fn default() -> Self {
        Self {
            rect: Rect::default(),
            text: Text::Static(String::new()),
            role: "static".to_owned(),
            size: TypeSize::pt(9),
            leading: 140,
            align: Align::default(),
            valign: VAlign::default(),
            fit: Fit { squeeze: 100, size_min: TypeSize::pt(9), lines: 1 },
            ink: Ink::BLACK,
            hang: false,
            writing: Writing::default(),
            ruby: RubyLook::half(TypeSize::pt(9)),
            alternative: None,
            when: None,
        }
    }
}

/// The type of ruby (ふりがな).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RubyLook {
    /// Its natural size, beside the natural size of its text.
    pub size: TypeSize,
    /// Its smallest size; only ruby over a whole text gives way by itself.
    pub size_min: TypeSize,
}

impl RubyLook {
    /// Ruby of half the size of its text.
    #[must_use]
    pub const fn half(size: TypeSize) -> Self {
        let half = TypeSize::centipoints(size.as_centipoints() >> 1);
        Self { size: half, size_min: half }
    }
}

impl TextBox {
    /// The height of one of its lines in percent of its size: more than a hundred where it has
    /// larger stretches or ruby.
    #[must_use]
    pub fn line_percent(&self) -> u16 {
        let Text::Rich(rich) = &self.text else { return 100 };
        let largest = rich.spans.iter().map(|span| span.look.percent).max().unwrap_or(100);
        largest.max(100).saturating_add(self.ruby_above())
    }

    /// How high its ruby is at least, when it gives way by itself.
    #[must_use]
    pub fn ruby_least(&self) -> Length {
        match &self.text {
            Text::Rich(rich) if rich.one_line => self.ruby.size_min.em(),
            _ => Length::ZERO,
        }
    }

    /// How much of that its ruby takes: its size in percent of the text's, rounded up.
    #[must_use]
    pub fn ruby_above(&self) -> u16 {
        if !matches!(&self.text, Text::Rich(rich) if !rich.rubies.is_empty()) {
            return 0;
        }
        let (ruby, size) = (self.ruby.size.as_centipoints(), self.size.as_centipoints().max(1));
        u16::try_from((u32::from(ruby) * 100).div_ceil(size.into())).unwrap_or(u16::MAX)
    }
}

/// Another place for a text that does not fit its own box (代替欄): the last rung of its ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// What stands in the text's own box then: 下欄に記載.
    pub note: Option<TextBox>,
    /// The other box with its own limits; its text is the same.
    pub place: TextBox,
}

/// The limits of the overflow ladder: fit, squeeze, shrink, wrap, hold. Nothing is ever cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    /// The narrowest horizontal scale in percent (100: no squeezing).
    pub squeeze: u8,
    /// The smallest size.
    pub size_min: TypeSize,
    /// The most lines.
    pub lines: u16,
}

/// Horizontal placement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// Flush left.
    #[default]
    Left,
    /// Centred.
    Center,
    /// Flush right: amounts.
    Right,
    /// Spread over the whole width (均等割付).
    Spread,
    /// Lines filled to the width, the last flush left (両端揃え).
    Justify,
}

/// Which way a text is written. In vertical writing (縦書き) a line is a column: [`Align`] places
/// along it, left being its top, and [`VAlign`] places the columns, top being the right edge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Writing {
    /// Lines from left to right, one below the other.
    #[default]
    Horizontal,
    /// Columns from top to bottom, one to the left of the other.
    Vertical {
        /// Up to so many figures or Latin letters in a row stand side by side (縦中横).
        tcy: u8,
    },
}

/// Vertical placement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VAlign {
    /// From the top.
    Top,
    /// In the middle.
    #[default]
    Middle,
    /// At the bottom.
    Bottom,
}

/// A straight line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// From here.
    pub from: Point,
    /// To there.
    pub to: Point,
    /// How.
    pub stroke: Stroke,
    /// Drawn only when it holds.
    pub when: Option<Condition>,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// Where.
    pub rect: Rect,
    /// Corner radius.
    pub radius: Length,
    /// Shading.
    pub fill: Option<Ink>,
    /// Outline.
    pub stroke: Option<Stroke>,
    /// Drawn only when it holds.
    pub when: Option<Condition>,
}

/// A picture in a file of the home: PNG, SVG, or a page of a PDF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file, relative to the home.
    pub file: String,
    /// The page of a PDF file, from 1.
    pub page: u16,
    /// What of the page is shown.
    pub area: Area,
}

/// Which box of a page of a PDF file is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Area {
    /// What viewers show.
    #[default]
    Crop,
    /// The finished page.
    Trim,
    /// The finished page and what is cut off.
    Bleed,
    /// Everything, with the designer's marks.
    Media,
}

/// An image, scaled into its box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Where.
    pub rect: Rect,
    /// Its position in [`super::Form::images`].
    pub image: u16,
    /// Drawn only when it holds.
    pub when: Option<Condition>,
}

/// A table of the record's rows, top to bottom in one or several blocks side by side. Tables of the
/// same `name` on the faces of a piece continue each other: rows flow through them in page order
/// (first front, first back, then continuation leaves, as many as it takes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name that joins its continuations.
    pub name: String,
    /// Left, top of the first row (below the heading), and the width and height of one block.
    pub rect: Rect,
    /// Only rows whose field has this text.
    pub rows_when: Option<(FieldIndex, String)>,
    /// The height of a row.
    pub row_height: Length,
    /// Rows in one block.
    pub rows: u16,
    /// Blocks side by side, each moved right by `block_step`.
    pub blocks: u16,
    /// The distance between the left edges of blocks.
    pub block_step: Length,
    /// The columns, left to right; headings and grid lines were compiled into static items.
    pub columns: Vec<Column>,
    /// Shading of every second row that has content.
    pub zebra: Option<Ink>,
    /// A rule under each row that has content.
    pub row_rule: Option<Stroke>,
    /// What stands between, after or instead of the rows, and lines that follow it; `None` for
    /// tables of rows only, whose lines were compiled into static items.
    pub bands: Option<Box<Bands>>,
}

impl Table {
    /// How many rows fit on one face.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        u32::from(self.rows) * u32::from(self.blocks)
    }

    /// All texts that it may print; where they stand depends on the rows.
    pub fn texts(&self) -> impl Iterator<Item = &TextBox> {
        let cells = self.columns.iter().flat_map(|column| &column.cells);
        let bands = self.bands.iter().flat_map(|bands| bands.texts());
        cells.chain(bands)
    }
}

/// What a table prints besides its rows: each stands as a band across a block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bands {
    /// The groups of its rows.
    pub group: Option<Group>,
    /// Whether a group that fits a block stands in one block.
    pub keep: bool,
    /// After the last row of the table: the grand total.
    pub total: Option<Band>,
    /// After the last row of each page.
    pub page_total: Option<Band>,
    /// Where the table ends, when there is room left (以下余白).
    pub end: Option<Band>,
    /// Instead of all rows, when they do not fit the first leaf: they go to continuation leaves
    /// (別紙). Its box is relative to the block's top left corner below the heading.
    pub attach: Option<TextBox>,
    /// Lines that follow the rows; `None` when the lines are static items.
    pub lines: Option<Lines>,
}

impl Bands {
    /// Every band, by the key that it has in a form.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Band)> {
        let group = self.group.as_ref();
        let bands = [
            ("heading", group.and_then(|group| group.heading.as_ref())),
            ("heading_more", group.and_then(|group| group.heading_more.as_ref())),
            ("subtotal", group.and_then(|group| group.subtotal.as_ref())),
            ("total", self.total.as_ref()),
            ("page_total", self.page_total.as_ref()),
            ("end", self.end.as_ref()),
        ];
        bands.into_iter().filter_map(|(key, band)| Some((key, band?)))
    }

    /// All texts of them.
    fn texts(&self) -> impl Iterator<Item = &TextBox> {
        let lines = self.lines.iter().flat_map(|lines| &lines.head);
        let head = lines.filter_map(|item| match item {
            Item::Text(text) => Some(text),
            _ => None,
        });
        let cells = self.all().flat_map(|(_, band)| &band.cells);
        cells.chain(&self.attach).chain(head)
    }
}

/// Rows that follow each other with the same value in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The field.
    pub by: FieldIndex,
    /// Before its first row.
    pub heading: Option<Band>,
    /// The same at the top of every block that the group goes on in.
    pub heading_more: Option<Band>,
    /// After its last row.
    pub subtotal: Option<Band>,
}

/// A band across a block of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// Its height.
    pub height: Length,
    /// Its texts, positioned relative to its top left corner.
    pub cells: Vec<TextBox>,
    /// Its shade.
    pub fill: Option<Ink>,
    /// Where lines between its cells stand, from the left edge.
    pub dividers: Vec<Length>,
}

/// Lines of a table that are drawn for what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// Inner lines.
    pub line: Option<Stroke>,
    /// The frame.
    pub frame: Option<Stroke>,
    /// Where lines between columns stand, from the left edge.
    pub dividers: Vec<Length>,
    /// So many rows have lines at least, full or empty; the others only when they have content.
    pub rows_min: u16,
    /// The height of the heading above the block.
    pub heading: Length,
    /// The heading's shade and titles in a block that has lines, positioned as in the first block;
    /// empty when they are static items.
    pub head: Vec<Item>,
}

/// A column of a table: text boxes relative to the left top of its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The cells of one row in this column, positioned relative to the row's top left corner.
    pub cells: Vec<TextBox>,
}
