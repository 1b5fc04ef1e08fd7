//! The words of PDF syntax (ISO 32000-1, 7.2), found without keeping anything: content streams are
//! looked over with them, and what lopdf is going to read is measured with them first.

use super::{Outcome, Refusal};

/// Arrays, dictionaries and brackets of texts within each other.
const DEPTH_MAX: u32 = 40;

/// What a file may cost to read.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    /// Numbers, names, texts, arrays and dictionaries.
    pub(super) values: u64,
    /// Bytes that objects are read from.
    pub(super) read: usize,
    /// Bytes of streams, as they are in the file and as they are decoded.
    pub(super) streams: usize,
}

impl Budget {
    /// Takes bytes of streams.
    pub(super) fn stream(&mut self, bytes: usize) -> Outcome<()> {
        self.streams = self.streams.checked_sub(bytes).ok_or_else(Refusal::too_large)?;
        Ok(())
    }
}

/// A word of PDF syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'d> {
    /// `[` and `<<`
    Open,
    /// `]` and `>>`
    Close,
    /// As it is written, without its slash.
    Name(&'d [u8]),
    Number(&'d [u8]),
    /// Text, and how deep the brackets in it are.
    Text(u32),
    /// A keyword or an operator.
    Word(&'d [u8]),
}

/// What is said of the length of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Unknown,
    Direct(usize),
    /// The number of another object.
    In(u32),
}

/// Reads words from a place in some bytes.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'d> {
    pub(super) data: &'d [u8],
    pub(super) at: usize,
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
    pub(super) fn new(data: &'d [u8], at: usize) -> Self {
        Self { data, at: at.min(data.len()) }
    }

    fn rest(&self) -> &'d [u8] {
        &self.data[self.at..]
    }

    /// Skips white space and comments.
    pub(super) fn space(&mut self) {
        while let Some(&byte) = self.data.get(self.at) {
            if byte == b'%' {
                let end = memchr::memchr2(b'\n', b'\r', self.rest());
                self.at += end.unwrap_or(self.rest().len());
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The regular characters that follow.
    fn word(&mut self) -> &'d [u8] {
        let rest = self.rest();
        let len = rest.iter().position(|&byte| !is_regular(byte)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    /// Takes a keyword such as `obj`, with the white space before it.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        let mut ahead = self.clone();
        ahead.space();
        let found = ahead.word() == word.as_bytes();
        if found {
            *self = ahead;
        }
        found
    }

    /// Takes a whole number that is not negative.
    pub(super) fn unsigned(&mut self) -> Option<u64> {
        let mut ahead = self.clone();
        ahead.space();
        let number = whole(ahead.word())?;
        *self = ahead;
        Some(number)
    }

    /// The next word; `None` at the end.
    pub(super) fn token(&mut self) -> Outcome<Option<Token<'d>>> {
        self.space();
        let token = match self.rest() {
            [] => return Ok(None),
            [b'/', ..] => {
                self.at += 1;
                Token::Name(self.word())
            }
            [b'(', ..] => Token::Text(self.literal()?),
            [b'<', b'<', ..] => {
                self.at += 2;
                Token::Open
            }
            [b'>', b'>', ..] => {
                self.at += 2;
                Token::Close
            }
            [b'<', rest @ ..] => {
                let end = memchr::memchr(b'>', rest).ok_or_else(unended)?;
                self.at += end + 2;
                Token::Text(1)
            }
            [b'[', ..] => {
                self.at += 1;
                Token::Open
            }
            [b']', ..] => {
                self.at += 1;
                Token::Close
            }
            [byte, ..] if is_regular(*byte) => {
                let word = self.word();
                if is_number(word) { Token::Number(word) } else { Token::Word(word) }
            }
            _ => return Err(Refusal::broken("a bracket stands alone")),
        };
        Ok(Some(token))
    }

    /// Skips `(…)`; gives how deep its brackets are.
    fn literal(&mut self) -> Outcome<u32> {
        let (mut depth, mut deepest) = (0_u32, 0);
        loop {
            let next = self.rest().iter().position(|byte| matches!(byte, b'(' | b')' | b'\\'));
            let next = self.at + next.ok_or_else(unended)?;
            self.at = next + 1;
            match self.data[next] {
                b'(' => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(deepest);
                    }
                }
                _ if self.at < self.data.len() => self.at += 1,
                _ => return Err(unended()),
            }
        }
    }

    /// Goes over one object and counts what reading it takes; gives what it says of its length
    /// when it is a dictionary.
    pub(super) fn measure(&mut self, budget: &mut Budget) -> Outcome<Length> {
        let start = self.at;
        let length = self.walk(budget)?;
        let end = self.at;
        // Behind a number others are looked for that would make it a reference, and behind
        // anything the end of the object.
        self.space();
        if self.unsigned().is_some() {
            self.space();
        }
        let read = self.at - start;
        self.at = end;
        budget.read = budget.read.checked_sub(read).ok_or_else(Refusal::too_large)?;
        Ok(length)
    }

    fn walk(&mut self, budget: &mut Budget) -> Outcome<Length> {
        let cut = || Refusal::broken("an object does not end");
        let (mut depth, mut length) = (0_u32, Length::Unknown);
        // How many numbers stand before a word.
        let mut numbers = 0;
        loop {
            let token = self.token()?.ok_or_else(cut)?;
            match token {
                Token::Close => depth = depth.checked_sub(1).ok_or_else(cut)?,
                // Two numbers were counted for what is one reference.
                Token::Word(b"R") if numbers >= 2 => budget.values += 1,
                Token::Word(b"true" | b"false" | b"null")
                | Token::Open
                | Token::Name(_)
                | Token::Number(_)
                | Token::Text(_) => {
                    budget.values = budget.values.checked_sub(1).ok_or_else(Refusal::too_large)?;
                }
                Token::Word(_) => return Err(Refusal::broken("an object cannot be read")),
            }
            numbers = if matches!(token, Token::Number(_)) { numbers + 1 } else { 0 };
            match token {
                Token::Open => depth += 1,
                Token::Name(name) if depth == 1 && plain(name) == b"Length" => {
                    length = self.length()?;
                }
                _ => {}
            }
            let deep = depth + if let Token::Text(more) = token { more } else { 0 };
            if deep > DEPTH_MAX {
                return Err(Refusal::broken("its objects lie too deep within each other"));
            }
            if depth == 0 {
                return Ok(length);
            }
        }
    }

    /// The length that stands behind its key, without taking it.
    fn length(&self) -> Outcome<Length> {
        let mut ahead = self.clone();
        let Some(Token::Number(digits)) = ahead.token()? else { return Ok(Length::Unknown) };
        let strange = || Refusal::broken("the length of a stream is no whole number");
        let number = whole(digits).ok_or_else(strange)?;
        if ahead.unsigned().is_some() && ahead.keyword("R") {
            return Ok(Length::In(u32::try_from(number).map_err(|_| strange())?));
        }
        Ok(Length::Direct(usize::try_from(number).map_err(|_| strange())?))
    }
}

