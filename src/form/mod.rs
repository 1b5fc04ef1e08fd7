//! Forms (帳票): TOML files compiled, once per job, into what render walks. Texts that speak of the
//! tenant and the job only are folded into static text; the rest stays a small program.

mod bands;
mod cards;
mod codes;
mod compile;
mod condition;
mod context;
mod creases;
mod dates;
mod editors;
mod eval;
mod faces;
mod filter;
mod given;
mod grid;
mod head;
mod image;
pub mod keys;
mod known;
mod language;
pub mod layout;
mod letters;
mod lex;
mod library;
mod lint;
mod mandatory;
mod names;
mod nearest;
mod ocr_line;
mod paper;
mod parts;
mod payable;
mod paycode;
mod purpose;
mod reader;
mod readings;
mod rich;
mod role;
mod schema;
mod series;
mod site;
mod slips;
mod source;
mod stock;
mod style;
mod symbol;
mod table;
mod template;
pub mod text;
mod textbox;
mod trial;
mod uses;
mod vet;
mod voids;
mod writing;

pub use codes::CODES;
pub use compile::{Compiled, Sources, compile};
pub use context::Contexts;
pub use dates::{DateBase, DateRule, Day};
pub use editors::json_schema;
pub use eval::{EvalError, OUTPUT_MAX};
pub use filter::{FilterStyle, filter_names};
pub use library::{edition, edition_date, parameters, read_stocks};
pub use mandatory::Mandatory;
pub use ocr_line::{OcrFault, OcrLine, Segment as OcrSegment};
pub use site::{Origin, Reach};
pub use slips::{Slip, Slips};
pub use source::FormSource;
pub use symbol::{Payment, Symbol, SymbolKind};

pub use layout::{
    Align, Alternative, Area, Band, Bands, Column, Face, Fit, Group, Image, Item, Lines, Panel,
    Picture, RubyLook, Rule, Table, TextBox, VAlign, Writing,
};
pub use paper::{Cards, Crease, CreaseKind};
pub use role::FaceRole;
pub use text::{
    Condition, ElItem, Filter, Rich, Ruby, Scope, Segment, Span, SpanLook, Templates, Text, Values,
};

use crate::calendar::Date;
use crate::digest::Digest;
use crate::measure::{Extent, Length};
use crate::model::{FieldIndex, Reading, Schema};

/// A form, compiled for one job.
#[derive(Debug, Clone)]
pub struct Form {
    /// The form's id: the name of its directory.
    pub id: String,
    /// The Japanese title.
    pub title: String,
    /// The day from which this edition is used.
    pub edition: Date,
    /// SHA-256 over the form file and every part it uses, and the parameters folded in; when the
    /// engine has read the pictures, over these too.
    pub digest: Digest,
    /// The finished leaf.
    pub leaf: Extent,
    /// Whether leaves have a printed back.
    pub duplex: bool,
    /// The stock's id in `forms/stocks.toml`.
    pub stock: String,
    /// The envelope's id; `None` for forms that are not inserted (cards on sheets, payslips).
    pub envelope: Option<String>,
    /// Nothing but bleeding areas may come nearer to the leaf's edge.
    pub safe_margin: Length,
    /// What a record holds.
    pub schema: Schema,
    /// The field whose yen balance; `None` for forms without money.
    pub amount: Option<FieldIndex>,
    /// The field that holds the addressee's name (kept whole, found again in tests and lists).
    pub name: FieldIndex,
    /// Checks beyond the types of cells.
    pub checks: Vec<Check>,
    /// The faces of the first leaf, of continuation leaves and of those with slips; then what each
    /// slip holds.
    pub faces: Vec<Face>,
    /// The payment slips, in the order in which they fill their places.
    pub slips: Vec<Slip>,
    /// What readers must find on its pages.
    pub readings: Vec<Reading>,
    /// Where the slot mark (serial, leaf k/n, check digit) stands on the front, text box on the leaf.
    pub mark: TextBox,
    /// Where the same mark stands on the back; only printed when the form is duplex.
    pub mark_back: TextBox,
    /// The pictures that faces refer to by index.
    pub images: Vec<Picture>,
    /// The row fields that bands of tables add up.
    pub summed: Vec<FieldIndex>,
    /// The templates that Tera renders; most texts never need one.
    pub templates: Templates,
}

/// A check beyond the type of a cell. Yen and whole numbers take part in sums alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// The terms add up to the total (期別税額の合計 = 年税額).
    Sum {
        /// The terms.
        terms: Vec<FieldIndex>,
        /// Terms that are taken away.
        less: Vec<FieldIndex>,
        /// The sum is rounded down to a multiple of this (端数切捨て); 1 leaves it as it is.
        floor: i64,
        /// The total.
        equals: FieldIndex,
    },
    /// A row field, added up over the rows that `when` admits, is the total.
    RowsSum {
        /// The row field.
        term: FieldIndex,
        /// Counts only rows whose field has this text.
        when: Option<(FieldIndex, String)>,
        /// The sum is rounded down to a multiple of this; 1 leaves it as it is.
        floor: i64,
        /// The total.
        equals: FieldIndex,
    },
    /// Dates that are given stand in ascending order.
    Ascending {
        /// The dates.
        fields: Vec<FieldIndex>,
    },
    /// A positive amount must have at least one row (the 2019 accident of lost rows).
    RowsWhenPositive {
        /// The amount.
        amount: FieldIndex,
    },
    /// Exactly one of the fields is given.
    ExactlyOne {
        /// The fields.
        fields: Vec<FieldIndex>,
    },
    /// When `field` has the text, the others must be given.
    RequiredWhen {
        /// The condition's field.
        field: FieldIndex,
        /// Its text.
        is: String,
        /// What must be given.
        required: Vec<FieldIndex>,
    },
    /// The honorific is one of the tenant's and does not already end the name.
    Honorific {
        /// The name.
        name: FieldIndex,
        /// The honorific's field; the tenant's default is used when empty or absent.
        honorific: Option<FieldIndex>,
    },
    /// The postcode lies where the address says, as far as a register of postcodes is there.
    Postcode {
        /// The postcode.
        postcode: FieldIndex,
        /// The address.
        address: FieldIndex,
    },
    /// A number whose check digit must be right.
    CheckDigit {
        /// The field.
        field: FieldIndex,
        /// The algorithm's name (`insurer`, `lg-code`, `corporate`, `resident`, `yucho-mt`).
        algorithm: String,
    },
    /// A date that lies where it must, from other dates.
    Date(Box<DateRule>),
    /// A text by which a picture is chosen: it has one, unless it is empty.
    Pictured {
        /// The field.
        field: FieldIndex,
        /// The texts that have a picture.
        texts: Vec<String>,
    },
    /// A line for OCR readers that says what its segments say.
    OcrLine {
        /// The field.
        field: FieldIndex,
        /// What it is made of.
        line: Box<OcrLine>,
    },
}

impl Form {
    /// The face of a role; forms without continuation leaves have no `More…` faces.
    #[must_use]
    pub fn face(&self, role: FaceRole) -> Option<(usize, &Face)> {
        self.faces.iter().enumerate().find(|(_, face)| face.role == role)
    }
}
