//! Fictional payment codes and vehicles: the 44 digits of stores and the 255 of an eL-QR, which name
//! the same case (案件特定キー), and plates and chassis numbers that no two records share.

use super::hint::Hint;
use super::random::Random;
use super::source::{Count, Moment};
use super::values::Pen;
use super::words::{Read, Words};
use crate::barcode::el_qr::{Extension, Payload, Payment};
use crate::barcode::store::{LIMIT_YEN, StorePayment};
use crate::calendar::{self, Date};
use crate::model::{FieldIndex, FieldKind};
use std::fmt::Write as _;

/// What a payment slip or a vehicle says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slip {
    /// The 44 digits that stores take payments by.
    Store { issuer: String, amount: FieldIndex, due: Option<FieldIndex>, max: u64, case: Case },
    /// The 255 digits of an eL-QR.
    ElQr {
        amount: FieldIndex,
        due: FieldIndex,
        limit: FieldIndex,
        max: u64,
        organisation: Option<String>,
        office: String,
        case: Case,
    },
    /// What an eL-QR in another field says to people.
    OfElQr { code: FieldIndex, part: Part },
    /// 標識番号.
    Plate { place: String, kind: Plate },
    /// 車台番号.
    Chassis,
}

/// Which payment of the record it is: codes of the same tax and period name the same case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Case {
    /// 税目・料金番号, three digits.
    tax: String,
    /// 期別, two digits.
    period: String,
}

/// A part of an eL-QR's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Line1,
    Line2,
    Agency,
    Number,
    Confirmation,
    Category,
}

const PARTS: [(&str, Part); 6] = [
    ("line_1", Part::Line1),
    ("line_2", Part::Line2),
    ("agency", Part::Agency),
    ("number", Part::Number),
    ("confirmation", Part::Confirmation),
    ("category", Part::Category),
];

/// The kinds of plates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plate {
    /// 軽四輪乗用: `霞原 580 あ 12-34`.
    Car,
    /// 軽四輪貨物: `霞原 480 あ 12-34`.
    Truck,
    /// 軽二輪: `1霞原 あ 12-34`.
    Light,
    /// 二輪の小型自動車, and the plates that municipalities give: `霞原 あ 12-34`.
    Plain,
}

const PLATES: [(&str, Plate); 4] = [
    ("car", Plate::Car),
    ("truck", Plate::Truck),
    ("light", Plate::Light),
    ("plain", Plate::Plain),
];

/// The letters of private vehicles: without し, へ, ん, and those of rental and business ones.
const LETTERS: [char; 38] = [
    'あ', 'い', 'う', 'え', 'か', 'き', 'く', 'け', 'こ', 'さ', 'す', 'せ', 'そ', 'た', 'ち', 'つ',
    'て', 'と', 'な', 'に', 'ぬ', 'ね', 'の', 'は', 'ひ', 'ふ', 'ほ', 'ま', 'み', 'む', 'め', 'も',
    'や', 'ゆ', 'よ', 'ら', 'る', 'ろ',
];

