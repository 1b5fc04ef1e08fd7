//! The inventory of forms (帳票一覧): every sub-system's bulk notices with purpose, data, output, paper, time and
//! volume, and whether they are candidates for outsourcing; sub-systems without a notice with the reason why.

mod list;
mod register;
mod workbook;

pub use list::Column;
pub use register::{Base, Business, Frequency, Notice, Output, Outsource, PaperUse, Register};

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The months of a fiscal year in order.
pub const FISCAL: [u8; 12] = [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3];

/// What volumes are counted from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Inhabitants.
    pub population: u64,
    /// Households, where they are known.
    pub households: Option<u64>,
    /// The municipality's own staff, where it is known.
    pub employees: Option<u64>,
}

impl Counts {
    const fn of(self, base: Base) -> Option<u64> {
        match base {
            Base::Population => Some(self.population),
            Base::Households => self.households,
            Base::Employees => self.employees,
        }
    }
}

/// How many pieces of a notice a year has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "from", content = "pieces")]
pub enum Volume {
    /// As many as were made last.
    Actual(u64),
    /// The source's ratio times what it is of.
    Estimate(u64),
    /// Nobody said.
    Unknown,
}

impl Volume {
    /// The pieces, when anything is known of them.
    #[must_use]
    pub const fn pieces(self) -> Option<u64> {
        match self {
            Self::Actual(pieces) | Self::Estimate(pieces) => Some(pieces),
            Self::Unknown => None,
        }
    }
}

/// A line of the inventory: a notice of a business, or the business that has none.
#[derive(Debug, Clone, Serialize)]
pub struct Row<'r> {
    /// The business.
    #[serde(skip)]
    pub business: &'r Business,
    /// The notice.
    #[serde(skip)]
    pub notice: Option<&'r Notice>,
    /// The pieces of a year.
    pub volume: Volume,
    /// The pieces of each month of the fiscal year, as [`FISCAL`].
    pub by_month: [u64; 12],
}

/// The inventory of a municipality.
#[derive(Debug, Clone)]
pub struct Inventory<'r> {
    /// In the order of the register.
    pub rows: Vec<Row<'r>>,
    /// The pieces of each month of the fiscal year, by paper.
    pub by_paper: BTreeMap<PaperUse, [u64; 12]>,
}

impl<'r> Inventory<'r> {
    /// The inventory of a register. `actual` gives what was made of a form in the last year of which there are
    /// records.
    #[must_use]
    pub fn of(
        register: &'r Register,
        counts: Counts,
        actual: &dyn Fn(&str) -> Option<u64>,
    ) -> Self {
        let mut rows = Vec::new();
        let mut counted: BTreeSet<&str> = BTreeSet::new();
        let mut by_paper: BTreeMap<PaperUse, [u64; 12]> = BTreeMap::new();
        for business in &register.business {
            if business.notice.is_empty() {
                let (volume, by_month) = (Volume::Estimate(0), [0; 12]);
                rows.push(Row { business, notice: None, volume, by_month });
            }
            for notice in &business.notice {
                // What was made of a form is one count, wherever else the form serves.
                let is_first = notice.form.as_deref().is_none_or(|form| counted.insert(form));
                let once = |form: &str| actual(form).filter(|_| is_first);
                let volume = volume(notice, counts, &once);
                let by_month = spread(notice, volume.pieces().unwrap_or(0));
                let paper = by_paper.entry(notice.paper).or_default();
                for (sum, pieces) in paper.iter_mut().zip(by_month) {
                    *sum += pieces;
                }
                rows.push(Row { business, notice: Some(notice), volume, by_month });
            }
        }
        Self { rows, by_paper }
    }

    /// The pieces of each month of the fiscal year.
    #[must_use]
    pub fn by_month(&self) -> [u64; 12] {
        std::array::from_fn(|month| self.by_paper.values().map(|paper| paper[month]).sum())
    }

    /// The pieces of a year.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.by_month().iter().sum()
    }

    /// The notices of which nobody knows how many there are.
    pub fn unknown(&self) -> impl Iterator<Item = &Row<'r>> {
        self.rows.iter().filter(|row| row.volume == Volume::Unknown)
    }
}

