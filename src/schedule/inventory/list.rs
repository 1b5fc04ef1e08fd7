//! The inventory as rows of texts: for spreadsheets, and for whoever reads it by program.

use super::register::PaperUse;
use super::{FISCAL, Frequency, Inventory, Row, Volume};
use std::fmt::Write as _;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// 番号.
    Number,
    /// システム.
    System,
    /// 使用業務.
    Business,
    /// 帳票名称.
    Title,
    /// データ項目.
    Items,
    /// 利用目的.
    Purpose,
    /// 出力方法.
    Output,
    /// 出力用紙.
    Paper,
    /// 出力時期.
    Months,
    /// 出力頻度.
    Frequency,
    /// 年間件数.
    Volume,
    /// 件数の根拠.
    From,
    /// 外部委託候補.
    Outsource,
    /// 理由.
    Reason,
    /// 様式.
    Form,
    /// 備考.
    Note,
}

impl Column {
    /// All of them, in order, with their headings and widths in characters of a spreadsheet.
    pub const ALL: [(Self, &'static str, u16); 16] = [
        (Self::Number, "番号", 5),
        (Self::System, "システム", 10),
        (Self::Business, "使用業務", 16),
        (Self::Title, "帳票名称", 34),
        (Self::Items, "データ項目", 40),
        (Self::Purpose, "利用目的", 34),
        (Self::Output, "出力方法", 9),
        (Self::Paper, "出力用紙", 9),
        (Self::Months, "出力時期", 14),
        (Self::Frequency, "出力頻度", 9),
        (Self::Volume, "年間件数", 11),
        (Self::From, "件数の根拠", 11),
        (Self::Outsource, "外部委託候補", 9),
        (Self::Reason, "理由", 40),
        (Self::Form, "様式", 24),
        (Self::Note, "備考", 34),
    ];
}

impl Row<'_> {
    /// What a cell says; `number` counts the rows from 1.
    #[must_use]
    pub fn cell(&self, number: usize, column: Column) -> String {
        let Some(notice) = self.notice else {
            return match column {
                Column::Number => number.to_string(),
                Column::System => self.business.system.clone(),
                Column::Business => self.business.name.clone(),
                Column::Title => "（一括発送する帳票なし）".to_owned(),
                Column::Reason => self.business.none.clone().unwrap_or_default(),
                Column::Outsource => super::Outsource::No.ja().to_owned(),
                _ => String::new(),
            };
        };
        match column {
            Column::Number => number.to_string(),
            Column::System => self.business.system.clone(),
            Column::Business => self.business.name.clone(),
            Column::Title => notice.title.clone(),
            Column::Items => notice.items.join("、"),
            Column::Purpose => notice.purpose.clone(),
            Column::Output => notice.output.ja().to_owned(),
            Column::Paper => notice.paper.ja().to_owned(),
            Column::Months => self.months(),
            Column::Frequency => notice.frequency.ja().to_owned(),
            Column::Volume => {
                self.volume.pieces().map_or_else(String::new, |pieces| pieces.to_string())
            }
            Column::From => match self.volume {
                Volume::Actual(_) => "前回の実績",
                Volume::Estimate(_) => "推計",
                Volume::Unknown => "不明",
            }
            .to_owned(),
            Column::Outsource => notice.outsource.ja().to_owned(),
            Column::Reason => notice.reason.clone(),
            Column::Form => notice.form.clone().unwrap_or_default(),
            Column::Note => notice.note.clone(),
        }
    }

    /// `4・7月`, `毎月`; `時期不定` where only the year is known.
    fn months(&self) -> String {
        let Some(notice) = self.notice else { return String::new() };
        if notice.months.len() == FISCAL.len() {
            let is_monthly = notice.frequency == Frequency::Monthly;
            return if is_monthly { "毎月" } else { "時期不定" }.to_owned();
        }
        let months = FISCAL.iter().filter(|month| notice.months.contains(month));
        let months: Vec<String> = months.map(ToString::to_string).collect();
        format!("{}月", months.join("・"))
    }
}