impl Words<'_> {
    /// The words of this file.
    pub(super) fn slip(&mut self, hint: &Hint) -> Read<Option<Slip>> {
        let args: Vec<&Hint> = hint.plain().collect();
        Ok(Some(match (hint.word.as_str(), args.as_slice()) {
            ("store_code", []) if !self.rows => {
                let issuer = hint.keyed("issuer").map(|text| text.word.clone());
                let issuer = issuer.filter(|text| is_digits(text, 6));
                let max = self.keyed(hint, "max", LIMIT_YEN)?;
                if max > 999_999 {
                    return Err(self.argument(hint));
                }
                let due = hint.keyed("due").map(|id| self.date_field(hint, id)).transpose()?;
                Slip::Store {
                    issuer: issuer.ok_or_else(|| self.argument(hint))?,
                    amount: self.amount_field(hint)?,
                    due,
                    max,
                    case: self.case(hint)?,
                }
            }
            ("el_qr", []) if !self.rows => {
                let due = hint.keyed("due").ok_or_else(|| self.argument(hint))?;
                let due = self.date_field(hint, due)?;
                let limit = hint.keyed("limit").map(|id| self.date_field(hint, id)).transpose()?;
                Slip::ElQr {
                    amount: self.amount_field(hint)?,
                    due,
                    limit: limit.unwrap_or(due),
                    max: self.keyed(hint, "max", 99_999_999_999)?,
                    organisation: hint
                        .keyed("organisation")
                        .map(|text| self.padded(hint, text, 5))
                        .transpose()?,
                    office: self.padded_or(hint, "office", 3)?,
                    case: self.case(hint)?,
                }
            }
            ("of_el_qr", [code, part]) if !self.rows => {
                let part = PARTS.iter().find(|(word, _)| *word == part.word);
                let (_, part) = part.ok_or_else(|| self.argument(hint))?;
                Slip::OfElQr { code: self.index(&code.word)?, part: *part }
            }
            ("plate", [place, rest @ ..]) if rest.len() <= 1 => {
                let word = rest.first().map_or("car", |kind| kind.word.as_str());
                let kind = PLATES.iter().find(|(known, _)| *known == word);
                let (_, kind) = kind.ok_or_else(|| self.argument(hint))?;
                Slip::Plate { place: place.word.clone(), kind: *kind }
            }
            ("chassis", []) => Slip::Chassis,
            _ => return Ok(None),
        }))
    }

    fn case(&self, hint: &Hint) -> Read<Case> {
        let (tax, period) = (self.padded_or(hint, "tax", 3)?, self.padded_or(hint, "period", 2)?);
        Ok(Case { tax, period })
    }

    fn amount_field(&self, hint: &Hint) -> Read<FieldIndex> {
        let id = hint.keyed("amount").ok_or_else(|| self.argument(hint))?;
        let field = self.index(&id.word)?;
        let is_amount = matches!(self.fields[usize::from(field)].kind, FieldKind::Yen { .. });
        if is_amount { Ok(field) } else { Err(self.argument(hint)) }
    }

    fn date_field(&self, hint: &Hint, id: &Hint) -> Read<FieldIndex> {
        let field = self.index(&id.word)?;
        let is_date = self.fields[usize::from(field)].kind == FieldKind::Date;
        if is_date { Ok(field) } else { Err(self.argument(hint)) }
    }

    /// Digits with zeros in front; zeros without the key.
    fn padded_or(&self, hint: &Hint, key: &str, width: usize) -> Read<String> {
        let given = hint.keyed(key).map(|text| self.padded(hint, text, width)).transpose()?;
        Ok(given.unwrap_or_else(|| "0".repeat(width)))
    }

    fn padded(&self, hint: &Hint, text: &Hint, width: usize) -> Read<String> {
        let fits = (1..=width).any(|length| is_digits(&text.word, length));
        if fits { Ok(format!("{:0>width$}", text.word)) } else { Err(self.argument(hint)) }
    }
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
}

impl Slip {
    /// Calls `visit` with every field that must be known before this one.
    pub(super) fn needs(&self, visit: &mut dyn FnMut(FieldIndex)) {
        match self {
            Self::Store { amount, due, .. } => {
                visit(*amount);
                if let Some(due) = due {
                    visit(*due);
                }
            }
            Self::ElQr { amount, due, limit, .. } => {
                visit(*amount);
                visit(*due);
                visit(*limit);
            }
            Self::OfElQr { code, .. } => visit(*code),
            Self::Plate { .. } | Self::Chassis => {}
        }
    }
}

impl Count {
    /// The day so many days after another.
    pub(super) fn after(self, from: Date, days: i64) -> Option<Date> {
        let by = |days| from.checked_add(jiff::Span::new().days(days)).ok();
        match self {
            Self::Days => by(days),
            Self::ThenOpen => by(days).map(calendar::on_or_after),
            Self::BusinessDays => {
                let step = if days < 0 {
                    calendar::previous_business_day
                } else {
                    calendar::next_business_day
                };
                Some((0..days.unsigned_abs()).fold(from, |day, _| step(day)))
            }
        }
    }
}

