//! The filters of the trade: one implementation for texts that are written directly and for those
//! that Tera renders.

use super::letters::{self, Numerals};
use super::names::Kind;
use super::paycode;
use super::text::{ElItem, Filter};
use crate::calendar::{
    Date, FiscalLabelRule, fiscal_label, fiscal_year, month_day, wareki, wareki_short,
};
use crate::model::tenant::Negative;
use crate::model::{Decimal, Value, Yen};
use std::fmt::Write;

/// What a filter takes besides its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    pub(super) kind: ArgumentKind,
    pub(super) required: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArgumentKind {
    Text,
    Whole,
    Flag,
}

/// The value of an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Given {
    Text(String),
    Whole(i64),
    Flag(bool),
}

/// What is known of a filter before it is used.
#[derive(Debug)]
pub(super) struct Spec {
    pub(super) name: &'static str,
    /// The kinds of value that it takes.
    pub(super) takes: &'static [Kind],
    pub(super) arguments: &'static [Argument],
}

const TEXT: Argument = Argument { name: "text", kind: ArgumentKind::Text, required: true };
const BEFORE: Argument = Argument { name: "before", kind: ArgumentKind::Text, required: false };
const ZERO: Argument = Argument { name: "zero", kind: ArgumentKind::Flag, required: false };
const KANA: Argument = Argument { name: "kana", kind: ArgumentKind::Flag, required: false };
const CHAR: Argument = Argument { name: "char", kind: ArgumentKind::Text, required: false };
const ROW: Argument = Argument { name: "row", kind: ArgumentKind::Whole, required: true };
const ITEM: Argument = Argument { name: "item", kind: ArgumentKind::Text, required: true };
const GROUPS: Argument = Argument { name: "groups", kind: ArgumentKind::Text, required: true };
const KEEP: Argument = Argument { name: "keep", kind: ArgumentKind::Whole, required: false };

const NUMBER: &[Kind] = &[Kind::Yen, Kind::Int];
const COUNTED: &[Kind] = &[Kind::Yen, Kind::Int, Kind::Decimal];
const DATE: &[Kind] = &[Kind::Date];
const YEAR: &[Kind] = &[Kind::Date, Kind::Int];
const FIGURES: &[Kind] = &[Kind::Yen, Kind::Int, Kind::Digits, Kind::Postcode, Kind::Text];
const CODE: &[Kind] = &[Kind::Postcode, Kind::Digits, Kind::Text];
const ANY: &[Kind] =
    &[Kind::Text, Kind::Digits, Kind::Postcode, Kind::Yen, Kind::Int, Kind::Decimal, Kind::Date];

const fn spec(name: &'static str, takes: &'static [Kind], arguments: &'static [Argument]) -> Spec {
    Spec { name, takes, arguments }
}

/// Every filter of the trade.
pub(super) const SPECS: &[Spec] = &[
    spec("yen", NUMBER, &[]),
    spec("yen_mark", NUMBER, &[]),
    spec("comma", COUNTED, &[]),
    spec("wareki", DATE, &[]),
    spec("wareki_short", DATE, &[]),
    spec("nendo", YEAR, &[]),
    spec("month_day", DATE, &[]),
    spec("postcode", CODE, &[]),
    spec("wide", ANY, &[KANA]),
    spec("narrow", ANY, &[KANA]),
    spec("kanji", NUMBER, &[]),
    spec("kanji_digits", FIGURES, &[]),
    spec("daiji", NUMBER, &[]),
    spec("mask", ANY, &[KEEP, CHAR]),
    spec("or", ANY, &[TEXT, ZERO]),
    spec("prefix", ANY, &[TEXT]),
    spec("suffix", ANY, &[TEXT]),
    spec("ending", ANY, &[TEXT]),
    spec("without", ANY, &[TEXT, BEFORE]),
    spec("grouped", ANY, &[GROUPS]),
    spec("store_line", CODE, &[ROW]),
    spec("el_number", CODE, &[ITEM]),
];