impl Inventory<'_> {
    /// As CSV for spreadsheets: UTF-8 with a byte order mark, CRLF; the notices, an empty row, then pieces by
    /// paper and month of the fiscal year with totals.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let mut text = String::from("\u{FEFF}");
        let mut row = |cells: &mut dyn Iterator<Item = String>| {
            for (n, cell) in cells.enumerate() {
                if n > 0 {
                    text.push(',');
                }
                quote(&cell, &mut text);
            }
            text.push_str("\r\n");
        };
        row(&mut Column::ALL.iter().map(|(_, heading, _)| (*heading).to_owned()));
        for (number, each) in (1..).zip(&self.rows) {
            row(&mut Column::ALL.iter().map(|&(column, ..)| each.cell(number, column)));
        }
        row(&mut std::iter::empty());
        for line in self.paper_lines() {
            row(&mut line.into_iter());
        }
        text.into_bytes()
    }

    /// Pieces by paper and month: a heading, a line for each paper, the totals.
    pub(super) fn paper_lines(&self) -> Vec<Vec<String>> {
        let months = FISCAL.iter().map(|month| format!("{month}月"));
        let head = ["出力用紙".to_owned()].into_iter().chain(months).chain(["計".to_owned()]);
        let line = |name: &str, months: &[u64; 12]| {
            let all = months.iter().copied().chain([months.iter().sum()]);
            [name.to_owned()].into_iter().chain(all.map(|n: u64| n.to_string())).collect()
        };
        let papers =
            self.by_paper.iter().map(|(paper, months): (&PaperUse, _)| line(paper.ja(), months));
        let mut lines = vec![head.collect()];
        lines.extend(papers);
        lines.push(line("計", &self.by_month()));
        lines
    }

    /// As JSON: `notices`, `by_paper`, `by_month` and `total`.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let notices: Vec<_> = (1..)
            .zip(&self.rows)
            .map(|(number, row)| {
                let mut object = serde_json::Map::new();
                let cells = [
                    ("system", Column::System),
                    ("business", Column::Business),
                    ("title", Column::Title),
                    ("purpose", Column::Purpose),
                    ("reason", Column::Reason),
                    ("note", Column::Note),
                ];
                object.insert("id".to_owned(), row.business.id.clone().into());
                for (key, column) in cells {
                    object.insert(key.to_owned(), row.cell(number, column).into());
                }
                if let Some(notice) = row.notice {
                    object.insert("form".to_owned(), notice.form.clone().into());
                    object.insert("items".to_owned(), notice.items.clone().into());
                    object.insert("output".to_owned(), serde_json::json!(notice.output));
                    object.insert("paper".to_owned(), serde_json::json!(notice.paper));
                    object.insert("frequency".to_owned(), serde_json::json!(notice.frequency));
                    object.insert("outsource".to_owned(), serde_json::json!(notice.outsource));
                    object.insert("volume".to_owned(), serde_json::json!(row.volume));
                    object.insert("by_month".to_owned(), serde_json::json!(row.by_month));
                }
                object.into()
            })
            .collect::<Vec<serde_json::Value>>();
        serde_json::json!({
            "months": FISCAL,
            "notices": notices,
            "by_paper": self.by_paper,
            "by_month": self.by_month(),
            "total": self.total(),
        })
    }

    /// The months of the fiscal year as bars of characters.
    ///
    /// # Panics
    /// Never: writing to a string cannot fail.
    #[must_use]
    pub fn bars(&self) -> String {
        const WIDTH: u64 = 50;
        let months = self.by_month();
        let most = months.iter().copied().max().unwrap_or(0).max(1);
        let mut out = String::new();
        for (month, pieces) in FISCAL.iter().zip(months) {
            let eighths = (pieces * WIDTH * 8).div_ceil(most);
            let whole = usize::try_from(eighths.div_euclid(8)).unwrap_or(0);
            let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
            let rest = rest[usize::try_from(eighths % 8).unwrap_or(0)];
            writeln!(out, "{month:>2}月 {pieces:>9} {}{rest}", "█".repeat(whole))
                .expect("writing to a string cannot fail");
        }
        out
    }
}

/// A cell, quoted where it must be; a text that a spreadsheet would take for a formula gets an apostrophe.
fn quote(cell: &str, out: &mut String) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\r', '\n']) {
        out.push('"');
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(&cell);
    }
}