fn volume(notice: &Notice, counts: Counts, actual: &dyn Fn(&str) -> Option<u64>) -> Volume {
    if let Some(pieces) = notice.form.as_deref().and_then(actual) {
        return Volume::Actual(pieces);
    }
    let (Some(millionths), Some(base)) = (notice.ratio, counts.of(notice.base)) else {
        return Volume::Unknown;
    };
    let once = (base * u64::from(millionths.0) + 500_000).div_euclid(1_000_000);
    let times = if notice.per_time { notice.months.len() as u64 } else { 1 };
    Volume::Estimate(once * times)
}

/// The pieces of a year over its months of dispatch, what is left over in the first.
fn spread(notice: &Notice, pieces: u64) -> [u64; 12] {
    let mut by_month = [0; 12];
    let months = notice.months.len() as u64;
    if months == 0 {
        return by_month;
    }
    let (each, rest) = (pieces.div_euclid(months), pieces % months);
    let mut first = true;
    for (sum, month) in by_month.iter_mut().zip(FISCAL) {
        if notice.months.contains(&month) {
            *sum = each + if first { rest } else { 0 };
            first = false;
        }
    }
    by_month
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTER: &str = r#"
        [[business]]
        id = "property_tax"
        system = "税"
        name = "固定資産税"
        [[business.notice]]
        title = "納税通知書"
        form = "property_tax_notice"
        purpose = "税額の通知"
        items = ["年税額"]
        output = "batch"
        paper = "general"
        months = [4]
        frequency = "annual"
        ratio = 0.34
        outsource = "yes"
        reason = "件数が多い"
        [[business.notice]]
        title = "督促状"
        purpose = "督促"
        items = ["税額"]
        output = "batch"
        paper = "pressure-seal"
        months = [1, 5, 9]
        frequency = "several"
        per_time = true
        ratio = 0.01
        outsource = "yes"
        reason = "発送の期日が決まっている"
        [[business.notice]]
        title = "給与"
        purpose = "支給の明細"
        items = ["支給額"]
        output = "batch"
        paper = "pressure-seal"
        months = [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
        frequency = "monthly"
        per_time = true
        ratio = 1.0
        base = "employees"
        outsource = "partly"
        reason = "手渡し"
        [[business]]
        id = "budget"
        system = "財務会計"
        name = "予算編成"
        none = "内部の帳票だけ"
    "#;

    #[test]
    fn volumes_follow_from_the_ratios() {
        let register = Register::read(REGISTER, "forms/inventory.toml").expect("a register");
        let counts = Counts { population: 90_000, households: None, employees: None };
        let inventory = Inventory::of(&register, counts, &|_| None);
        let volumes: Vec<_> = inventory.rows.iter().map(|row| row.volume).collect();
        assert_eq!(
            volumes,
            [
                Volume::Estimate(30_600),
                Volume::Estimate(2_700),
                Volume::Unknown,
                Volume::Estimate(0)
            ]
        );
        // April first: 30,600 in April, 900 in May, September and January.
        assert_eq!(inventory.by_month(), [30_600, 900, 0, 0, 0, 900, 0, 0, 0, 900, 0, 0]);
        assert_eq!(inventory.by_paper[&PaperUse::PressureSeal].iter().sum::<u64>(), 2_700);
        assert_eq!((inventory.total(), inventory.unknown().count()), (33_300, 1));
        let counts = Counts { employees: Some(700), ..counts };
        let made = |form: &str| (form == "property_tax_notice").then_some(31_415);
        let inventory = Inventory::of(&register, counts, &made);
        assert_eq!(inventory.rows[0].volume, Volume::Actual(31_415));
        assert_eq!(inventory.rows[2].volume, Volume::Estimate(8_400));
        assert_eq!(inventory.rows[2].by_month, [700; 12]);
    }

    #[test]
    fn what_is_left_over_goes_out_first() {
        let register = Register::read(REGISTER, "forms/inventory.toml").expect("a register");
        let notice = &register.business[0].notice[1];
        assert_eq!(spread(notice, 11), [0, 5, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0]);
    }
}