/// The names of all filters of the trade.
pub fn filter_names() -> impl Iterator<Item = &'static str> {
    SPECS.iter().map(|spec| spec.name)
}

/// The filter of a name with its arguments; names and kinds of arguments are those of its [`Spec`].
pub(super) fn build(name: &str, arguments: &[(String, Given)]) -> Option<Filter> {
    let given = |wanted: &str| {
        arguments.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    };
    let text = || match given("text") {
        Some(Given::Text(text)) => Some(text),
        _ => None,
    };
    Some(match name {
        "yen" => Filter::Yen,
        "yen_mark" => Filter::YenMark,
        "comma" => Filter::Comma,
        "wareki" => Filter::Wareki,
        "wareki_short" => Filter::WarekiShort,
        "nendo" => Filter::Nendo,
        "month_day" => Filter::MonthDay,
        "postcode" => Filter::Postcode,
        "wide" => Filter::Wide { kana: given("kana") == Some(Given::Flag(true)) },
        "narrow" => Filter::Narrow { kana: given("kana") == Some(Given::Flag(true)) },
        "kanji" => Filter::Kanji,
        "kanji_digits" => Filter::KanjiDigits,
        "daiji" => Filter::Daiji,
        "mask" => Filter::Mask {
            keep: match given("keep") {
                None => 3,
                Some(Given::Whole(keep)) => u8::try_from(keep).ok()?,
                Some(_) => return None,
            },
            with: match given("char") {
                None => '*',
                Some(Given::Text(text)) => one_char(&text)?,
                Some(_) => return None,
            },
        },
        "or" => Filter::Or { text: text()?, zero: given("zero") == Some(Given::Flag(true)) },
        "prefix" => Filter::Prefix(text()?),
        "suffix" => Filter::Suffix(text()?),
        "ending" => Filter::Ending(text()?),
        "without" => Filter::Without {
            text: text()?,
            before: match given("before") {
                Some(Given::Text(before)) => before,
                _ => String::new(),
            },
        },
        "grouped" => match given("groups") {
            Some(Given::Text(groups)) if paycode::are_groups(&groups) => Filter::Grouped(groups),
            _ => return None,
        },
        "store_line" => Filter::StoreLine {
            row: match given("row") {
                Some(Given::Whole(row @ 1..=2)) => u8::try_from(row).ok()?,
                _ => return None,
            },
        },
        "el_number" => match given("item") {
            Some(Given::Text(item)) => Filter::ElNumber(ElItem::named(&item)?),
            _ => return None,
        },
        _ => return None,
    })
}

/// House style that filters need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FilterStyle {
    /// Whether the first year of an era is `元年` (else `1年`).
    pub gannen: bool,
    /// What stands before negative amounts.
    pub negative: Negative,
}

/// Appends `value` through `filters` to `out`. It allocates nothing but what `out` needs to grow.
pub(super) fn write(value: Value<'_>, filters: &[Filter], style: FilterStyle, out: &mut String) {
    let start = out.len();
    // What has not been written yet; a filter of texts writes it first.
    let mut raw = Some(value);
    for filter in filters {
        if raw.is_some_and(|value| value_filter(value, filter, style, out)) {
            raw = None;
        } else {
            text_filter(&mut raw, filter, start, out);
        }
    }
    if let Some(value) = raw {
        plain(value, out);
    }
}

