//! Tables on a terminal, aligned by display width so that 漢字 keep their columns.

use unicode_width::UnicodeWidthStr as _;

/// A table: headings and rows; columns of numbers are set flush right.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with headings.
    pub(super) fn new(headings: &[&str]) -> Self {
        Self { rows: vec![headings.iter().map(|&h| h.to_owned()).collect()] }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table as lines.
    pub(super) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|c| c.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let numeric: Vec<bool> = (0..columns).map(|column| self.is_numeric(column)).collect();
        let mut out = String::new();
        for (n, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for ((cell, &width), &numeric) in row.iter().zip(&widths).zip(&numeric) {
                let space = " ".repeat(width - cell.width());
                line +=
                    &if numeric { format!("{space}{cell}  ") } else { format!("{cell}{space}  ") };
            }
            out += line.trim_end();
            out.push('\n');
            if n == 0 {
                out += &"─".repeat(widths.iter().map(|w| w + 2).sum::<usize>().saturating_sub(2));
                out.push('\n');
            }
        }
        out
    }

    fn is_numeric(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().skip(1).filter_map(|row| row.get(column)).peekable();
        cells.peek().is_some()
            && cells.all(|cell| {
                !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || ",.-".contains(c))
            })
    }
}

/// A count with commas.
pub(super) fn number(n: u64) -> String {
    crate::model::Yen(i64::try_from(n).unwrap_or(i64::MAX)).to_string()
}

/// Bytes in millions, with one decimal.
pub(super) fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{}", tenths.div_euclid(10), tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn wide_characters_keep_their_columns() {
        let mut table = Table::new(&["job", "pieces"]);
        table.row(vec!["固定資産税".into(), "2,400".into()]);
        table.row(vec!["a".into(), "7".into()]);
        let lines: Vec<String> = table.render().lines().map(str::to_owned).collect();
        assert_eq!(lines[2], "固定資産税   2,400");
        assert_eq!(lines[3], "a                7");
    }
}
