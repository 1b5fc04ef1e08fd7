//! Reads a `ToUnicode` map: which text a two-byte character stands for (ISO 32000-1, 9.10.3).

use std::collections::HashMap;

/// The text of each character of a font.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ToUnicode(HashMap<u16, Box<str>>);

impl ToUnicode {
    /// Reads the map; whatever is no mapping is passed over.
    pub(super) fn parse(cmap: &[u8]) -> Self {
        let mut map = HashMap::new();
        let mut tokens = Tokens(cmap);
        let mut section = Section::None;
        let mut pending: Vec<Vec<u8>> = Vec::new();
        while let Some(token) = tokens.next() {
            match token {
                Token::Word(b"beginbfchar") => section = Section::Chars,
                Token::Word(b"beginbfrange") => section = Section::Ranges,
                Token::Word(_) => section = Section::None,
                Token::Hex(bytes) if section != Section::None => {
                    pending.push(bytes);
                    match (section, pending.as_slice()) {
                        (Section::Chars, [cid, text]) => {
                            insert(&mut map, code(cid), text);
                            pending.clear();
                        }
                        (Section::Ranges, [low, high, text]) => {
                            range(&mut map, code(low), code(high), text);
                            pending.clear();
                        }
                        _ => continue,
                    }
                    continue;
                }
                Token::Open if section == Section::Ranges && pending.len() == 2 => {
                    let (low, high) = (code(&pending[0]), code(&pending[1]));
                    for cid in low..=high {
                        let Some(Token::Hex(text)) = tokens.next() else { break };
                        insert(&mut map, cid, &text);
                    }
                }
                Token::Hex(_) | Token::Open | Token::Close => {}
            }
            pending.clear();
        }
        Self(map)
    }

    /// Whether all two-byte characters of a string have a text.
    pub(super) fn covers(&self, string: &[u8]) -> bool {
        string.chunks(2).all(|pair| self.0.contains_key(&code(pair)))
    }

    /// Appends the text of a string of two-byte characters; one without text becomes U+FFFD.
    pub(super) fn decode(&self, string: &[u8], out: &mut String) {
        for pair in string.chunks(2) {
            match self.0.get(&code(pair)) {
                Some(text) => out.push_str(text),
                None => out.push(char::REPLACEMENT_CHARACTER),
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    None,
    Chars,
    Ranges,
}

fn code(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |n, &byte| n << 8 | u16::from(byte))
}

fn insert(map: &mut HashMap<u16, Box<str>>, cid: u16, utf16: &[u8]) {
    let units = utf16.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let text: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    map.insert(cid, text.into());
}

/// A range whose texts count up in their last unit.
fn range(map: &mut HashMap<u16, Box<str>>, low: u16, high: u16, text: &[u8]) {
    let mut text = text.to_vec();
    for cid in low..=high {
        insert(map, cid, &text);
        if let [.., a, b] = text.as_mut_slice() {
            [*a, *b] = u16::from_be_bytes([*a, *b]).wrapping_add(1).to_be_bytes();
        }
    }
}

enum Token<'a> {
    Word(&'a [u8]),
    Hex(Vec<u8>),
    Open,
    Close,
}

struct Tokens<'a>(&'a [u8]);

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let skip = self.0.iter().take_while(|b| b.is_ascii_whitespace()).count();
            self.0 = &self.0[skip..];
            match *self.0.first()? {
                b'[' => return Some(self.single(Token::Open)),
                b']' => return Some(self.single(Token::Close)),
                b'<' if self.0.get(1) != Some(&b'<') => return Some(self.hex()),
                b'<' | b'>' => self.0 = &self.0[1..],
                b'%' => {
                    let line = self.0.iter().take_while(|&&b| b != b'\n' && b != b'\r').count();
                    self.0 = &self.0[line..];
                }
                _ => {
                    let ends = |b: &u8| b.is_ascii_whitespace() || b"[]<>".contains(b);
                    let length = self.0.iter().position(ends).unwrap_or(self.0.len());
                    let (word, rest) = self.0.split_at(length);
                    self.0 = rest;
                    return Some(Token::Word(word));
                }
            }
        }
    }

    fn single(&mut self, token: Token<'a>) -> Token<'a> {
        self.0 = &self.0[1..];
        token
    }

    fn hex(&mut self) -> Token<'a> {
        let rest = &self.0[1..];
        let end = rest.iter().position(|&b| b == b'>').unwrap_or(rest.len());
        let digits = rest[..end].iter().filter_map(|&b| char::from(b).to_digit(16));
        let digits: Vec<u8> = digits.filter_map(|digit| u8::try_from(digit).ok()).collect();
        self.0 = rest.get(end + 1..).unwrap_or_default();
        Token::Hex(digits.chunks(2).map(|d| d[0] << 4 | d.get(1).unwrap_or(&0)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_and_ranges_become_text() {
        let cmap = b"/CIDInit /ProcSet findresource begin\n\
            1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n\
            2 beginbfchar\n<0001> <845BDB40DD00>\n<0002><D842DFB7>\nendbfchar\n\
            2 beginbfrange\n<0010> <0012> <0030>\n<0020> <0021> [<0041> <0042>]\nendbfrange\n\
            endcmap";
        let map = ToUnicode::parse(cmap);
        let mut text = String::new();
        map.decode(&[0, 1, 0, 2, 0, 0x10, 0, 0x12, 0, 0x20, 0, 0x21, 0, 0x13], &mut text);
        assert_eq!(text, "葛\u{E0100}𠮷02AB\u{FFFD}");
        assert!(map.covers(&[0, 1, 0, 0x21]) && !map.covers(&[0, 1, 0, 0x13]));
    }

    #[test]
    fn broken_maps_end_quietly() {
        for cmap in ["1 beginbfchar <00", "beginbfrange <0000> <FFFF> [", "<<>>", "beginbfchar <"] {
            let mut text = String::new();
            ToUnicode::parse(cmap.as_bytes()).decode(&[0, 1], &mut text);
            assert_eq!(text, "\u{FFFD}", "{cmap}");
        }
    }
}