/// Filters that turn a value into text. Returns whether it did; an empty value stays empty.
fn value_filter(value: Value<'_>, filter: &Filter, style: FilterStyle, out: &mut String) -> bool {
    // A String takes everything, so writing to it cannot fail.
    let written = match (filter, value) {
        (Filter::Yen, value) => value.number().map(|n| amount(n, style.negative.sign(), out)),
        (Filter::YenMark, value) => value.number().map(|n| {
            out.push_str(if n < 0 { style.negative.sign() } else { "" });
            out.push('¥');
            amount(n, "", out);
        }),
        (Filter::Comma, Value::Decimal(n)) => write!(out, "{n}").ok(),
        (Filter::Comma, value) => value.number().map(|n| amount(n, "-", out)),
        (Filter::Wareki, Value::Date(date)) => write!(out, "{}", wareki(date, style.gannen)).ok(),
        (Filter::WarekiShort, Value::Date(date)) => write!(out, "{}", wareki_short(date)).ok(),
        (Filter::Nendo, value) => year(value).and_then(|year| {
            let rule = FiscalLabelRule::FirstDay;
            write!(out, "{}", fiscal_label(year, style.gannen, rule)).ok()
        }),
        (Filter::MonthDay, Value::Date(date)) => write!(out, "{}", month_day(date)).ok(),
        (Filter::Postcode, Value::Text(code)) if is_bare_postcode(code) => {
            write!(out, "{}-{}", &code[..3], &code[3..]).ok()
        }
        (Filter::StoreLine { row }, Value::Text(code)) => paycode::store_line(code, *row, out),
        (Filter::ElNumber(item), Value::Text(code)) => paycode::el_number(code, *item, out),
        (Filter::Kanji | Filter::Daiji, value) => value.number().map(|n| {
            out.push_str(if n < 0 { style.negative.sign() } else { "" });
            let numerals = if *filter == Filter::Daiji { Numerals::Daiji } else { Numerals::Plain };
            letters::kanji(n.unsigned_abs(), numerals, out);
        }),
        _ => None,
    };
    written.is_some()
}

/// Filters that change a text.
fn text_filter(raw: &mut Option<Value<'_>>, filter: &Filter, start: usize, out: &mut String) {
    let mut written = |out: &mut String| {
        if let Some(value) = raw.take() {
            plain(value, out);
        }
    };
    match filter {
        Filter::Wide { .. }
        | Filter::Narrow { .. }
        | Filter::KanjiDigits
        | Filter::Mask { .. }
        | Filter::Grouped(_) => {
            written(out);
            characters(filter, start, out);
        }
        Filter::Or { text, zero } => {
            written(out);
            if out.len() == start || (*zero && is_zero(&out[start..])) {
                out.truncate(start);
                out.push_str(text);
            }
        }
        Filter::Prefix(text) => {
            written(out);
            if out.len() > start {
                out.insert_str(start, text);
            }
        }
        Filter::Suffix(text) => {
            written(out);
            if out.len() > start {
                out.push_str(text);
            }
        }
        Filter::Ending(text) => {
            written(out);
            if out.len() > start && !out[start..].ends_with(text.as_str()) {
                out.push_str(text);
            }
        }
        Filter::Without { text, before } => {
            written(out);
            let rest = out[start..].strip_prefix(text.as_str());
            let rest = rest.filter(|rest| rest.starts_with(before.as_str())).map_or(0, str::len);
            if rest > 0 {
                out.drain(start..out.len() - rest);
            }
        }
        // A value filter that found nothing to do: the value is empty, or a postcode has its hyphen.
        Filter::Yen
        | Filter::YenMark
        | Filter::Comma
        | Filter::Wareki
        | Filter::WarekiShort
        | Filter::Nendo
        | Filter::MonthDay
        | Filter::Postcode
        | Filter::StoreLine { .. }
        | Filter::ElNumber(_)
        | Filter::Kanji
        | Filter::Daiji => {}
    }
}

/// Filters that change one character after the other.
fn characters(filter: &Filter, start: usize, out: &mut String) {
    match filter {
        Filter::Wide { kana } => letters::widen(out, start, *kana),
        Filter::Narrow { kana } => letters::narrow_down(out, start, *kana),
        Filter::KanjiDigits => letters::map_tail(out, start, letters::kanji_digit),
        Filter::Mask { keep, with } => mask(out, start, *keep, *with),
        Filter::Grouped(groups) => paycode::group(out, start, groups),
        _ => {}
    }
}

/// A value without any filter: numbers as digits, dates as `2026-04-06`.
pub(super) fn plain(value: Value<'_>, out: &mut String) {
    // A String takes everything, so writing to it cannot fail.
    let _always_ok = match value {
        Value::Empty => Ok(()),
        Value::Text(text) => {
            out.push_str(text);
            Ok(())
        }
        Value::Yen(Yen(n)) | Value::Int(n) => write!(out, "{n}"),
        Value::Decimal(n) => plain_decimal(n, out),
        Value::Date(date) => write!(out, "{date}"),
        Value::Flag(flag) => write!(out, "{flag}"),
    };
}

