//! Compiled texts: a Tera template becomes static text, or segments that copy and format fields, or
//! (for loops, conditions and anything else of Tera) a template that Tera itself renders.

use super::filter::FilterStyle;
use crate::calendar::Date;
use crate::model::{FieldIndex, Value};
use crate::page::Ink;
use std::sync::Arc;

/// What a text box says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// The same on every page.
    Static(String),
    /// Segments to write one after another.
    Segments(Vec<Segment>),
    /// The name of a template in the form's Tera instance.
    Template(String),
    /// Stretches in looks of their own, and their ruby.
    Rich(Box<Rich>),
}

/// A text of stretches in looks of their own, some with ruby (ふりがな).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rich {
    /// The stretches in order; their texts are not rich.
    pub spans: Vec<Span>,
    /// What stands above them, in order.
    pub rubies: Vec<Ruby>,
    /// Whether the ruby stands over the whole text, which is then one line; it gives way by itself.
    pub one_line: bool,
}

/// A stretch of a rich text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it says.
    pub text: Text,
    /// How it looks.
    pub look: SpanLook,
}

/// How a stretch differs from the text around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanLook {
    /// The role of its face, when it is another.
    pub role: Option<String>,
    /// Its size in percent of the text's.
    pub percent: u16,
    /// Whether it is underlined.
    pub underline: bool,
    /// Its grey, when it is another.
    pub ink: Option<Ink>,
}

impl Default for SpanLook {
    /// As the text around it.
    fn default() -> Self {
        Self { role: None, percent: 100, underline: false, ink: None }
    }
}

/// A reading over some stretches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruby {
    /// The stretches that it stands over.
    pub spans: std::ops::Range<usize>,
    /// The reading; it is not rich.
    pub text: Text,
}

impl Text {
    /// Whether it is the same on every page.
    #[must_use]
    pub fn is_static(&self) -> bool {
        match self {
            Self::Static(_) => true,
            Self::Segments(_) | Self::Template(_) => false,
            Self::Rich(_) => self.texts().all(Self::is_static),
        }
    }

    /// The texts that it is made of: itself, or its stretches and then their readings.
    pub fn texts(&self) -> impl Iterator<Item = &Self> {
        let (itself, rich) = match self {
            Self::Rich(rich) => (None, Some(rich)),
            plain => (Some(plain), None),
        };
        let parts = rich.into_iter().flat_map(|rich| {
            let spans = rich.spans.iter().map(|span| &span.text);
            spans.chain(rich.rubies.iter().map(|ruby| &ruby.text))
        });
        itself.into_iter().chain(parts)
    }
}

/// A part of a dynamic text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// As it stands.
    Literal(String),
    /// A value through its filters.
    Value(Scope, Vec<Filter>),
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A field of the record.
    Field(FieldIndex),
    /// A field of the current row.
    Row(FieldIndex),
    /// The piece's serial, seven digits.
    Serial,
    /// The slot mark as printed.
    Mark,
    /// This leaf's number in its piece, from 1.
    Leaf,
    /// The number of leaves of the piece.
    Leaves,
    /// The current row's number in its table, from 1, counted over all leaves.
    RowNumber,
    /// The number of rows of the record.
    RowCount,
    /// A field of rows added up: over the group, the page or the table whose line this is.
    Sum(FieldIndex),
    /// The same from the first row of the table to the last of this page (累計).
    Running(FieldIndex),
    /// The number of rows that [`Scope::Sum`] adds up.
    GroupRows,
}

