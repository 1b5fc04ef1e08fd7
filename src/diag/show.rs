//! Shows findings: for people, one line each, or as JSON Lines; then the exact counts. Pure: the
//! caller prints what it gets.

use super::{Diagnostic, Findings, Severity, human};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How findings are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Header, place, source row with a caret, notes.
    #[default]
    Human,
    /// `file:line:column: error[E204]: message`, which editors can follow.
    Short,
    /// One JSON object a line.
    Json,
}

/// What is shown and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Show {
    /// The form of it.
    pub format: Format,
    /// Whether personal data in source rows is shown as it is.
    pub reveal: bool,
    /// Whether the human form has colours.
    pub colour: bool,
}

impl Show {
    /// One finding, with its line end.
    #[must_use]
    pub fn diagnostic(&self, diagnostic: &Diagnostic) -> String {
        match self.format {
            Format::Human => human::render(diagnostic, self.reveal, self.colour),
            Format::Short => short(diagnostic),
            Format::Json => json(diagnostic),
        }
    }

    /// All findings that were kept, in their order, and the closing summary; empty when nothing
    /// was found (as JSON, a summary of zeros).
    #[must_use]
    pub fn findings(&self, findings: &Findings) -> String {
        let mut text = String::new();
        for diagnostic in findings.iter() {
            text.push_str(&self.diagnostic(diagnostic));
            if self.format == Format::Human {
                text.push('\n');
            }
        }
        text.push_str(&self.summary(findings));
        text
    }

    /// The closing line: exact counts, in total and by code.
    #[must_use]
    pub fn summary(&self, findings: &Findings) -> String {
        match self.format {
            Format::Json => json_summary(findings),
            Format::Human | Format::Short => summary(findings),
        }
    }
}

fn short(diagnostic: &Diagnostic) -> String {
    let Diagnostic { code, severity, message, place, .. } = diagnostic;
    let message = human::printable(message);
    match place {
        Some(place) => {
            let place = human::printable(&place.to_string());
            format!("{place}: {severity}[{code}]: {message}\n")
        }
        None => format!("{severity}[{code}]: {message}\n"),
    }
}

