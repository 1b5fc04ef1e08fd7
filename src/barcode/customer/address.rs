//! The display number (住所表示番号) of an address: what the customer barcode says of everything after
//! the town. The rules are those of the 郵便番号・バーコードマニュアル, basic 1-6 and supplementary 1-5.

use std::str::Chars;

/// Writes the display number of `address_b` (住所B: the address after the town that the postcode
/// names) to `out`, which is cleared first. Empty when the address has nothing that can be taken.
///
/// ```
/// let mut number = String::new();
/// tayori::barcode::customer::display_number("３丁目30-8　郵便ビル403号", &mut number);
/// assert_eq!(number, "3-30-8-403");
/// ```
pub fn display_number(address_b: &str, out: &mut String) {
    out.clear();
    let mut writer = Writer { out, gap: false, last: Last::Nothing };
    let mut rest = Taken(address_b.chars());
    while let Some(class) = rest.next() {
        match class {
            Class::Digit(digit) => writer.digit(digit),
            Class::Numeral(first) => numerals(first, &mut rest, &mut writer),
            Class::Letter(letter) => letters(letter, &mut rest, &mut writer),
            Class::Marker | Class::Ground | Class::Share | Class::Other => writer.gap(),
        }
    }
}

/// What the rules see in a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A digit of either width, as ASCII.
    Digit(u8),
    /// A letter of either width and case, as ASCII capital.
    Letter(u8),
    /// A kanji numeral.
    Numeral(Numeral),
    /// A character before which kanji numerals are taken: 丁 番 号 線 の ノ.
    Marker,
    /// 地 and 割, before which they are taken together.
    Ground,
    Share,
    /// Anything else, hyphens among it: it becomes a hyphen, as these do.
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Numeral {
    Digit(u8),
    /// 十 百 千 and 万.
    Unit(u64),
}

/// The characters that are looked at: & / ・ and full stops are removed (basic rule 2).
#[derive(Clone)]
struct Taken<'a>(Chars<'a>);

impl Iterator for Taken<'_> {
    type Item = Class;

    fn next(&mut self) -> Option<Class> {
        loop {
            let class = match self.0.next()? {
                '&' | '＆' | '/' | '／' | '・' | '･' | '.' | '．' => continue,
                c @ '0'..='9' => Class::Digit(c as u8),
                c @ ('A'..='Z' | 'a'..='z') => Class::Letter((c as u8).to_ascii_uppercase()),
                c @ '０'..='９' => Class::Digit(narrow(c, '０', b'0')),
                c @ 'Ａ'..='Ｚ' => Class::Letter(narrow(c, 'Ａ', b'A')),
                c @ 'ａ'..='ｚ' => Class::Letter(narrow(c, 'ａ', b'A')),
                '〇' | '零' => Class::Numeral(Numeral::Digit(0)),
                '一' | '壱' => Class::Numeral(Numeral::Digit(1)),
                '二' | '弐' => Class::Numeral(Numeral::Digit(2)),
                '三' | '参' => Class::Numeral(Numeral::Digit(3)),
                '四' => Class::Numeral(Numeral::Digit(4)),
                '五' => Class::Numeral(Numeral::Digit(5)),
                '六' => Class::Numeral(Numeral::Digit(6)),
                '七' => Class::Numeral(Numeral::Digit(7)),
                '八' => Class::Numeral(Numeral::Digit(8)),
                '九' => Class::Numeral(Numeral::Digit(9)),
                '十' | '拾' => Class::Numeral(Numeral::Unit(10)),
                '百' => Class::Numeral(Numeral::Unit(100)),
                '千' => Class::Numeral(Numeral::Unit(1_000)),
                '万' => Class::Numeral(Numeral::Unit(10_000)),
                '丁' | '番' | '号' | '線' | 'の' | 'ノ' => Class::Marker,
                '地' => Class::Ground,
                '割' => Class::Share,
                _ => Class::Other,
            };
            return Some(class);
        }
    }
}

fn narrow(c: char, first: char, ascii: u8) -> u8 {
    ascii + u8::try_from(u32::from(c) - u32::from(first)).expect("the range has less than 27")
}

/// A run of kanji numerals: taken before a marker (supplementary rule 1), else a gap.
fn numerals(first: Numeral, rest: &mut Taken<'_>, writer: &mut Writer<'_>) {
    let mut value = Value::default();
    value.push(first);
    let run = rest.clone();
    while let Some(Class::Numeral(numeral)) = rest.clone().next() {
        value.push(numeral);
        rest.next();
    }
    let mut ahead = rest.clone();
    let marked = match ahead.next() {
        Some(Class::Marker) => true,
        Some(Class::Ground) => ahead.next() == Some(Class::Share),
        _ => false,
    };
    if !marked {
        writer.gap();
    } else if value.has_unit {
        writer.number(value.sum.saturating_add(value.group).saturating_add(value.digit));
    } else {
        // 一〇五: digit by digit.
        for numeral in std::iter::once(Class::Numeral(first)).chain(run) {
            let Class::Numeral(Numeral::Digit(digit)) = numeral else { break };
            writer.digit(b'0' + digit);
        }
    }
}

/// What kanji numerals with units say.
#[derive(Default)]
struct Value {
    /// What 万 has closed.
    sum: u64,
    /// What 十 百 千 have closed since.
    group: u64,
    /// The digits since.
    digit: u64,
    has_unit: bool,
}