fn plain_decimal(n: Decimal, out: &mut String) -> std::fmt::Result {
    let unit = 10_u64.checked_pow(u32::from(n.scale)).unwrap_or(u64::MAX);
    let digits = n.unscaled.unsigned_abs();
    let sign = if n.unscaled < 0 { "-" } else { "" };
    #[expect(clippy::integer_division, reason = "whole and fractional part are wanted apart")]
    let (whole, rest) = (digits / unit, digits % unit);
    match n.scale {
        0 => write!(out, "{sign}{whole}"),
        scale => write!(out, "{sign}{whole}.{rest:0width$}", width = usize::from(scale)),
    }
}

fn amount(n: i64, minus: &str, out: &mut String) {
    let mut buffer = [0; 27];
    let digits = Yen(n).with_commas(&mut buffer);
    if n < 0 {
        out.push_str(minus);
    }
    out.push_str(digits.trim_start_matches('-'));
}

fn year(value: Value<'_>) -> Option<i16> {
    match value {
        Value::Date(date) => Some(fiscal_year(date)),
        value => value.number().and_then(|n| i16::try_from(n).ok()),
    }
}

fn is_bare_postcode(code: &str) -> bool {
    code.len() == 7 && code.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text has digits and all of them are zeros: `0`, `¥0`, `0円`, `0.00`.
fn is_zero(text: &str) -> bool {
    let mut digits = text.bytes().filter(u8::is_ascii_digit).peekable();
    digits.peek().is_some() && digits.all(|b| b == b'0')
}

/// The only character of a text.
fn one_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// Covers all but the last `keep` characters from `start` on.
fn mask(out: &mut String, start: usize, keep: u8, with: char) {
    let hidden = out[start..].chars().count().saturating_sub(usize::from(keep));
    let mut at = 0;
    letters::map_tail(out, start, |c| {
        at += 1;
        if at <= hidden { with } else { c }
    });
}

/// The value that Tera holds as text or number, for a filter that wants a date or a decimal.
pub(super) fn from_text<'a>(filter: &Filter, text: &'a str) -> Value<'a> {
    let dated =
        matches!(filter, Filter::Wareki | Filter::WarekiShort | Filter::Nendo | Filter::MonthDay);
    if text.is_empty() {
        Value::Empty
    } else if dated {
        text.parse::<Date>().map_or(Value::Text(text), Value::Date)
    } else if matches!(filter, Filter::Comma) {
        decimal(text).map_or(Value::Text(text), Value::Decimal)
    } else {
        Value::Text(text)
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let plain = digits.bytes().chain(rest.bytes()).all(|b| b.is_ascii_digit());
    if digits.is_empty() || !plain {
        return None;
    }
    let unscaled = format!("{whole}{rest}").parse().ok()?;
    Some(Decimal { unscaled, scale: u8::try_from(rest.len()).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(value: Value<'_>, filters: &[Filter]) -> String {
        let mut out = String::from("前");
        write(value, filters, FilterStyle { gannen: true, ..FilterStyle::default() }, &mut out);
        out.strip_prefix('前').expect("what stood before stays").to_owned()
    }

    #[track_caller]
    fn case(value: Value<'_>, filters: &[Filter], expected: &str) {
        assert_eq!(through(value, filters), expected);
    }

    fn or(text: &str, zero: bool) -> Filter {
        Filter::Or { text: text.into(), zero }
    }

    #[test]
    fn amounts() {
        let yen = |n| Value::Yen(Yen(n));
        case(yen(1_234_567), &[Filter::Yen], "1,234,567");
        case(yen(-1_234), &[Filter::Yen], "△1,234");
        case(yen(-1_234), &[Filter::YenMark], "△¥1,234");
        case(yen(0), &[Filter::YenMark], "¥0");
        case(yen(-1_234), &[Filter::Comma], "-1,234");
        case(yen(1_234), &[], "1234");
        case(yen(0), &[Filter::Yen, or("***", true)], "***");
        case(yen(10), &[Filter::Yen, or("***", true)], "10");
        case(yen(0), &[Filter::Yen, or("***", false)], "0");
        case(Value::Empty, &[Filter::Yen, or("***", false)], "***");
        case(Value::Empty, &[Filter::Yen], "");
        let area = Value::Decimal(Decimal { unscaled: 123_450, scale: 2 });
        case(area, &[], "1234.50");
        case(area, &[Filter::Comma], "1,234.50");
        case(yen(1_050), &[Filter::Yen, Filter::Wide { kana: false }], "１，０５０");
    }

    /// The number of the second group is a published sample of a 納付番号.
    #[test]
    fn numbers_in_groups() {
        let grouped = |groups: &str| [Filter::Grouped(groups.into())];
        case(Value::Text("13800"), &grouped("5-4-4"), "13800");
        case(Value::Text("2452042202930078"), &grouped("4-4-4-4"), "2452-0422-0293-0078");
        case(Value::Text("2452042202930078"), &grouped("4 4"), "2452 0422 0293 0078");
        case(Value::Text("2452042202930078"), &grouped("5-4-4"), "24520-4220-2930-078");
        case(Value::Text("123456"), &grouped("3"), "123-456");
        case(Value::Text("あいう"), &grouped("1・1"), "あ・い・う");
        case(Value::Empty, &grouped("4"), "");
        for bad in ["", "-", "4-", "-4", "0", "4--4", "four", "100"] {
            let given = ("groups".to_owned(), Given::Text(bad.into()));
            assert!(build("grouped", &[given]).is_none(), "{bad}");
        }
    }

    #[test]
    fn dates() {
        let day = Value::Date(Date::constant(2026, 4, 6));
        case(day, &[Filter::Wareki], "令和8年4月6日");
        case(day, &[Filter::WarekiShort], "R8.4.6");
        case(day, &[Filter::MonthDay], "4月6日");
        case(day, &[Filter::Nendo], "令和8年度");
        case(Value::Date(Date::constant(2026, 3, 31)), &[Filter::Nendo], "令和7年度");
        case(Value::Int(2019), &[Filter::Nendo], "平成31年度");
        case(day, &[], "2026-04-06");
        let first = Value::Date(Date::constant(2019, 5, 1));
        case(first, &[Filter::Wareki, Filter::Suffix("まで".into())], "令和元年5月1日まで");
    }

    #[test]
    fn texts() {
        case(Value::Text("9990001"), &[Filter::Postcode], "999-0001");
        case(Value::Text("999-0001"), &[Filter::Postcode], "999-0001");
        case(Value::Text("ｱ1-A　ー"), &[Filter::Wide { kana: false }], "ｱ１－Ａ　ー");
        case(Value::Text("１－Ａ　"), &[Filter::Narrow { kana: false }], "1-A ");
        case(Value::Text("1234567"), &[Filter::Mask { keep: 3, with: '*' }], "****567");
        case(Value::Text("12"), &[Filter::Mask { keep: 3, with: '*' }], "12");
        case(
            Value::Text("甲"),
            &[Filter::Prefix("（".into()), Filter::Suffix("）".into())],
            "（甲）",
        );
        case(Value::Empty, &[Filter::Prefix("（".into()), Filter::Suffix("）".into())], "");
        case(Value::Empty, &[or("様", false), Filter::Prefix("　".into())], "　様");
    }

    #[test]
    fn beginnings_and_endings() {
        let ending = [Filter::Ending("様方".into())];
        case(Value::Text("遠山"), &ending, "遠山様方");
        case(Value::Text("遠山様方"), &ending, "遠山様方");
        case(Value::Empty, &ending, "");
        let without =
            |text: &str, before: &str| Filter::Without { text: text.into(), before: before.into() };
        let inside = [without("北潮県", "霞ヶ原市"), without("霞ヶ原市", "")];
        case(Value::Text("北潮県霞ヶ原市桜台1番"), &inside, "桜台1番");
        case(Value::Text("北潮県霞ヶ原市桜台1番"), &inside[..1], "霞ヶ原市桜台1番");
        case(Value::Text("霞ヶ原市桜台1番"), &inside, "桜台1番");
        case(Value::Text("北潮県東浜市海岸通1番"), &inside, "北潮県東浜市海岸通1番");
        case(Value::Text("霞ヶ原市"), &inside, "霞ヶ原市");
    }

    #[test]
    fn letters_of_other_widths_and_masks() {
        let kana =
            |text, expected| case(Value::Text(text), &[Filter::Wide { kana: true }], expected);
        kana("ｶｼﾞﾊﾗ ﾊﾟｰｸｳﾞｨﾗ｢1ｺﾞｳ｣", "カジハラ　パークヴィラ「１ゴウ」");
        kana("ﾞｱﾞﾝﾟ", "゛ア゛ン゜");
        let half =
            |text, expected| case(Value::Text(text), &[Filter::Narrow { kana: true }], expected);
        half("カジハラ　パークヴィラ「１ゴウ」ヶ", "ｶｼﾞﾊﾗ ﾊﾟｰｸｳﾞｨﾗ｢1ｺﾞｳ｣ヶ");
        case(Value::Text("1234567"), &[Filter::Mask { keep: 4, with: '＊' }], "＊＊＊4567");
        assert_eq!(build("mask", &[("char".into(), Given::Text("**".into()))]), None);
    }

    #[test]
    fn negative_amounts_in_the_style_of_the_house() {
        for (negative, sign) in
            [(Negative::White, "△"), (Negative::Black, "▲"), (Negative::Minus, "-")]
        {
            let style = FilterStyle { gannen: true, negative };
            for (filter, expected) in [
                (Filter::Yen, "1,234"),
                (Filter::YenMark, "¥1,234"),
                (Filter::Kanji, "千二百三十四"),
                (Filter::Daiji, "壱千弐百参拾四"),
            ] {
                let mut out = String::new();
                write(Value::Yen(Yen(-1_234)), &[filter], style, &mut out);
                assert_eq!(out, format!("{sign}{expected}"));
            }
        }
    }

    #[test]
    fn the_first_year_in_the_style_of_the_house() {
        let first = Value::Date(Date::constant(2019, 5, 1));
        for (gannen, date, year) in
            [(true, "令和元年5月1日", "令和元年度"), (false, "令和1年5月1日", "令和1年度")]
        {
            let style = FilterStyle { gannen, ..FilterStyle::default() };
            let mut out = String::new();
            write(first, &[Filter::Wareki], style, &mut out);
            assert_eq!(out, date);
            out.clear();
            let label = fiscal_label(2019, gannen, FiscalLabelRule::FirstDay).to_string();
            write(Value::Int(1989), &[Filter::Nendo], style, &mut out);
            let heisei = if gannen { "平成元年度" } else { "平成1年度" };
            assert_eq!((out.as_str(), label.as_str()), (heisei, "平成31年度"), "{year}");
        }
    }

    #[test]
    fn numbers_in_figures_of_deeds() {
        for (n, text) in [
            (0, "〇"),
            (10, "壱拾"),
            (123, "壱百弐拾参"),
            (1_234_567, "壱百弐拾参万四千五百六拾七"),
        ] {
            case(Value::Int(n), &[Filter::Daiji], text);
        }
        case(Value::Int(2026), &[Filter::KanjiDigits], "二〇二六");
        case(Value::Text("0123-４"), &[Filter::KanjiDigits], "〇一二三-四");
    }

    #[test]
    fn numbers_in_kanji() {
        for (n, text) in [
            (0, "〇"),
            (123, "百二十三"),
            (1_000, "千"),
            (10_000, "一万"),
            (10_110, "一万百十"),
            (230_004_001, "二億三千万四千一"),
            (-7, "△七"),
        ] {
            case(Value::Int(n), &[Filter::Kanji], text);
        }
    }
}
