//! What presses and finishing machines do with paper, what they spoil and what they cost.

use crate::measure::Length;
use serde::{Deserialize, Serialize};

/// How a press is fed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Process {
    /// With cut sheets (カット紙).
    #[default]
    CutSheet,
    /// With a web from a roll (巻取紙).
    Web,
    /// With fan-fold paper and sprocket holes (連続帳票).
    Continuous,
    /// With sheets of cards, one at a time.
    Card,
}

impl Process {
    /// What is spoilt where the vendor's file does not say it (`municipal.md` 5.4): sheets of a run, and
    /// of a thousand more. A web's 300 m depend on the sheet: see [`Spoilage::metres`].
    #[must_use]
    pub const fn spoilage(self) -> Spoilage {
        let (fixed, metres, permille) = match self {
            Self::CutSheet => (20, 0, 10),
            Self::Web => (0, 300, 15),
            Self::Continuous => (0, 0, 20),
            Self::Card => (50, 0, 30),
        };
        Spoilage { fixed, metres, permille }
    }
}

/// Paper that is lost in a process (予備紙): `sheets + fixed + ⌈permille · sheets / 1000⌉` are needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Spoilage {
    /// Sheets of each run.
    pub fixed: u32,
    /// Metres of each run, on webs.
    pub metres: u32,
    /// Sheets of a thousand.
    pub permille: u32,
}

impl Spoilage {
    /// What is spoilt of `sheets` of a height.
    #[must_use]
    pub fn of(self, sheets: u64, height: Length) -> u64 {
        let height = u64::try_from(height.as_um()).unwrap_or(0).max(1);
        let run_in = (u64::from(self.metres) * 1_000_000).div_ceil(height);
        u64::from(self.fixed) + run_in + (sheets * u64::from(self.permille)).div_ceil(1000)
    }
}

/// The sizes of a web: what a press takes of a roll's width, and cuts of its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// The narrowest and the widest web.
    pub widths: [Length; 2],
    /// The shortest and the longest sheet that is cut of it.
    pub lengths: [Length; 2],
}

/// What a press costs; all 0 when the vendor gives no prices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rate {
    /// Yen to set it up for a run.
    pub setup_yen: u32,
    /// Yen to change a lot.
    pub lot_yen: u32,
    /// Yen for a thousand printed sides.
    pub yen_per_1000: u32,
}

/// The machines after the press.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Finishing {
    /// The guillotine (断裁): sheets.
    pub cut: Step,
    /// Folding (折り): leaves that are larger than their envelope, booklets.
    pub fold: Step,
    /// Inserting and sealing (封入封かん): pieces.
    pub insert: Step,
    /// Pressure seal (圧着): leaves.
    pub seal: Step,
}

/// A finishing machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// Yen to set it up for a run.
    pub setup_yen: u32,
    /// Yen for a thousand of what it handles.
    pub yen_per_1000: u32,
    /// Sheets of a thousand that it spoils.
    pub permille: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spoilage_by_process() {
        let a3 = Length::mm(420);
        assert_eq!(Process::CutSheet.spoilage().of(1000, a3), 20 + 10);
        assert_eq!(Process::CutSheet.spoilage().of(1, a3), 21);
        // 300 m of 420 mm are 715 sheets.
        assert_eq!(Process::Web.spoilage().of(100_000, a3), 715 + 1500);
        assert_eq!(Process::Continuous.spoilage().of(2000, a3), 40);
        assert_eq!(Process::Card.spoilage().of(100, a3), 53);
    }
}