impl Value {
    fn push(&mut self, numeral: Numeral) {
        match numeral {
            Numeral::Digit(digit) => {
                self.digit = self.digit.saturating_mul(10).saturating_add(digit.into());
            }
            Numeral::Unit(10_000) => {
                let group = self.group.saturating_add(self.digit).max(1);
                self.sum = self.sum.saturating_add(group.saturating_mul(10_000));
                (self.group, self.digit, self.has_unit) = (0, 0, true);
            }
            Numeral::Unit(unit) => {
                let closed = self.digit.max(1).saturating_mul(unit);
                self.group = self.group.saturating_add(closed);
                (self.digit, self.has_unit) = (0, true);
            }
        }
    }
}

/// A run of letters: one alone is taken, more are a gap; F right after digits is a gap
/// (supplementary rules 2 and 3).
fn letters(first: u8, rest: &mut Taken<'_>, writer: &mut Writer<'_>) {
    let mut alone = true;
    while let Some(Class::Letter(_)) = rest.clone().next() {
        rest.next();
        alone = false;
    }
    if alone && !(first == b'F' && writer.last == Last::Digit) {
        writer.letter(first);
    } else {
        writer.gap();
    }
}

/// What came last, before any removal of hyphens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Digit,
    Letter,
    Gap,
}

/// Writes what is taken; a gap becomes a hyphen only between two digits, so that none is doubled,
/// leads, trails or touches a letter (basic rules 4-6, supplementary rules 4 and 5).
struct Writer<'a> {
    out: &'a mut String,
    gap: bool,
    last: Last,
}

impl Writer<'_> {
    fn digit(&mut self, digit: u8) {
        if self.gap && self.out.as_bytes().last().is_some_and(u8::is_ascii_digit) {
            self.out.push('-');
        }
        self.out.push(char::from(digit));
        (self.gap, self.last) = (false, Last::Digit);
    }

    fn number(&mut self, number: u64) {
        let mut buffer = [0; 20];
        super::super::digits::put(&mut buffer, number, "").expect("twenty places hold any number");
        let zeros = buffer.iter().take(19).take_while(|&&b| b == b'0').count();
        for &digit in &buffer[zeros..] {
            self.digit(digit);
        }
    }

    fn letter(&mut self, letter: u8) {
        self.out.push(char::from(letter));
        (self.gap, self.last) = (false, Last::Letter);
    }

    fn gap(&mut self) {
        (self.gap, self.last) = (true, Last::Gap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn case(address: &str, expected: &str) {
        let mut number = "before".to_owned();
        display_number(address, &mut number);
        assert_eq!(number, expected, "{address}");
    }

    /// Origin: pages 19 and 20 of the manual, and readings that its rules leave open.
    #[test]
    fn the_rules_one_by_one() {
        case("", "");
        case("字高館", "");
        case("南町　松風荘", "");
        case("1-2-3 Ab棟", "1-2-3");
        case("1-2-3 R＆Bコーポ205", "1-2-3-205");
        case("1・2-3", "12-3");
        case("5-B604", "5B604");
        case("6-7 LプラザB106", "6-7LB106");
        case("A棟1F1号", "A1-1");
        case("2F201", "2-201");
        case("10F", "10");
        case("10FB5", "10-5");
        case("Fビル", "F");
        case("1-2 F", "1-2F");
        case("１‐２―３ｰ４", "1-2-3-4");
    }

    #[test]
    fn kanji_numerals() {
        case("百一番地", "101");
        case("百〇五番地", "105");
        case("千二百三十四番地", "1234");
        case("一万二千番地", "12000");
        case("万番", "10000");
        case("一〇五号", "105");
        case("二十地割大淵川480", "20-480");
        case("二十地蔵前480", "480");
        case("二・丁・目", "2");
        case("百二十三番地の四", "123");
        case("六ノ割1190", "6-1190");
        case("5-25二番町ビル", "5-252");
        case(&format!("{}番", "九".repeat(30)), &"9".repeat(30));
        case(&format!("{}番", "九十".repeat(3)), "270");
        case(&format!("{}万番", "九".repeat(30)), &u64::MAX.to_string());
    }

    proptest! {
        /// Whatever stands in an address: only digits, single hyphens between digits, letters.
        #[test]
        fn nothing_else_comes_out(address in "[ -~　一二三十百千万〇番号地割Ａｂ９Ｆー・あ]{0,40}") {
            let mut number = String::new();
            display_number(&address, &mut number);
            let b = number.as_bytes();
            for (n, c) in b.iter().enumerate() {
                if *c == b'-' {
                    prop_assert!(n > 0 && b[n - 1].is_ascii_digit());
                    prop_assert!(b.get(n + 1).is_some_and(u8::is_ascii_digit));
                } else {
                    prop_assert!(c.is_ascii_digit() || c.is_ascii_uppercase());
                }
            }
            // What was taken is taken again.
            let mut again = String::new();
            display_number(&number.replace('F', "E"), &mut again);
            prop_assert_eq!(number.len() >= again.len(), true);
        }

        #[test]
        fn width_and_case_do_not_matter(address in "[0-9A-Za-z -]{0,30}") {
            let wide: String = address
                .chars()
                .map(|c| if c == ' ' { '　' } else { char::from_u32(u32::from(c) + 0xFEE0).expect("wide") })
                .collect();
            let (mut narrow_number, mut wide_number) = (String::new(), String::new());
            display_number(&address, &mut narrow_number);
            display_number(&wide, &mut wide_number);
            prop_assert_eq!(narrow_number, wide_number);
        }
    }
}