fn unended() -> Refusal {
    Refusal::broken("a text does not end")
}

/// A word as a whole number.
pub(super) fn whole(word: &[u8]) -> Option<u64> {
    let digits = !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(word).ok().filter(|_| digits)?.parse().ok()
}

/// Whether a word is one number; some programs write a minus sign inside of one.
fn is_number(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").or_else(|| word.strip_prefix(b"+")).unwrap_or(word);
    let point = digits.iter().position(|&byte| byte == b'.').unwrap_or(digits.len());
    let (before, after) = digits.split_at(point);
    digits.iter().any(u8::is_ascii_digit)
        && before.iter().all(u8::is_ascii_digit)
        && after.iter().skip(1).all(|&byte| byte == b'-' || byte.is_ascii_digit())
}

/// A name without the escapes in it.
pub(super) fn plain(name: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(name.len());
    let mut rest = name;
    while let [byte, after @ ..] = rest {
        if let (b'#', [high, low, ..]) = (byte, after)
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            out.push(high << 4 | low);
            rest = &after[2..];
        } else {
            out.push(*byte);
            rest = after;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Budget, Length, Lexer, Token};

    fn budget() -> Budget {
        Budget { values: 100, read: 1000, streams: 0 }
    }

    /// What an object says of its length, and what is left of a budget of 100 values.
    fn measured(text: &str) -> Option<(Length, u64)> {
        let mut budget = budget();
        let mut lexer = Lexer::new(text.as_bytes(), 0);
        let length = lexer.measure(&mut budget).ok()?;
        Some((length, budget.values))
    }

    #[test]
    fn words_are_told_apart() {
        let mut lexer = Lexer::new(b"/F1 12 Tf[(a\\)(b))-3 <41>]TJ%x\r<</A .5>>T* '", 0);
        let mut said = Vec::new();
        while let Some(token) = lexer.token().expect("sound") {
            said.push(match token {
                Token::Open => "open".to_owned(),
                Token::Close => "close".to_owned(),
                Token::Name(name) => format!("/{}", String::from_utf8_lossy(name)),
                Token::Number(word) | Token::Word(word) => {
                    String::from_utf8_lossy(word).into_owned()
                }
                Token::Text(depth) => format!("text {depth}"),
            });
        }
        assert_eq!(
            said.join(" "),
            "/F1 12 Tf open text 2 -3 text 1 close TJ open /A .5 close T* '"
        );
    }

    #[test]
    fn objects_are_measured() {
        assert_eq!(measured("12"), Some((Length::Unknown, 99)));
        assert_eq!(measured("[1 0 R/A(b)]"), Some((Length::Unknown, 96)));
        assert_eq!(measured("<</Length 12>>"), Some((Length::Direct(12), 97)));
        assert_eq!(measured("<</L#65ngth 12 0 R>>"), Some((Length::In(12), 97)));
        // The last one counts, as for lopdf.
        assert_eq!(measured("<</Length 1/Length 7>>"), Some((Length::Direct(7), 95)));
        assert_eq!(measured("<</A<</Length 12>>>>"), Some((Length::Unknown, 95)));
        let deep = |n| format!("{}1{}", "[".repeat(n), "]".repeat(n));
        assert!(measured(&deep(40)).is_some() && measured(&deep(41)).is_none());
        let brackets = |n| format!("{}1{}", "(".repeat(n), ")".repeat(n));
        assert!(measured(&brackets(40)).is_some() && measured(&brackets(41)).is_none());
        for bad in [
            "",
            "[1",
            "<</A",
            "(a",
            "(a\\",
            "<4",
            "abc",
            "]",
            ")",
            "}",
            "nullnull",
            "1.2.3",
            "--5",
            "<</Length 1.0>>",
            "[12a]",
            "obj",
        ] {
            assert_eq!(measured(bad), None, "{bad}");
        }
        assert!(measured(&format!("[{}]", "0 ".repeat(99))).is_some());
        assert!(measured(&format!("[{}]", "0 ".repeat(100))).is_none(), "values");
        assert!(measured(&format!("({})", "0".repeat(1000))).is_none(), "bytes");
        assert!(measured(&format!("1 {}", " ".repeat(1000))).is_none(), "bytes behind it");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = Lexer::new(&bytes, 0).measure(&mut budget());
            let mut lexer = Lexer::new(&bytes, 0);
            while let Ok(Some(_)) = lexer.token() {}
        }
    }
}
