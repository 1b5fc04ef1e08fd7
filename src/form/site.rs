//! Where elements are compiled: the file they stand in, its corner on the page, the names they may
//! use, and the list of items that they become.

use super::Check;
use super::condition::When;
use super::eval::Store;
use super::keys;
use super::language::Languages;
use super::layout::{Item, Panel, Picture, Rule};
use super::mandatory::Mandatory;
use super::names::Names;
use super::payable::Pays;
use super::purpose::Items;
use super::reader::{Keys, Node};
use super::source::{Document, TomlText};
use super::style::Style;
use super::template;
use super::text::{Condition, Text};
use crate::diag::{Findings, Place};
use crate::measure::{Extent, Length, Point, Rect};
use crate::model::{Says, Tenant};
use crate::page::{Ink, Stroke};
use std::cell::RefCell;

/// Where an item comes from, for findings about the finished form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its place in the form or part file.
    pub place: Place,
    /// Which use of a part it belongs to, counted over the face from 1; 0 for the form itself.
    pub part: u16,
    /// How far it may reach.
    pub reach: Reach,
    /// Whether it is on the paper already: previews show it, press files do not print it.
    pub preprinted: bool,
    /// Whether it may lie across folds and perforations.
    pub over_fold: bool,
    /// How far around it nothing else may stand.
    pub clear: Length,
    /// Which mandatory text it is.
    pub says: Option<Mandatory>,
    /// Which text it is that must say the same as a symbol.
    pub prints: Option<Says>,
}

/// How far something may reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Not beyond the safe margin.
    #[default]
    Safe,
    /// A little over the leaf's edge.
    Bleed,
    /// As far, and under everything, so that only its ink has to keep clear of anything.
    Background,
}

impl Origin {
    /// A place, with nothing special about what stands there.
    #[must_use]
    pub const fn at(place: Place) -> Self {
        let (part, clear, says, prints) = (0, Length::ZERO, None, None);
        let (preprinted, over_fold, reach) = (false, false, Reach::Safe);
        Self { place, part, reach, preprinted, over_fold, clear, says, prints }
    }
}

/// What all elements of a form share while it is compiled.
pub(super) struct Desk<'a> {
    pub(super) form_id: &'a str,
    pub(super) tenant: &'a Tenant,
    pub(super) store: Store,
    /// Whether a file exists under the home.
    pub(super) exists: &'a dyn Fn(&str) -> bool,
    /// The images used so far.
    pub(super) images: RefCell<Vec<Picture>>,
    /// Fields whose every text must have a picture.
    pub(super) pictured: RefCell<Vec<Check>>,
    /// The items that purposes choose from.
    pub(super) items: Items,
    pub(super) languages: Languages,
    /// The finished leaf; nothing when the form does not say.
    pub(super) leaf: Extent,
}

impl Desk<'_> {
    /// What is doubtful once all elements were compiled; `form` is the place of `[form]`.
    pub(super) fn doubts(&self, form: &Place) -> Findings {
        let mut doubts = self.items.doubts();
        doubts.append(self.languages.doubts(form));
        doubts
    }
}

/// What `says` says of a text.
#[derive(Debug, Clone, Copy)]
enum Said {
    Mandatory(Mandatory),
    Read(Says),
}

const SAID: &[(&str, Said)] = &[
    ("appeal", Said::Mandatory(Mandatory::Appeal)),
    ("contact", Said::Mandatory(Mandatory::Contact)),
    ("issuer", Said::Mandatory(Mandatory::Issuer)),
    ("period", Said::Read(Says::Period)),
    ("amount", Said::Read(Says::Amount)),
    ("due", Said::Read(Says::Due)),
    ("limit", Said::Read(Says::Limit)),
    ("postcode", Said::Read(Says::Postcode)),
    ("address", Said::Read(Says::Address)),
];

/// An element adds nothing to its face.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nothing;

/// Where elements stand.
pub(super) struct Site<'a> {
    pub(super) desk: &'a Desk<'a>,
    pub(super) names: Names<'a>,
    pub(super) style: Style,
    pub(super) corner: Point,
    /// The leaf, or the slip, on which they stand.
    pub(super) extent: Extent,
    /// The condition of the part that they belong to.
    pub(super) when: When,
    pub(super) part: u16,
    /// Whether the part that they belong to is on the paper already.
    pub(super) preprinted: bool,
    /// What the payment symbols of a slip must agree with.
    pub(super) pays: Option<Pays>,
    pub(super) items: Vec<(Item, Origin)>,
}

