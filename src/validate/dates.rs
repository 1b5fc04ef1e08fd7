//! Rules of dates: within days of another, not after an age, the day on which something ends.

use super::codes;
use super::rules::Subject;
use crate::calendar::Date;
use crate::diag::{Code, Findings};
use crate::form::{DateBase, DateRule, Day};
use crate::model::Value;

impl Subject<'_> {
    /// Dates that are empty or faulty are not judged.
    pub(super) fn date(&self, rule: &DateRule, findings: &mut Findings) {
        let Some(date) = self.known(&rule.date) else { return };
        if rule.fields().any(|field| self.is_faulty(field)) {
            return;
        }
        let of = |day: &Day| self.known(&day.of).and_then(|base| day.from(base));
        if let Some(day) = rule.from.as_ref().filter(|day| of(day).is_some_and(|from| date < from))
        {
            let (en, ja) = self.words(day);
            let words = (format!("is before {en}"), format!("が{ja}より前です"));
            self.misdated(rule, codes::DATE_RANGE, words, findings);
        }
        if let Some(day) = rule.until.as_ref().filter(|day| of(day).is_some_and(|end| date > end)) {
            let (en, ja) = self.words(day);
            let words = (format!("is after {en}"), format!("が{ja}より後です"));
            self.misdated(rule, codes::DATE_RANGE, words, findings);
        }
        if rule.earliest.iter().filter_map(of).min().is_some_and(|earliest| date != earliest) {
            let (en, ja): (Vec<String>, Vec<String>) =
                rule.earliest.iter().map(|day| self.words(day)).unzip();
            let words = match en.as_slice() {
                [only] => (format!("is not {only}"), format!("が{}ではありません", ja.concat())),
                _ => (
                    format!("is not the earliest of {}", en.join(", ")),
                    format!("が{}のうち最も早い日ではありません", ja.join("、")),
                ),
            };
            self.misdated(rule, codes::DATE_RULE, words, findings);
        }
    }

    fn known(&self, base: &DateBase) -> Option<Date> {
        match base {
            DateBase::Known(date, _) => Some(*date),
            DateBase::Field(field) => match self.notice.field(*field) {
                Value::Date(date) => Some(date),
                _ => None,
            },
        }
    }

    fn misdated(
        &self,
        rule: &DateRule,
        code: Code,
        (message, ja): (String, String),
        findings: &mut Findings,
    ) {
        let Some(field) = rule.fields().next() else { return };
        let (name, name_ja) = self.base_words(&rule.date);
        let space = if matches!(rule.date, DateBase::Field(_)) { " " } else { "" };
        let words = (format!("{name} {message}"), format!("{name_ja}{space}{ja}"));
        let hint = match rule.date {
            DateBase::Field(_) => "correct the date, or the dates that it follows from",
            DateBase::Known(..) => "correct the date, or the issue date of the job",
        };
        self.push(findings, code, field, words, hint);
    }

    fn base_words(&self, base: &DateBase) -> (String, String) {
        match base {
            DateBase::Field(index) => {
                let field = self.field(*index);
                (format!("`{}`", field.id), format!("「{}」({})", field.ja, field.id))
            }
            DateBase::Known(_, name) if name == "job.issue_date" => {
                (format!("`{name}`"), "発行日".to_owned())
            }
            DateBase::Known(_, name) => (format!("`{name}`"), format!("「{name}」")),
        }
    }

    /// What a day is called, in English and in Japanese.
    fn words(&self, day: &Day) -> (String, String) {
        let (mut en, mut ja) = self.base_words(&day.of);
        if let Some(age) = day.age {
            en = format!("the day on which {en} makes {age}");
            ja = format!("{ja}から{age}歳に達する日");
        }
        let steps = [
            (i32::from(day.years), "year", "年"),
            (day.months, "month", "か月"),
            (day.days, "day", "日"),
        ];
        for (number, unit, unit_ja) in steps.into_iter().filter(|(number, ..)| *number != 0) {
            let count = number.unsigned_abs();
            let plural = if count == 1 { "" } else { "s" };
            let (side, side_ja) = if number > 0 { ("after", "後") } else { ("before", "前") };
            en = format!("{count} {unit}{plural} {side} {en}");
            ja = format!("{ja}の{count}{unit_ja}{side_ja}");
        }
        if let Some((month, number)) = day.next {
            en = format!("the first {month:02}-{number:02} from {en} on");
            ja = format!("{ja}以後最初の{month}月{number}日");
        }
        if day.month_end {
            en = format!("the end of the month of {en}");
            ja = format!("{ja}の月末");
        }
        (en, ja)
    }
}