fn json(value: &impl Serialize) -> String {
    let plain = serde_json::to_string(value).expect("texts and numbers are always JSON");
    let mut text = String::with_capacity(plain.len() + 1);
    for c in plain.chars() {
        // Only texts can hold such a character, and there an escape means the same.
        if human::is_command(c) {
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Summary {
    errors: u64,
    warnings: u64,
    not_shown: u64,
    counts: BTreeMap<&'static str, u64>,
}

fn json_summary(findings: &Findings) -> String {
    let summary = Summary {
        errors: findings.errors(),
        warnings: findings.warnings(),
        not_shown: findings.dropped(),
        counts: findings.counts().iter().map(|((_, code), &n)| (code.0, n)).collect(),
    };
    json(&BTreeMap::from([("summary", summary)]))
}

fn summary(findings: &Findings) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut text = String::from("found ");
    let kinds = [(Severity::Error, findings.errors()), (Severity::Warning, findings.warnings())];
    let mut between = "";
    for (severity, total) in kinds.into_iter().filter(|&(_, total)| total > 0) {
        let plural = if total == 1 { "" } else { "s" };
        let _ = write!(text, "{between}{total} {severity}{plural} (");
        let codes = findings.counts().iter().filter(|((s, _), _)| *s == severity);
        for (n, ((_, code), count)) in codes.enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            let _ = write!(text, "{comma}{code}: {count}");
        }
        text.push(')');
        between = ", ";
    }
    if findings.dropped() > 0 {
        let _ = write!(text, ", {} of them not shown", findings.dropped());
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Place, SourceText};
    use super::*;

    const HUMAN: Show = Show { format: Format::Human, reveal: false, colour: false };

    fn finding() -> Diagnostic {
        let line = "0000000012,髙橋　一郎,12300,3000".to_owned();
        let start = line.find("12300").expect("the amount is in the line");
        let source = SourceText { line, span: start..start + 5, personal: true };
        Diagnostic::error(Code("E204"), "amount is not the sum of its instalments")
            .at(Place::at("samples/kasumigahara/property.csv", 1842, 18).with_source(source))
            .field("tax_total")
            .hint("correct the amount or its instalments")
    }

    #[test]
    fn people_see_the_row_with_a_caret_under_full_width_text() {
        let masked = "\
error[E204]: amount is not the sum of its instalments
    --> samples/kasumigahara/property.csv:1842:18
     |
1842 | **********,＊＊　＊＊,*****,****
     |                       ^^^^^
     |
     = field: tax_total
     = hint: correct the amount or its instalments
";
        assert_eq!(HUMAN.diagnostic(&finding()), masked);
        let revealed = Show { reveal: true, ..HUMAN }.diagnostic(&finding());
        assert!(revealed.contains("1842 | 0000000012,髙橋　一郎,12300,3000\n"), "{revealed}");
        assert!(revealed.contains("     |                       ^^^^^\n"), "{revealed}");
    }

    #[test]
    fn a_place_may_be_a_file_or_nothing() {
        let file = Diagnostic::warning(Code("W301"), "form is not used").at(Place::file("a.toml"));
        assert_eq!(HUMAN.diagnostic(&file), "warning[W301]: form is not used\n--> a.toml\n");
        let nowhere = Diagnostic::error(Code("E401"), "no press takes the sheet");
        assert_eq!(HUMAN.diagnostic(&nowhere), "error[E401]: no press takes the sheet\n");
        let hinted = nowhere.hint("name a press");
        let expected = "error[E401]: no press takes the sheet\n |\n = hint: name a press\n";
        assert_eq!(HUMAN.diagnostic(&hinted), expected);
    }

    #[test]
    fn an_empty_part_still_has_a_caret() {
        let source = SourceText { line: "あ,,い".into(), span: 4..4, personal: false };
        let finding = Diagnostic::error(Code("E201"), "`名` is empty")
            .at(Place::at("in.csv", 7, 3).with_source(source));
        let expected = "\
error[E201]: `名` is empty
 --> in.csv:7:3
  |
7 | あ,,い
  |    ^
";
        assert_eq!(HUMAN.diagnostic(&finding), expected);
    }

    #[test]
    fn short_and_json_are_one_line_each_and_hold_no_row() {
        let show = Show { format: Format::Short, ..HUMAN };
        let expected = "samples/kasumigahara/property.csv:1842:18: error[E204]: amount is not the \
            sum of its instalments\n";
        assert_eq!(show.diagnostic(&finding()), expected);
        let json = Show { format: Format::Json, reveal: true, ..HUMAN }.diagnostic(&finding());
        let expected = r#"{"code":"E204","severity":"error","message":"amount is not the sum of its instalments","place":{"file":"samples/kasumigahara/property.csv","line":1842,"column":18},"field":"tax_total","hints":["correct the amount or its instalments"]}"#;
        assert_eq!(json, format!("{expected}\n"));
    }

    #[test]
    fn the_summary_counts_exactly_beyond_what_is_kept() {
        let mut findings = Findings::new();
        for _ in 0..1_500 {
            findings.push(finding());
        }
        findings.push(Diagnostic::warning(Code("W210"), "name ends with an honorific"));
        let expected =
            "found 1500 errors (E204: 1500), 1 warning (W210: 1), 501 of them not shown\n";
        assert_eq!(HUMAN.summary(&findings), expected);
        let json = Show { format: Format::Json, ..HUMAN }.summary(&findings);
        let expected = r#"{"summary":{"errors":1500,"warnings":1,"not_shown":501,"counts":{"E204":1500,"W210":1}}}"#;
        assert_eq!(json, format!("{expected}\n"));
        assert_eq!(HUMAN.findings(&Findings::new()), "");
    }

    #[test]
    fn nothing_commands_the_terminal() {
        let source = SourceText { line: "a\u{1b}[31mb".into(), span: 0..1, personal: false };
        let evil = Diagnostic::error(Code("E101"), "no column `\u{1b}[2J\u{202E}`")
            .at(Place::at("x\u{7}.csv", 1, 1).with_source(source))
            .hint("\u{9b}1m");
        for format in [Format::Human, Format::Short, Format::Json] {
            let text = Show { format, reveal: true, ..HUMAN }.diagnostic(&evil);
            let commands = |c: char| c.is_control() && c != '\n';
            assert!(!text.chars().any(commands), "{text:?}");
        }
    }

    #[test]
    fn a_cut_row_keeps_the_column_of_the_file() {
        let line = format!("{},x,", "あ".repeat(400));
        let source = SourceText { span: 1201..1202, line, personal: false };
        let place = Place::at("in.csv", 3, 402).with_source(source);
        let finding = Diagnostic::error(Code("E203"), "not a number").at(place);
        for colour in [false, true] {
            let text = Show { colour, ..HUMAN }.diagnostic(&finding);
            assert!(text.contains("in.csv:3:402"), "{text}");
        }
        assert!(HUMAN.diagnostic(&finding).contains("3 | …ああああああああああああああ,x,\n"));
    }

    #[test]
    fn colour_is_only_there_when_asked_for() {
        assert!(Show { colour: true, ..HUMAN }.diagnostic(&finding()).contains('\u{1b}'));
        assert!(!HUMAN.diagnostic(&finding()).contains('\u{1b}'));
    }
}
