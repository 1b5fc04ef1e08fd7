//! Objects of a PDF file that was made elsewhere (ISO 32000-1, 7.3), and how they are read. Numbers
//! stay decimal: what is copied into a press file is what the designer's program wrote.

use super::{Outcome, Refusal};

/// Arrays and dictionaries within each other.
const DEPTH_MAX: u32 = 64;
/// Digits after the point that are kept.
const PLACES_MAX: u8 = 9;

/// A decimal number: `digits` shifted right by `places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) digits: i64,
    pub(super) places: u8,
}

impl Decimal {
    /// In thousandths, rounded.
    pub(super) fn thousandths(self) -> i64 {
        // Far beyond any page, and far from overflowing.
        const FAR: i64 = 1_000_000_000_000_000;
        let (digits, places) = (self.digits.clamp(-FAR, FAR), self.places);
        match u32::from(places).checked_sub(3) {
            Some(more) => crate::measure::div_round(digits, 10_i64.pow(more)),
            None => digits.saturating_mul(10_i64.pow(3 - u32::from(places))),
        }
    }

    /// The number when it is whole.
    pub(super) const fn whole(self) -> Option<i64> {
        if self.places == 0 { Some(self.digits) } else { None }
    }
}

/// A dictionary, in the order of the file. Of several values of a key the first counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Dictionary(pub(super) Vec<(Vec<u8>, Object)>);

impl Dictionary {
    pub(super) fn get(&self, key: &str) -> Option<&Object> {
        self.0.iter().find(|(name, _)| name == key.as_bytes()).map(|(_, value)| value)
    }

    /// The name that a key has directly.
    pub(super) fn name(&self, key: &str) -> Option<&[u8]> {
        self.get(key)?.as_name()
    }
}

/// An object that is no stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    Null,
    Flag(bool),
    Number(Decimal),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    /// The object of this number.
    Reference(u32),
}

impl Object {
    pub(super) fn as_name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn as_dictionary(&self) -> Option<&Dictionary> {
        if let Self::Dictionary(dictionary) = self { Some(dictionary) } else { None }
    }

    pub(super) fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    pub(super) const fn as_number(&self) -> Option<Decimal> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

/// Reads tokens and objects from a place in some bytes.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'d> {
    pub(super) data: &'d [u8],
    pub(super) at: usize,
    /// How many more values may be read.
    pub(super) values: u64,
}