impl Pen<'_> {
    /// Writes what a slip or a vehicle says; nothing where nothing is to be paid that way.
    pub(super) fn slip(&mut self, slip: &Slip, out: &mut String) {
        match slip {
            Slip::Store { issuer, amount, due, max, case } => {
                let (Some(amount), Some(due)) = (self.amount(*amount, *max), self.due(*due)) else {
                    return;
                };
                // Five digits of the issuer's own, the case, and a zero.
                let free_field = format!("{}{}0", self.tenant(), self.key(case));
                let payment = StorePayment {
                    issuer,
                    free_field: &free_field,
                    reissue: 0,
                    due,
                    stamp_flag: 0,
                    amount,
                };
                if let Ok(code) = payment.code() {
                    out.push_str(code.as_str());
                }
            }
            Slip::ElQr { amount, due, limit, max, organisation, office, case } => {
                let day = |field: FieldIndex| self.day(Moment::Field(field));
                let (Some(amount), Some(due), Some(pay_by)) =
                    (self.amount(*amount, *max), day(*due), day(*limit))
                else {
                    return;
                };
                let year = format!("{:04}", self.maker.options.levy_year);
                let payment = Payment {
                    account: "0",
                    amount,
                    item: &case.tax,
                    key: &self.key(case),
                    confirmation: &self.confirmation(case),
                    organisation: organisation.as_deref().unwrap_or(self.tenant()),
                    office,
                    levy_year: &year,
                    tax_year: &year,
                    period: &case.period,
                    due,
                    pay_by,
                    extension: Extension::default(),
                };
                if let Ok(payload) = payment.payload() {
                    out.push_str(payload.as_str());
                }
            }
            Slip::OfElQr { code, part } => {
                let Ok(payload) = Payload::parse(&self.values.text[usize::from(*code)]) else {
                    return;
                };
                let numbers = payload.el_number();
                out.push_str(match part {
                    Part::Line1 => payload.line_1(),
                    Part::Line2 => payload.line_2(),
                    Part::Agency => numbers.agency,
                    Part::Number => numbers.number,
                    Part::Confirmation => numbers.confirmation,
                    Part::Category => numbers.category,
                });
            }
            Slip::Plate { place, kind } => {
                let place = if place == "tenant" { &*self.maker.world.municipality } else { place };
                self.plate(place, *kind, out);
            }
            Slip::Chassis => {
                let n = self.vehicle();
                let model = 10 + n.wrapping_mul(7) % 90;
                let letter = ['A', 'S', 'T', 'V'][(n % 4) as usize];
                let _ = write!(out, "ZX{model}{letter}-{:07}", 100_000 + n % 9_900_000);
            }
        }
    }

    /// The amount, when there is one to pay that way.
    fn amount(&self, field: FieldIndex, max: u64) -> Option<u64> {
        let amount = u64::try_from(self.values.number[usize::from(field)]).ok()?;
        (1..=max).contains(&amount).then_some(amount)
    }

    /// The last day; `None` when the field that should have it is empty.
    #[expect(clippy::option_option, reason = "no day at all is another thing than an empty field")]
    fn due(&self, field: Option<FieldIndex>) -> Option<Option<Date>> {
        field.map_or(Some(None), |field| self.day(Moment::Field(field)).map(Some))
    }

    /// Five digits of the tenant's code, of which those of fictional tenants begin with 98.
    fn tenant(&self) -> &str {
        let code = self.maker.options.tenant_code.as_str();
        code.get(..5).filter(|text| is_digits(text, 5)).unwrap_or("98000")
    }

    /// 案件特定キー, the 15 digits that are no leading zeros: year, tax, period, number of the record.
    fn key(&self, case: &Case) -> String {
        let year = self.maker.options.levy_year.rem_euclid(10_000);
        let number = (self.cx.record + 1) % 10_000_000;
        format!("{year:04}{}{}{number:07}", &case.tax[1..], case.period)
    }

    /// 確認番号.
    fn confirmation(&self, case: &Case) -> String {
        let part = |digits: &str| digits.parse::<u64>().unwrap_or(0);
        let options = self.maker.options;
        let key = [options.seed, self.cx.record, 6, part(&case.tax), part(&case.period)];
        format!("{:06}", Random::of(&key).below(1_000_000))
    }

    /// A number that no other vehicle has.
    fn vehicle(&self) -> u64 {
        let row = self.cx.row.as_ref().map(|row| row.number as u64);
        row.map_or(self.cx.record, |row| self.cx.record.wrapping_mul(100) + row)
    }

    fn plate(&mut self, place: &str, kind: Plate, out: &mut String) {
        const NUMBERS: u64 = 9_999;
        const ALL: u64 = NUMBERS * LETTERS.len() as u64;
        // 7,919 is a prime and no divisor of ALL: every vehicle has another plate.
        let at = self.vehicle().wrapping_add(self.maker.options.seed).wrapping_mul(7_919) % ALL;
        let (letter, number) = (at.div_euclid(NUMBERS), at % NUMBERS + 1);
        let class = self.random.below(4);
        let _ = match kind {
            Plate::Car => write!(out, "{place} {} ", 580 + class),
            Plate::Truck => write!(out, "{place} {} ", 480 + class),
            Plate::Light => write!(out, "1{place} "),
            Plate::Plain => write!(out, "{place} "),
        };
        out.push(LETTERS[usize::try_from(letter).unwrap_or(0)]);
        out.push(' ');
        let _ = if number > 999 {
            write!(out, "{:02}-{:02}", number.div_euclid(100), number % 100)
        } else {
            write!(out, "{number:・>4}")
        };
    }
}
