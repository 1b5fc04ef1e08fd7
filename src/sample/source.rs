//! What a hint means once its words are known: where the values of a field come from.

use super::slips::Slip;
use crate::calendar::Date;
use crate::model::{CheckDigit, FieldIndex};

/// Where a field's values come from. Boxes nest as deep as hints do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// Nothing.
    Empty,
    /// Always this.
    Fixed(String),
    /// Something about the record's people or the job.
    Fact(Fact),
    /// Ascending numbers.
    Serial { start: u64, step: u64, prefix: String },
    /// Random digits of the field's width.
    Digits(Option<CheckDigit>),
    /// One of several texts, by weight.
    Pick(Vec<(u32, String)>),
    /// `1` with this chance, else `0`; direct debit is always on in its hard case.
    Flag { percent: u32, debit: bool },
    /// The first with this chance, else the second.
    Often(u32, Box<Source>, Box<Source>),
    /// By whether the field is given and not zero.
    If(FieldIndex, Box<Source>, Box<Source>),
    /// By the age that a date makes on the day of issue.
    IfAge { birth: FieldIndex, ages: (i64, i64), then: Box<Source>, other: Box<Source> },
    /// By the text of a field.
    By(FieldIndex, Vec<(String, Source)>, Box<Source>),
    /// The inner value in zero-yen hard cases, else zero or nothing.
    WhenZero(Box<Source>),
    /// The first in town, the second elsewhere.
    Place(Box<Source>, Box<Source>),
    /// The same text as the field.
    Copy(FieldIndex),
    /// A skewed amount, rounded down, zero with a chance of `zero` percent.
    Skewed { low: i64, high: i64, round: i64, zero: u32 },
    /// An even number.
    Even { low: i64, high: i64 },
    /// A field times a ratio, rounded down to a multiple; nothing in zero-yen hard cases, unless it
    /// is kept.
    Rate { of: FieldIndex, ratio: (i64, i64), round: i64, keep: bool },
    /// A field over another, times a factor, in the scale of the field.
    Ratio { of: FieldIndex, over: FieldIndex, factor: i64 },
    /// The sum of fields (`true`: taken away), rounded down to a multiple.
    Sum { terms: Vec<(FieldIndex, bool)>, round: i64 },
    /// The sum of a row field over the rows whose field has the text.
    RowsSum { of: FieldIndex, when: Option<(FieldIndex, String)>, round: i64 },
    /// Part `part` of `parts` of a field.
    Instalment { part: i64, parts: i64, of: FieldIndex },
    /// A date between two, both included.
    Dates { from: Moment, to: Moment, notation: Notation },
    /// So many days after another; none after none.
    After { from: Moment, days: i64, count: Count, notation: Notation },
    /// What a payment slip or a vehicle says.
    Slip(Box<Slip>),
    /// A row's item.
    Items(Vec<Item>),
    /// The row's person, of the addressee's household; how many rows there are, by weight.
    People(Vec<(u32, u32)>),
    /// The row's person's reading.
    PersonKana,
    /// The row's person's birth.
    PersonBirth(Notation),
    /// The group of the row's item.
    ItemGroup,
    /// The number of the row's item, when it has no unit.
    ItemYen,
    /// The number and unit of the row's item, when it has one.
    ItemText,
    /// The row's number, from 1.
    RowNumber,
    /// The row's land register location.
    Location,
    /// The row's house number in the register.
    HouseNumber,
    /// A year in wareki.
    WarekiYear { low: i64, high: i64 },
}

/// Something about the record's people or the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fact {
    Name,
    Kana,
    Honorific { full: bool },
    CoOwners,
    RoleLabel,
    CareOf,
    Postcode,
    Address(AddressStyle),
    Extra,
    Former,
    District,
    PayerName,
    PayerAddress,
    Sex,
    MemberName,
    MemberKana,
    MemberSex,
    MemberNumber,
    HouseholdNumber,
    Bank,
    Branch,
    Account,
    Holder,
    LevyYear,
    TenantCode,
    TenantName,
    InsurerNumber,
}

/// How much of an address is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressStyle {
    /// From the municipality in town, from the prefecture elsewhere.
    Usual,
    /// Without prefecture and municipality in town.
    Town,
    /// From the prefecture always.
    Full,
}

/// A point in time that a date hint names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// This day.
    Day(Date),
    /// The value of a date field.
    Field(FieldIndex),
    /// The day of issue.
    Issue,
    /// The due date at the end of a month of the fiscal year.
    Due(i8),
    /// The last day of the fiscal year, so many years on.
    FiscalEnd(i16),
    /// 31 July, so many years after the year of issue.
    JulyEnd(i16),
    /// The addressee's birth.
    Birth,
    /// The member's birth.
    MemberBirth,
}

/// How days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// All of them.
    Days,
    /// All of them; then the next business day when that one is closed.
    ThenOpen,
    /// Business days.
    BusinessDays,
}

/// How a date is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Notation {
    /// `20260406`.
    #[default]
    Plain,
    /// `2026-04-06`.
    Iso,
    /// `2026/04/06`.
    Slash,
    /// `R080406`.
    Era,
}

/// A row that comes with a chance, in the order of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// The group: `支給`.
    pub(super) group: String,
    /// The label: `扶養手当`.
    pub(super) label: String,
    /// In how many of a hundred records it is there.
    pub(super) percent: u32,
    /// The smallest number.
    pub(super) low: i64,
    /// The largest number.
    pub(super) high: i64,
    /// The unit; a number without one is an amount.
    pub(super) unit: String,
}

impl Source {
    /// Calls `visit` with every field that must be known before this one.
    pub(super) fn needs(&self, visit: &mut dyn FnMut(FieldIndex)) {
        match self {
            Self::Often(_, one, other) | Self::Place(one, other) => {
                one.needs(visit);
                other.needs(visit);
            }
            Self::If(field, one, other) => {
                visit(*field);
                one.needs(visit);
                other.needs(visit);
            }
            Self::IfAge { birth, then, other, .. } => {
                visit(*birth);
                then.needs(visit);
                other.needs(visit);
            }
            Self::By(field, cases, other) => {
                visit(*field);
                for (_, source) in cases {
                    source.needs(visit);
                }
                other.needs(visit);
            }
            Self::WhenZero(inner) => inner.needs(visit),
            Self::Copy(field)
            | Self::Rate { of: field, .. }
            | Self::Instalment { of: field, .. }
            | Self::After { from: Moment::Field(field), .. } => visit(*field),
            Self::Ratio { of, over, .. } => {
                visit(*of);
                visit(*over);
            }
            Self::Sum { terms, .. } => terms.iter().for_each(|(field, _)| visit(*field)),
            Self::Dates { from, to, .. } => {
                for moment in [from, to] {
                    if let Moment::Field(field) = moment {
                        visit(*field);
                    }
                }
            }
            Self::Slip(slip) => slip.needs(visit),
            Self::Empty
            | Self::After { .. }
            | Self::Fixed(_)
            | Self::Fact(_)
            | Self::Serial { .. }
            | Self::Digits(_)
            | Self::Pick(_)
            | Self::Flag { .. }
            | Self::Skewed { .. }
            | Self::Even { .. }
            | Self::RowsSum { .. }
            | Self::Items(_)
            | Self::People(_)
            | Self::PersonKana
            | Self::PersonBirth(_)
            | Self::ItemGroup
            | Self::ItemYen
            | Self::ItemText
            | Self::RowNumber
            | Self::Location
            | Self::HouseNumber
            | Self::WarekiYear { .. } => {}
        }
    }
}