/// A token of a content stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'d> {
    Operand(Object),
    Operator(&'d [u8]),
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

impl<'d> Lexer<'d> {
    pub(super) const fn new(data: &'d [u8], at: usize, values: u64) -> Self {
        Self { data, at, values }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    /// Skips white space and comments.
    pub(super) fn space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let rest = &self.data[self.at..];
                let end = memchr::memchr2(b'\n', b'\r', rest);
                self.at += end.unwrap_or(rest.len());
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// Takes a keyword such as `obj`, with the white space before it.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        self.space();
        let rest = &self.data[self.at.min(self.data.len())..];
        let found = rest.starts_with(word.as_bytes())
            && !rest.get(word.len()).copied().is_some_and(is_regular);
        if found {
            self.at += word.len();
        }
        found
    }

    /// A whole number that is not negative.
    pub(super) fn unsigned(&mut self) -> Option<u64> {
        self.space();
        let word = self.word();
        let number = std::str::from_utf8(word)
            .ok()
            .filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
        let number = number.and_then(|text| text.parse().ok());
        if number.is_some() {
            self.at += word.len();
        }
        number
    }

    /// The regular characters that follow.
    fn word(&self) -> &'d [u8] {
        let rest = &self.data[self.at.min(self.data.len())..];
        let len = rest.iter().position(|&byte| !is_regular(byte)).unwrap_or(rest.len());
        &rest[..len]
    }

    /// An object of a file, where `12 0 R` is a reference.
    pub(super) fn object(&mut self) -> Outcome<Object> {
        self.value(0, true)
    }

    /// The next operand or operator of a content stream; `None` at its end.
    pub(super) fn token(&mut self) -> Outcome<Option<Token<'d>>> {
        self.space();
        let Some(byte) = self.peek() else { return Ok(None) };
        if is_regular(byte) && number(self.word()).is_none() {
            let word = self.word();
            self.at += word.len();
            return Ok(Some(match word {
                b"true" => Token::Operand(Object::Flag(true)),
                b"false" => Token::Operand(Object::Flag(false)),
                b"null" => Token::Operand(Object::Null),
                _ => Token::Operator(word),
            }));
        }
        self.value(0, false).map(|value| Some(Token::Operand(value)))
    }

    fn value(&mut self, depth: u32, references: bool) -> Outcome<Object> {
        self.values = self.values.checked_sub(1).ok_or_else(Refusal::too_large)?;
        if depth > DEPTH_MAX {
            return Err(Refusal::broken("its objects lie too deep within each other"));
        }
        self.space();
        let rest = &self.data[self.at.min(self.data.len())..];
        match rest {
            [b'/', ..] => {
                self.at += 1;
                Ok(Object::Name(self.name()))
            }
            [b'(', ..] => self.literal().map(Object::Text),
            [b'<', b'<', ..] => {
                self.at += 2;
                self.dictionary(depth, references).map(Object::Dictionary)
            }
            [b'<', ..] => self.hex().map(Object::Text),
            [b'[', ..] => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.space();
                    match self.peek() {
                        Some(b']') => break,
                        Some(_) => items.push(self.value(depth + 1, references)?),
                        None => return Err(Refusal::broken("an array does not end")),
                    }
                }
                self.at += 1;
                Ok(Object::Array(items))
            }
            _ => self.plain(references),
        }
    }

    /// A number, reference, flag or null.
    fn plain(&mut self, references: bool) -> Outcome<Object> {
        let word = self.word();
        if let Some(number) = number(word) {
            self.at += word.len();
            let reference = references.then(|| self.reference(number)).flatten();
            return Ok(reference.map_or(Object::Number(number), Object::Reference));
        }
        let object = match word {
            b"true" => Object::Flag(true),
            b"false" => Object::Flag(false),
            b"null" => Object::Null,
            _ => return Err(Refusal::broken("an object cannot be read")),
        };
        self.at += word.len();
        Ok(object)
    }

    /// Whether a number is the first of `12 0 R`.
    fn reference(&mut self, number: Decimal) -> Option<u32> {
        let number = u32::try_from(number.whole()?).ok()?;
        let mut ahead = Self { values: 0, ..*self };
        ahead.unsigned()?;
        if !ahead.keyword("R") {
            return None;
        }
        self.at = ahead.at;
        Some(number)
    }

    fn dictionary(&mut self, depth: u32, references: bool) -> Outcome<Dictionary> {
        let mut entries = Vec::new();
        loop {
            self.space();
            match &self.data[self.at.min(self.data.len())..] {
                [b'>', b'>', ..] => break,
                [b'/', ..] => {
                    self.at += 1;
                    let name = self.name();
                    entries.push((name, self.value(depth + 1, references)?));
                }
                _ => return Err(Refusal::broken("a dictionary cannot be read")),
            }
        }
        self.at += 2;
        Ok(Dictionary(entries))
    }

    fn name(&mut self) -> Vec<u8> {
        let word = self.word();
        self.at += word.len();
        let mut name = Vec::with_capacity(word.len());
        let mut rest = word;
        while let [byte, after @ ..] = rest {
            if let (b'#', [high, low, ..]) = (byte, after)
                && let (Some(high), Some(low)) = (nibble(*high), nibble(*low))
            {
                name.push(high << 4 | low);
                rest = &after[2..];
            } else {
                name.push(*byte);
                rest = after;
            }
        }
        name
    }

    fn literal(&mut self) -> Outcome<Vec<u8>> {
        let unended = || Refusal::broken("a text does not end");
        let mut text = Vec::new();
        let mut depth = 0_u32;
        loop {
            let byte = self.peek().ok_or_else(unended)?;
            self.at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth > 1 {
                        text.push(byte);
                    }
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(text);
                    }
                    text.push(byte);
                }
                b'\\' => {
                    let escaped = self.peek().ok_or_else(unended)?;
                    self.at += 1;
                    text.extend(self.escaped(escaped));
                }
                _ => text.push(byte),
            }
        }
    }

    /// What stands behind a backslash; nothing for a broken line.
    fn escaped(&mut self, byte: u8) -> Option<u8> {
        Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                (code & 255) as u8
            }
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
                return None;
            }
            b'\n' => return None,
            other => other,
        })
    }

    fn hex(&mut self) -> Outcome<Vec<u8>> {
        self.at += 1;
        let rest = &self.data[self.at..];
        let end = memchr::memchr(b'>', rest);
        let end = end.ok_or_else(|| Refusal::broken("a text does not end"))?;
        let digits: Vec<u8> = rest[..end].iter().copied().filter_map(nibble).collect();
        self.at += end + 1;
        Ok(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect())
    }
}

