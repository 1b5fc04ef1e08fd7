//! The inventory as a workbook: the list, and pieces by paper and month with a chart.

use super::{Column, FISCAL, Inventory};
use rust_xlsxwriter::{
    Chart, ChartType, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook,
    XlsxError,
};

const LIST: &str = "帳票一覧";
const PAPER: &str = "用紙別・月別";

impl Inventory<'_> {
    /// As XLSX: the same bytes whenever it is made.
    ///
    /// # Errors
    /// When a text is too long for a cell of a workbook.
    pub fn xlsx(&self, title: &str) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        // No clock: a workbook of the same register is the same file.
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook
            .set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
        self.list(&mut workbook, title)?;
        self.paper(&mut workbook)?;
        workbook.save_to_buffer()
    }

    fn list(&self, workbook: &mut Workbook, title: &str) -> Result<(), XlsxError> {
        let font = "游ゴシック";
        let cell = Format::new()
            .set_font_name(font)
            .set_font_size(9)
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border(FormatBorder::Thin);
        let head =
            cell.clone().set_bold().set_background_color("DDE6F0").set_align(FormatAlign::Center);
        let count = cell.clone().set_num_format("#,##0");
        let sheet = workbook.add_worksheet().set_name(LIST)?;
        let heading = Format::new().set_font_name(font).set_font_size(14).set_bold();
        sheet.write_string_with_format(0, 0, title, &heading)?;
        for (n, (_, name, width)) in (0..).zip(Column::ALL) {
            sheet.set_column_width(n, f64::from(width))?;
            sheet.write_string_with_format(2, n, name, &head)?;
        }
        for (row, (number, each)) in (3..).zip((1..).zip(&self.rows)) {
            for (n, (column, ..)) in (0..).zip(Column::ALL) {
                let text = each.cell(number, column);
                match (column, text.parse::<u32>()) {
                    (Column::Number | Column::Volume, Ok(value)) => {
                        sheet.write_number_with_format(row, n, f64::from(value), &count)?
                    }
                    _ => sheet.write_string_with_format(row, n, &text, &cell)?,
                };
            }
        }
        let last = u32::try_from(self.rows.len()).unwrap_or(u32::MAX) + 2;
        let columns = u16::try_from(Column::ALL.len()).unwrap_or(u16::MAX);
        sheet.autofilter(2, 0, last, columns - 1)?;
        sheet.set_freeze_panes(3, 4)?;
        sheet.set_repeat_rows(2, 2)?;
        sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0);
        sheet.set_footer("&C&P／&N");
        Ok(())
    }

    fn paper(&self, workbook: &mut Workbook) -> Result<(), XlsxError> {
        let cell = Format::new().set_font_name("游ゴシック").set_border(FormatBorder::Thin);
        let head =
            cell.clone().set_bold().set_background_color("DDE6F0").set_align(FormatAlign::Center);
        let count = cell.clone().set_num_format("#,##0");
        let sheet = workbook.add_worksheet().set_name(PAPER)?;
        sheet.set_column_width(0, 12)?;
        let lines = self.paper_lines();
        for (row, line) in (0..).zip(&lines) {
            for (column, text) in (0..).zip(line) {
                match text.parse::<u32>() {
                    Ok(value) => {
                        sheet.write_number_with_format(row, column, f64::from(value), &count)?
                    }
                    Err(_) => sheet.write_string_with_format(row, column, text, &head)?,
                };
            }
        }
        let months = u16::try_from(FISCAL.len()).unwrap_or(u16::MAX);
        let mut chart = Chart::new(ChartType::ColumnStacked);
        let papers = u32::try_from(self.by_paper.len()).unwrap_or(u32::MAX);
        for row in 1..=papers {
            chart
                .add_series()
                .set_name((PAPER, row, 0))
                .set_categories((PAPER, 0, 1, 0, months))
                .set_values((PAPER, row, 1, row, months));
        }
        chart.title().set_name("月別の発送件数");
        chart.y_axis().set_name("件");
        chart.set_width(900).set_height(420);
        sheet.insert_chart(papers + 4, 0, &chart)?;
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 1);
        Ok(())
    }
}