impl Site<'_> {
    /// A template compiled with the names of this site.
    pub(super) fn compile(&self, text: TomlText<'_>) -> Option<Text> {
        template::compile(text, &self.names, &self.desk.store)
    }

    /// The condition of an element together with that of its part. `Err` when it is never printed
    /// (or its condition is wrong, which was reported): then the element adds nothing.
    pub(super) fn condition(&self, keys: &Keys<'_>) -> Result<Option<Condition>, Nothing> {
        let own = self.own_condition(keys, &self.names).ok_or(Nothing)?;
        match self.when.clone().and(own) {
            When::Always => Ok(None),
            When::Never => Err(Nothing),
            When::If(condition) => Ok(Some(condition)),
        }
    }

    pub(super) fn origin(&self, keys: &Keys<'_>) -> Origin {
        let flag = |key: &str| keys.has(key) && keys.flag(key).unwrap_or_default();
        let said = keys.word("says", SAID);
        Origin {
            place: keys.doc.place(keys.span()),
            part: self.part,
            reach: if flag("bleed") { Reach::Bleed } else { Reach::Safe },
            preprinted: self.preprinted || flag("preprinted"),
            over_fold: flag("over_fold"),
            clear: keys.length("clear").unwrap_or_default(),
            says: match said {
                Some(Said::Mandatory(text)) => Some(text),
                _ => None,
            },
            prints: match said {
                Some(Said::Read(text)) => Some(text),
                _ => None,
            },
        }
    }

    pub(super) fn add(&mut self, item: Item, origin: &Origin) {
        self.items.push((item, origin.clone()));
    }

    /// A box of the file on the page.
    pub(super) fn place(&self, rect: Rect) -> Rect {
        Rect { x: rect.x + self.corner.x, y: rect.y + self.corner.y, ..rect }
    }

    pub(super) fn point(&self, point: Point) -> Point {
        Point { x: point.x + self.corner.x, y: point.y + self.corner.y }
    }

    /// `[[box]]`
    pub(super) fn panel<'d>(&mut self, doc: &'d Document<'d>, node: &'d Node<'d>) {
        let Some(keys) = Keys::open_value(doc, "[[box]]", keys::BOX, node) else { return };
        let rect = keys.need_rect("box");
        let fill = keys.whole("fill", 0..=100).map(Ink);
        let radius = keys.length("radius").unwrap_or_default();
        let stroke = keys.length("line").map(|width| outline(&keys, width));
        if fill.is_none() && stroke.is_none() && !keys.has("fill") && !keys.has("line") {
            keys.blame("box", "a box without `line` and `fill` shows nothing");
        }
        let when = self.condition(&keys);
        let (Some(rect), Ok(when)) = (rect, when) else { return };
        let panel = Panel { rect: self.place(rect), radius, fill, stroke, when };
        let origin = self.origin(&keys);
        self.add(Item::Panel(panel), &origin);
    }

    /// `[[rule]]`
    pub(super) fn rule<'d>(&mut self, doc: &'d Document<'d>, node: &'d Node<'d>) {
        let Some(keys) = Keys::open_value(doc, "[[rule]]", keys::RULE, node) else { return };
        let (from, to) = (keys.need_point("from"), keys.need_point("to"));
        let stroke = outline(&keys, keys.length("line").unwrap_or(self.style.line));
        let when = self.condition(&keys);
        let (Some(from), Some(to), Ok(when)) = (from, to, when) else { return };
        let rule = Rule { from: self.point(from), to: self.point(to), stroke, when };
        let origin = self.origin(&keys);
        self.add(Item::Rule(rule), &origin);
    }
}

/// A stroke with the `ink` and `dash` of its table.
pub(super) fn outline(keys: &Keys<'_>, width: Length) -> Stroke {
    let ink = keys.whole("ink", 0..=100).map_or(Ink::BLACK, Ink);
    let dash = keys.two_lengths("dash").map(|[dash, gap]| (dash, gap));
    if width <= Length::ZERO {
        keys.blame("line", "a line has a width above 0");
    }
    Stroke { width, ink, dash }
}