/// The value of a hexadecimal digit.
pub(super) const fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// A word as a number; digits beyond what counts are dropped.
fn number(word: &[u8]) -> Option<Decimal> {
    let (negative, digits) = match word {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    let (mut sum, mut places, mut point, mut any) = (0_i64, 0_u8, false, false);
    for &byte in digits {
        match byte {
            b'.' if !point => point = true,
            b'0'..=b'9' => {
                any = true;
                if point && places == PLACES_MAX {
                    continue;
                }
                sum = sum.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                places += u8::from(point);
            }
            _ => return None,
        }
    }
    any.then_some(Decimal { digits: if negative { -sum } else { sum }, places })
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Lexer, Object, Token};

    fn read(text: &str) -> Option<Object> {
        Lexer::new(text.as_bytes(), 0, 1000).object().ok()
    }

    fn decimal(digits: i64, places: u8) -> Object {
        Object::Number(Decimal { digits, places })
    }

    #[test]
    fn objects_are_read() {
        assert_eq!(read("12"), Some(decimal(12, 0)));
        assert_eq!(read("-.50"), Some(decimal(-50, 2)));
        assert_eq!(read("+4."), Some(decimal(4, 0)));
        assert_eq!(read("% comment\n1.1234567891234"), Some(decimal(1_123_456_789, 9)));
        assert_eq!(read("12 0 R"), Some(Object::Reference(12)));
        assert_eq!(read("12 0 Rx"), Some(decimal(12, 0)));
        assert_eq!(read("/A#42c#zz"), Some(Object::Name(b"ABc#zz".to_vec())));
        let text = read("(a\\(b(c)\\101\\n\\\r\nd\\7)");
        assert_eq!(text, Some(Object::Text(b"a(b(c)A\nd\x07".to_vec())));
        assert_eq!(read("<4 1\n4>"), Some(Object::Text(b"A@".to_vec())));
        let Some(Object::Dictionary(dictionary)) = read("<</A[1 0 R true null]/B<</C/D>>>>") else {
            panic!("a dictionary");
        };
        let items = dictionary.get("A").and_then(Object::as_array).expect("an array");
        assert_eq!(items, [Object::Reference(1), Object::Flag(true), Object::Null]);
        let inner = dictionary.get("B").and_then(Object::as_dictionary).expect("a dictionary");
        assert_eq!(inner.name("C"), Some(&b"D"[..]));
        for bad in ["", "[1", "<</A", "<</A>>", "(a", "<4", "abc", "<<1 2>>", "12a", "--5"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn reading_is_bounded() {
        assert_eq!(read(&"[".repeat(200)), None);
        assert!(Lexer::new(b"[1 2 3 4 5 6]", 0, 6).object().is_err());
        assert!(Lexer::new(b"[1 2 3 4 5 6]", 0, 7).object().is_ok());
        assert_eq!(read("99999999999999999999"), None);
    }

    #[test]
    fn content_is_read_as_operands_and_operators() {
        let mut lexer = Lexer::new(b"1 0 R /F1 12 Tf[(a)-3]TJ T* '", 0, 100);
        let mut said = Vec::new();
        while let Some(token) = lexer.token().expect("sound") {
            said.push(match token {
                Token::Operand(_) => "-".to_owned(),
                Token::Operator(name) => String::from_utf8_lossy(name).into_owned(),
            });
        }
        assert_eq!(said.join(" "), "- - R - - Tf - TJ T* '");
    }

    #[test]
    fn decimals_become_thousandths() {
        for (digits, places, thousandths) in [
            (595_276, 3, 595_276),
            (59_527_559, 5, 595_276),
            (7, 0, 7000),
            (-15, 4, -2),
            (5, 1, 500),
        ] {
            assert_eq!(Decimal { digits, places }.thousandths(), thousandths);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = Lexer::new(&bytes, 0, 1000).object();
            let mut lexer = Lexer::new(&bytes, 0, 1000);
            while let Ok(Some(_)) = lexer.token() {}
        }
    }
}