/// A filter of the trade, applied to a value. The same names are registered with Tera, so that a
/// template means the same on both paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// `yen`: `1,234,567` with `△` before negatives.
    Yen,
    /// `yen_mark`: `¥1,234,567` (`¥` full-width sign U+00A5).
    YenMark,
    /// `comma`: digits with commas, `-` before negatives.
    Comma,
    /// `wareki`: 令和8年4月6日; the first year as 元年 or 1年 by the tenant's style.
    Wareki,
    /// `wareki_short`: R8.4.6 .
    WarekiShort,
    /// `nendo`: the fiscal year's label of a year or a date: 令和8年度.
    Nendo,
    /// `month_day`: 4月30日.
    MonthDay,
    /// `postcode`: 〒-less 999-0001.
    Postcode,
    /// `wide`: ASCII to full width; with `kana=true` half-width kana too.
    Wide {
        /// Whether kana become full width.
        kana: bool,
    },
    /// `narrow`: full-width ASCII to half width; with `kana=true` katakana too.
    Narrow {
        /// Whether katakana become half width.
        kana: bool,
    },
    /// `kanji`: 百二十三 for whole numbers.
    Kanji,
    /// `kanji_digits`: 二〇二六, digit by digit.
    KanjiDigits,
    /// `daiji`: 壱百弐拾参 for whole numbers.
    Daiji,
    /// `mask(keep=3)`: all but the last `keep` characters as `*`, or as `char`.
    Mask {
        /// How many stay.
        keep: u8,
        /// What stands for the others.
        with: char,
    },
    /// `or(text="…")`: the text when the value is empty (or zero, with `zero=true`).
    Or {
        /// What stands instead.
        text: String,
        /// Whether a zero counts as empty.
        zero: bool,
    },
    /// `prefix(text="…")`: the text before a value that is not empty.
    Prefix(String),
    /// `suffix(text="…")`: the text after a value that is not empty.
    Suffix(String),
    /// `ending(text="…")`: the same, unless the value ends with it already (様方).
    Ending(String),
    /// `without(text="…", before="…")`: the value without this text at its start, when `before`
    /// follows it and something is left (an address inside the municipality).
    Without {
        /// What is left out.
        text: String,
        /// What must follow; empty for anything.
        before: String,
    },
    /// `grouped(groups="5-4-4")`: characters in groups; the last size goes on.
    Grouped(String),
    /// `store_line(row=1)`: one of the two lines for people below a store's barcode.
    StoreLine {
        /// 1 or 2.
        row: u8,
    },
    /// `el_number(item="number")`: an item of the eL番号 that stands in the digits of an eL-QR.
    ElNumber(ElItem),
}

/// The items of an eL番号.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElItem {
    /// 収納機関番号.
    Agency,
    /// 納付番号.
    Number,
    /// 確認番号.
    Confirmation,
    /// 納付区分.
    Category,
    /// The first line of the Yucho MT slip, for OCR.
    Line1,
    /// The second.
    Line2,
}

/// When an item is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The value is given (a flag: is set; a number: is not zero).
    Given(Scope),
    /// The value is not given.
    Missing(Scope),
    /// The value's text is this.
    Is(Scope, String),
    /// The value's text is not this.
    IsNot(Scope, String),
    /// The number is above this; an empty one is not.
    Over(Scope, i64),
    /// The date lies before this one; an empty one does not.
    Before(Scope, Date),
    /// Any other Tera expression: the name of a template that renders `1` when it holds.
    Template(String),
    /// It does not hold.
    Not(Box<Condition>),
    /// All of them hold (an item with a condition inside a part with one).
    All(Vec<Condition>),
}

/// Gives the values of a page to its texts.
pub trait Values {
    /// The value of `scope`; [`Scope::Mark`] and [`Scope::Serial`] are texts, counters are numbers.
    fn value(&self, scope: Scope) -> Value<'_>;
}

/// The templates of a form that need Tera, and what they may ask for.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// The instance; `None` when no text of the form needs it.
    pub tera: Option<Arc<tera::Tera>>,
    /// The names that templates use, and where their values come from.
    pub scopes: Vec<(String, Scope)>,
    /// What each template reads, in the order of their names.
    pub(super) programs: Vec<Program>,
    /// House style for the filters of all texts.
    pub style: FilterStyle,
}

impl Templates {
    /// The values that a template of the form may print, fields first.
    pub fn reads(&self, template: &str) -> impl Iterator<Item = Scope> {
        let program = self.programs.iter().find(|program| program.name == template);
        program.into_iter().flat_map(|program| {
            let dotted = program.dotted.iter().flat_map(|(_, names)| names);
            program.fields.iter().map(|(_, scope)| *scope).chain(dotted.map(|(_, scope)| *scope))
        })
    }
}

/// What one template reads.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// The template's name.
    pub(super) name: String,
    /// Values that are the same on every page.
    pub(super) known: tera::Context,
    /// Fields and builtins by name.
    pub(super) fields: Vec<(String, Scope)>,
    /// Values by the word before the dot and the name after it: `row.kind`, `sum.tax`.
    pub(super) dotted: Vec<(String, Vec<(tera::value::Key<'static>, Scope)>)>,
}
