//! The checks of a form beyond the kinds of cells: totals, orders, what must be given together.

use super::{Algorithm, Checker, codes, is_faulty};
use crate::diag::{Code, Diagnostic, Findings};
use crate::form::{Check, OcrFault, OcrLine, OcrSegment};
use crate::model::CheckDigit;
use crate::model::schema::Field;
use crate::model::{Cell, FieldIndex, Locate, Notice, ParseFault, PostcodeFit, Record, Value, Yen};

/// What helps with postcodes.
const FIND: &str = "`tayori postcodes find` shows the postcodes of an address";

/// A record under the rules.
pub(super) struct Subject<'a> {
    pub(super) checker: &'a Checker<'a>,
    pub(super) record: &'a Record,
    pub(super) notice: &'a Notice<'a>,
    pub(super) faults: &'a [(Cell, ParseFault)],
    pub(super) locate: &'a dyn Locate,
}

impl Subject<'_> {
    pub(super) fn apply(
        &self,
        check: &Check,
        algorithm: Option<Algorithm>,
        findings: &mut Findings,
    ) {
        match check {
            Check::Sum { terms, less, floor, equals } => {
                self.sum([terms, less], *floor, *equals, findings);
            }
            Check::RowsSum { term, when, floor, equals } => {
                self.rows_sum((*term, *floor), when.as_ref(), *equals, findings);
            }
            Check::Ascending { fields } => self.ascending(fields, findings),
            Check::RowsWhenPositive { amount } => self.rows_when_positive(*amount, findings),
            Check::ExactlyOne { fields } => self.exactly_one(fields, findings),
            Check::RequiredWhen { field, is, required } => {
                self.required_when(*field, is, required, findings);
            }
            Check::Honorific { name, honorific } => self.honorific(*name, *honorific, findings),
            Check::Postcode { postcode, address } => self.postcode(*postcode, *address, findings),
            Check::CheckDigit { field, .. } => {
                let algorithm = algorithm.expect("`Checker::new` knows every algorithm");
                self.check_digit(*field, algorithm, findings);
            }
            Check::Date(rule) => self.date(rule, findings),
            Check::Pictured { field, texts } => self.pictured(*field, texts, findings),
            Check::OcrLine { field, line } => self.ocr_line(*field, line, findings),
        }
    }

    pub(super) fn field(&self, index: FieldIndex) -> &Field {
        &self.checker.form.schema.fields[usize::from(index)]
    }

    pub(super) fn is_faulty(&self, index: FieldIndex) -> bool {
        is_faulty(self.faults, Cell::Field(index))
    }

    /// Whether something was written that counts: a faulty cell does, a date of none does not.
    fn is_given(&self, index: FieldIndex) -> bool {
        !self.notice.field(index).is_empty() || self.is_faulty(index)
    }

    pub(super) fn push(
        &self,
        findings: &mut Findings,
        code: Code,
        index: FieldIndex,
        (message, ja): (String, String),
        hint: &str,
    ) {
        findings.push(
            Diagnostic::error(code, message)
                .ja(ja)
                .at(self.locate.place(Cell::Field(index)))
                .field(&self.field(index).id)
                .hint(hint),
        );
    }

    /// 期別税額の合計 = 年税額. An empty cell counts as zero.
    fn sum(
        &self,
        [terms, less]: [&[FieldIndex]; 2],
        floor: i64,
        equals: FieldIndex,
        findings: &mut Findings,
    ) {
        if !self.faults.is_empty() && terms.iter().chain(less).any(|&n| self.is_faulty(n)) {
            return;
        }
        if self.is_faulty(equals) {
            return;
        }
        let all = |fields: &[FieldIndex]| -> i128 {
            fields.iter().map(|&n| amount(self.notice.field(n))).sum()
        };
        if down(all(terms) - all(less), floor) == amount(self.notice.field(equals)) {
            return;
        }
        let total = self.field(equals);
        let (mut of, mut of_ja) = (self.ids(terms), format!("{}の合計", self.names(terms)));
        if !less.is_empty() {
            of += &format!(" less {}", self.ids(less));
            of_ja += &format!("から{}を引いた額", self.names(less));
        }
        let (down, down_ja) = rounded(floor);
        let words = (
            format!("`{}` is not the sum of {of}{down}", total.id),
            format!("「{}」({}) が{of_ja}{down_ja}と一致しません", total.ja, total.id),
        );
        self.push(findings, codes::SUM, equals, words, "correct the total or its terms");
    }

    fn rows_sum(
        &self,
        (term, floor): (FieldIndex, i64),
        when: Option<&(FieldIndex, String)>,
        equals: FieldIndex,
        findings: &mut Findings,
    ) {
        let rows = &self.checker.form.schema.rows;
        let takes_part = |index| index == term || when.is_some_and(|(field, _)| *field == index);
        let faulty = self.faults.iter().any(|&(cell, _)| match cell {
            Cell::Row(_, index) => takes_part(index),
            Cell::Field(index) => index == equals,
            Cell::Whole => false,
        });
        if faulty {
            return;
        }
        let mut sum = 0;
        for row in 0..self.notice.row_count() {
            let counts = when.is_none_or(|(field, text)| {
                is(&rows[usize::from(*field)], self.notice.row_field(row, *field), text)
            });
            if counts {
                sum += amount(self.notice.row_field(row, term));
            }
        }
        if down(sum, floor) == amount(self.notice.field(equals)) {
            return;
        }
        let (down, down_ja) = rounded(floor);
        let (total, term) = (self.field(equals), &rows[usize::from(term)]);
        let (only, only_ja) = when.map_or_else(Default::default, |(field, text)| {
            let field = &rows[usize::from(*field)];
            (format!(" where `{}` is `{text}`", field.id), format!("（{}が{text}の行）", field.ja))
        });
        let words = (
            format!(
                "`{}` is not the sum of `{}` over the detail rows{only}{down}",
                total.id, term.id
            ),
            format!(
                "「{}」({}) が明細の「{}」({}) の合計{only_ja}{down_ja}と一致しません",
                total.ja, total.id, term.ja, term.id
            ),
        );
        let hint = "check that no detail row is missing or doubled";
        self.push(findings, codes::ROWS_SUM, equals, words, hint);
    }

    fn ascending(&self, fields: &[FieldIndex], findings: &mut Findings) {
        let mut before = None;
        for &index in fields {
            let Value::Date(date) = self.notice.field(index) else { continue };
            if let Some((earlier, other)) = before
                && date < earlier
            {
                let (field, other) = (self.field(index), self.field(other));
                let words = (
                    format!("`{}` is before `{}`", field.id, other.id),
                    format!(
                        "「{}」({}) が「{}」({}) より前の日付です",
                        field.ja, field.id, other.ja, other.id
                    ),
                );
                self.push(findings, codes::ASCENDING, index, words, "correct the dates");
                return;
            }
            before = Some((date, index));
        }
    }

    /// An amount without the rows it comes from is what was sent out in 2019.
    fn rows_when_positive(&self, index: FieldIndex, findings: &mut Findings) {
        if self.notice.row_count() > 0 || amount(self.notice.field(index)) <= 0 {
            return;
        }
        let field = self.field(index);
        let words = (
            format!("`{}` is positive and the record has no detail row", field.id),
            format!("「{}」({}) があるのに明細行が1行もありません", field.ja, field.id),
        );
        let hint = "check that the detail file is complete";
        self.push(findings, codes::NO_ROWS, index, words, hint);
    }

    fn exactly_one(&self, fields: &[FieldIndex], findings: &mut Findings) {
        let mut given = fields.iter().filter(|&&index| self.is_given(index));
        let (first, second) = (given.next(), given.next());
        let (index, found, found_ja) = match (first, second, fields.first()) {
            (Some(_), None, _) | (_, _, None) => return,
            (None, _, Some(first)) => (*first, "none", "どれも入力されていません"),
            (Some(_), Some(second), _) => (*second, "several", "複数入力されています"),
        };
        let words = (
            format!("exactly one of {} must be given: {found} found", self.ids(fields)),
            format!("{}のうち1つだけを入力してください（{found_ja}）", self.names(fields)),
        );
        let hint = "fill in one of the cells and empty the others";
        self.push(findings, codes::NOT_ONE, index, words, hint);
    }

    fn required_when(
        &self,
        field: FieldIndex,
        text: &str,
        required: &[FieldIndex],
        findings: &mut Findings,
    ) {
        let condition = self.field(field);
        if !is(condition, self.notice.field(field), text) {
            return;
        }
        for &index in required.iter().filter(|&&index| !self.is_given(index)) {
            let wanted = self.field(index);
            let words = (
                format!(
                    "`{}` is empty, and must be given when `{}` is `{text}`",
                    wanted.id, condition.id
                ),
                format!(
                    "「{}」({}) が空です（「{}」が「{text}」のときは必須）",
                    wanted.ja, wanted.id, condition.ja
                ),
            );
            self.push(findings, codes::MISSING_HERE, index, words, "fill in the cell");
        }
    }

    /// A notice without 様, or with 様 twice, was sent out more than once: the name brings none, the
    /// form adds exactly one.
    fn honorific(&self, name: FieldIndex, honorific: Option<FieldIndex>, findings: &mut Findings) {
        let known = &self.checker.honorifics;
        let text = self.record.field(name).trim_end();
        if let Some(found) = known.iter().find(|known| text.ends_with(known.as_str())) {
            let field = self.field(name);
            let words = (
                format!("`{}` ends with the honorific `{found}`, and one is added", field.id),
                format!(
                    "「{}」({}) の末尾に敬称「{found}」があり、敬称が二重になります",
                    field.ja, field.id
                ),
            );
            let hint = "remove the honorific from the name";
            self.push(findings, codes::HONORIFIC_TWICE, name, words, hint);
        }
        let Some(index) = honorific else { return };
        let text = self.record.field(index);
        if text.is_empty() || self.is_faulty(index) || known.iter().any(|known| known == text) {
            return;
        }
        let field = self.field(index);
        let list = known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
        let list_ja = known.iter().map(|known| format!("「{known}」")).collect::<Vec<_>>().concat();
        let words = (
            format!("`{}` is none of the honorifics {list}", field.id),
            format!("「{}」({}) が{list_ja}のどれでもありません", field.ja, field.id),
        );
        self.push(findings, codes::HONORIFIC, index, words, "write one of the honorifics");
    }

    /// A postcode of another town: the piece goes astray for days, or comes back. Doubtful, not wrong:
    /// the register may be older than the town, so the record is not held.
    fn postcode(&self, index: FieldIndex, address: FieldIndex, findings: &mut Findings) {
        let Some((register, home)) = &self.checker.postcodes else { return };
        if self.is_faulty(index) || self.is_faulty(address) {
            return;
        }
        let (code, address) = (self.notice.field(index), self.record.field(address));
        let field = self.field(index);
        let words = |said: &str, ja: &str| {
            (format!("`{}` {said}", field.id), format!("「{}」({}) {ja}", field.ja, field.id))
        };
        let Some(code) = postcode(self.record.field(index)) else {
            let known = code.is_empty() && register.of_address(address, 2).len() == 1;
            if known {
                let said = words(
                    "is empty; the address has just one",
                    "が空です（住所から1つに決まります）",
                );
                self.doubt(findings, codes::POSTCODE_KNOWN, index, said, FIND);
            }
            return;
        };
        let (code, said) = match register.judge(code, address, *home) {
            PostcodeFit::Right | PostcodeFit::Unjudged => return,
            PostcodeFit::Unknown => (
                codes::POSTCODE_UNKNOWN,
                words("is no postcode of the register", "は郵便番号簿にありません"),
            ),
            PostcodeFit::OtherMunicipality => (
                codes::POSTCODE_CITY,
                words(
                    "is of another municipality than the address",
                    "が住所の市区町村と合いません",
                ),
            ),
            PostcodeFit::OtherTown => (
                codes::POSTCODE_TOWN,
                words("is of another town than the address", "が住所の町域と合いません"),
            ),
        };
        self.doubt(findings, code, index, said, FIND);
    }

    fn doubt(
        &self,
        findings: &mut Findings,
        code: Code,
        index: FieldIndex,
        (message, ja): (String, String),
        hint: &str,
    ) {
        findings.push(
            Diagnostic::warning(code, message)
                .ja(ja)
                .at(self.locate.place(Cell::Field(index)))
                .field(&self.field(index).id)
                .hint(hint),
        );
    }

    fn check_digit(&self, index: FieldIndex, algorithm: Algorithm, findings: &mut Findings) {
        let text = self.record.field(index);
        if text.is_empty() || self.is_faulty(index) || algorithm.holds(text) {
            return;
        }
        let field = self.field(index);
        let words = (
            format!("the check digit of `{}` is wrong", field.id),
            format!("「{}」({}) の検査数字が正しくありません", field.ja, field.id),
        );
        let hint = "compare the number with its source";
        // The rule of 住民票コード is known from samples only: nobody is held for it.
        if algorithm == Algorithm::Number(CheckDigit::Resident) {
            let ja = format!("「{}」({}) の検査数字が正しくないようです", field.ja, field.id);
            self.doubt(findings, codes::RESIDENT, index, (words.0, ja), hint);
            return;
        }
        self.push(findings, codes::CHECK_DIGIT, index, words, hint);
    }

    /// A place of which there is no map would be a notice without one.
    fn pictured(&self, index: FieldIndex, texts: &[String], findings: &mut Findings) {
        let text = self.record.field(index);
        if text.is_empty() || self.is_faulty(index) || texts.iter().any(|known| known == text) {
            return;
        }
        let field = self.field(index);
        let words = (
            format!("no picture belongs to what `{}` says", field.id),
            format!("「{}」({}) に対応する図がありません", field.ja, field.id),
        );
        let hint = "correct the cell, or add a file to `files` of the image in the form";
        self.push(findings, codes::NO_PICTURE, index, words, hint);
    }

    /// A line that a machine takes for another payment than people read is what nobody finds again.
    fn ocr_line(&self, index: FieldIndex, line: &OcrLine, findings: &mut Findings) {
        let text = self.record.field(index);
        let faulty = |field| self.is_faulty(field);
        if text.is_empty() || faulty(index) || line.fields().any(faulty) {
            return;
        }
        let Err(fault) = line.judge(text, |field| self.notice.field(field)) else { return };
        let field = self.field(index);
        let (what, ja) = match fault {
            OcrFault::Length { found, wanted } => (
                format!("has {found} characters, not {wanted}"),
                format!("は{wanted}桁のはずが{found}桁です"),
            ),
            OcrFault::Values => (
                "cannot be made: a value does not fit its segment".to_owned(),
                "の元になる値が桁に収まりません".to_owned(),
            ),
            OcrFault::Segment { segment, place } => {
                let (from, to) = (place.start + 1, place.end);
                let (of, of_ja) = match segment {
                    OcrSegment::Field { field, .. } => {
                        let other = self.field(field);
                        (format!("not `{}`", other.id), format!("「{}」と違います", other.ja))
                    }
                    OcrSegment::Check => {
                        ("no right check digits".into(), "検査数字として正しくありません".into())
                    }
                    OcrSegment::Text | OcrSegment::Any => {
                        ("not what every line says".into(), "決まった数字と違います".into())
                    }
                };
                (
                    format!("is wrong at {from} to {to}: {of}"),
                    format!("の{from}〜{to}桁目が{of_ja}"),
                )
            }
        };
        let words =
            (format!("`{}` {what}", field.id), format!("「{}」({}) {ja}", field.ja, field.id));
        let hint = "compare the line with the record it belongs to";
        self.push(findings, codes::OCR_LINE, index, words, hint);
    }

    fn ids(&self, fields: &[FieldIndex]) -> String {
        let ids = fields.iter().map(|&index| format!("`{}`", self.field(index).id));
        ids.collect::<Vec<_>>().join(", ")
    }

    fn names(&self, fields: &[FieldIndex]) -> String {
        let names = fields.iter().map(|&index| format!("「{}」", self.field(index).ja));
        names.collect::<Vec<_>>().concat()
    }
}

/// A postcode with or without its hyphen, as a number.
fn postcode(text: &str) -> Option<u32> {
    let mut digits = text.bytes().filter(|&b| b != b'-');
    digits
        .try_fold(0_u32, |code, digit| {
            code.checked_mul(10)?.checked_add(char::from(digit).to_digit(10)?)
        })
        .filter(|_| !text.is_empty())
}

/// A number as a term of a sum; nothing counts as zero.
fn amount(value: Value<'_>) -> i128 {
    value.number().map_or(0, i128::from)
}

/// A sum rounded down to a multiple.
fn down(sum: i128, floor: i64) -> i128 {
    if floor > 1 { sum - sum.rem_euclid(floor.into()) } else { sum }
}

/// What is said of a sum that is rounded down.
fn rounded(floor: i64) -> (String, String) {
    if floor <= 1 {
        return <(String, String)>::default();
    }
    let floor = Yen(floor);
    (format!(", rounded down to a multiple of {floor}"), format!("（{floor}未満切捨て）"))
}

/// Whether a value is what `text` means for its field: `有` and `1` are the same flag.
fn is(field: &Field, value: Value<'_>, text: &str) -> bool {
    field.kind.parse(text).is_ok_and(|wanted| wanted == value)
}
