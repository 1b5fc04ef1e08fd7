//! The operators of a page, form or pattern: which resources they use, how often, and in which
//! colours they paint. Nothing is kept of them but that.

use super::colour::Space;
use super::lexer::{Lexer, Token, is_space, plain};
use super::{Outcome, Refusal};
use crate::measure::div_round;
use crate::pdf::Plates;
use crate::pdf::number::millionths;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Operators that a page executes.
pub(super) const OPERATORS_MAX: u64 = 10_000_000;
/// Values among the operands of one operator.
const VALUES_MAX: u64 = 100_000;
/// Operands of one operator that are looked at.
const OPERANDS_MAX: usize = 64;
/// Arrays and dictionaries within each other.
const DEPTH_MAX: u32 = 40;
/// Saved graphics states.
const SAVED_MAX: usize = 512;

/// The kinds of named resources (ISO 32000-1, table 33).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    ColorSpace,
    ExtGState,
    Font,
    Pattern,
    Properties,
    Shading,
    XObject,
}

impl Kind {
    /// Its key in a resource dictionary.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::ColorSpace => "ColorSpace",
            Self::ExtGState => "ExtGState",
            Self::Font => "Font",
            Self::Pattern => "Pattern",
            Self::Properties => "Properties",
            Self::Shading => "Shading",
            Self::XObject => "XObject",
        }
    }
}

/// What the operators of a content stream use.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// Resources, and how often each is used.
    pub(super) names: BTreeMap<(Kind, Vec<u8>), u64>,
    /// How many operators there are.
    pub(super) operators: u64,
    /// Colour spaces of the device that operators paint in, other than black.
    pub(super) colours: BTreeSet<&'static str>,
    /// Colour spaces of the device that inline images are in, other than grey.
    pub(super) images: BTreeSet<&'static str>,
    /// Whether parts belong to layers that can be switched off.
    pub(super) layers: bool,
    /// Where colours of the device are set.
    greys: Vec<Grey>,
}

/// A place where a colour of the device is set, and how its grey is set (ISO 32000-1, 10.3).
#[derive(Debug)]
struct Grey {
    range: Range<usize>,
    of: Space,
    operator: Vec<u8>,
}

impl Usage {
    /// Whether a press with these plates needs greys in place of what is set.
    pub(super) fn changes(&self, plates: Plates) -> bool {
        self.greys(plates).next().is_some()
    }

    fn greys(&self, plates: Plates) -> impl Iterator<Item = &Grey> {
        let wanted = move |grey: &&Grey| plates == Plates::Grey || grey.of == Space::Rgb;
        self.greys.iter().filter(wanted)
    }

    /// The content with greys in place of colours that a press with these plates has not.
    pub(super) fn on_plates<'c>(&self, content: &'c [u8], plates: Plates) -> Cow<'c, [u8]> {
        if !self.changes(plates) {
            return Cow::Borrowed(content);
        }
        let (mut out, mut start) = (Vec::with_capacity(content.len()), 0);
        for Grey { range, operator, .. } in self.greys(plates) {
            out.extend_from_slice(&content[start..range.start]);
            out.extend_from_slice(operator);
            start = range.end;
        }
        out.extend_from_slice(&content[start..]);
        Cow::Owned(out)
    }
}

/// The whole of an ink, or white, in millionths.
const WHOLE: i64 = 1_000_000;

/// A share in decimal digits as millionths, not less than none and not more than the whole.
fn share(digits: &[u8]) -> i64 {
    const PLACES: [i64; 6] = [100_000, 10_000, 1_000, 100, 10, 1];
    let point = digits.iter().position(|&byte| byte == b'.').unwrap_or(digits.len());
    let (whole, fraction) = digits.split_at(point);
    let digit = |byte: u8| i64::from(byte.saturating_sub(b'0').min(9));
    if whole.contains(&b'-') {
        0
    } else if whole.iter().any(|byte| matches!(byte, b'1'..=b'9')) {
        WHOLE
    } else {
        fraction.iter().skip(1).zip(PLACES).map(|(&byte, place)| digit(byte) * place).sum()
    }
}

/// How light three lights are together.
fn luminance(red: i64, green: i64, blue: i64) -> i64 {
    div_round(red * 30 + green * 59 + blue * 11, 100)
}

/// The colour spaces that operands are read in.
#[derive(Debug, Clone, Copy, Default)]
struct Inks {
    fill: Space,
    stroke: Space,
}

/// An operand, as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    Name(Vec<u8>),
    /// In millionths, from 0 to 1.
    Number(i64),
    Other,
}

impl Operand {
    fn as_name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }
}

/// The operand that a word is or begins; of arrays and dictionaries the names right in them are
/// added to `within`. `Err` gives back an operator.
fn operand<'d>(
    lexer: &mut Lexer<'d>,
    token: Token<'d>,
    within: &mut Vec<Vec<u8>>,
) -> Outcome<Result<Operand, &'d [u8]>> {
    Ok(Ok(match token {
        Token::Name(name) => Operand::Name(plain(name)),
        Token::Number(digits) => Operand::Number(share(digits)),
        Token::Text(_) | Token::Word(b"true" | b"false" | b"null") => Operand::Other,
        Token::Word(operator) => return Ok(Err(operator)),
        Token::Close => return Err(Refusal::broken("a bracket stands alone")),
        Token::Open => {
            let (mut depth, mut values) = (1_u32, 0);
            while depth > 0 {
                let cut = || Refusal::broken("an array does not end");
                match lexer.token()?.ok_or_else(cut)? {
                    Token::Open => depth += 1,
                    Token::Close => depth -= 1,
                    Token::Name(name) if depth == 1 && within.len() < OPERANDS_MAX => {
                        within.push(plain(name));
                    }
                    Token::Word(b"true" | b"false" | b"null")
                    | Token::Name(_)
                    | Token::Number(_)
                    | Token::Text(_) => {}
                    Token::Word(_) => {
                        return Err(Refusal::broken("an operator stands in an array"));
                    }
                }
                values += 1;
                if depth > DEPTH_MAX || values > VALUES_MAX {
                    return Err(Refusal::too_large());
                }
            }
            Operand::Other
        }
    }))
}

/// Goes over a content stream.
pub(super) fn usage(content: &[u8]) -> Outcome<Usage> {
    let mut lexer = Lexer::new(content, 0);
    let mut walk = Walk { usage: Usage::default(), inks: Inks::default(), saved: Vec::new() };
    let (mut operands, mut values): (Vec<Operand>, u64) = (Vec::new(), 0);
    let mut within = Vec::new();
    let mut start = 0;
    loop {
        if operands.is_empty() {
            lexer.space();
            start = lexer.at;
        }
        let Some(token) = lexer.token()? else { break };
        within.clear();
        match operand(&mut lexer, token, &mut within)? {
            Ok(operand) => {
                values += 1;
                if values > VALUES_MAX {
                    return Err(Refusal::too_large());
                }
                if operands.len() < OPERANDS_MAX {
                    operands.push(operand);
                }
            }
            Err(operator) => {
                walk.usage.operators += 1;
                if walk.usage.operators > OPERATORS_MAX {
                    return Err(Refusal::too_large());
                }
                if operator == b"BI" {
                    walk.inline_image(&mut lexer)?;
                } else {
                    walk.operator(operator, &operands);
                    walk.grey(operator, &operands, start..lexer.at);
                }
                operands.clear();
                values = 0;
            }
        }
    }
    Ok(walk.usage)
}

/// The last operands, where they are numbers; fewer than four have zeros before them.
fn numbers(operands: &[Operand]) -> Option<[i64; 4]> {
    let mut out = [0; 4];
    for (number, operand) in out.iter_mut().rev().zip(operands.iter().rev()) {
        *number = if let Operand::Number(number) = operand { *number } else { return None };
    }
    (!operands.is_empty()).then_some(out)
}

struct Walk {
    usage: Usage,
    inks: Inks,
    saved: Vec<Inks>,
}

impl Walk {
    fn uses(&mut self, kind: Kind, name: Option<&Operand>) {
        if let Some(name) = name.and_then(Operand::as_name) {
            *self.usage.names.entry((kind, name.to_vec())).or_default() += 1;
        }
    }

    fn operator(&mut self, operator: &[u8], operands: &[Operand]) {
        let last = operands.last();
        match operator {
            b"q" if self.saved.len() < SAVED_MAX => self.saved.push(self.inks),
            b"Q" => self.inks = self.saved.pop().unwrap_or(self.inks),
            b"Do" => self.uses(Kind::XObject, last),
            b"Tf" => self.uses(Kind::Font, operands.first()),
            b"gs" => self.uses(Kind::ExtGState, last),
            b"sh" => self.uses(Kind::Shading, last),
            b"BDC" | b"DP" => {
                self.usage.layers |= operands.first().and_then(Operand::as_name) == Some(b"OC");
                self.uses(Kind::Properties, operands.get(1));
            }
            b"cs" => self.inks.fill = self.space(last),
            b"CS" => self.inks.stroke = self.space(last),
            b"sc" | b"scn" => self.paint(self.inks.fill, operands),
            b"SC" | b"SCN" => self.paint(self.inks.stroke, operands),
            b"g" => self.inks.fill = Space::Gray,
            b"G" => self.inks.stroke = Space::Gray,
            b"rg" => self.inks.fill = Space::Rgb,
            b"RG" => self.inks.stroke = Space::Rgb,
            b"k" => self.inks.fill = Space::Cmyk,
            b"K" => self.inks.stroke = Space::Cmyk,
            _ => {}
        }
        match operator {
            b"rg" | b"RG" => self.paint(Space::Rgb, operands),
            b"k" | b"K" => self.paint(Space::Cmyk, operands),
            _ => {}
        }
    }

    /// The colour space that `cs` names; one from the resources is looked at there.
    fn space(&mut self, name: Option<&Operand>) -> Space {
        let word = name.and_then(Operand::as_name);
        let space = word.map_or(Space::Other, Space::named);
        if space == Space::Other && word != Some(b"Pattern") {
            self.uses(Kind::ColorSpace, name);
        }
        space
    }

    /// A colour that is set.
    fn paint(&mut self, space: Space, operands: &[Operand]) {
        if let Some(Operand::Name(_)) = operands.last() {
            self.uses(Kind::Pattern, operands.last());
            return;
        }
        match (space, numbers(operands)) {
            (Space::Rgb, Some([_, red, green, blue])) if red != green || green != blue => {
                self.usage.colours.insert("DeviceRGB");
            }
            // Of the four inks only the last, black, is on the plate.
            (Space::Cmyk, Some([cyan, magenta, yellow, _])) if cyan + magenta + yellow > 0 => {
                self.usage.colours.insert("DeviceCMYK");
            }
            _ => {}
        }
    }

    /// Notes how an operator that sets a colour of the device sets its grey.
    fn grey(&mut self, operator: &[u8], operands: &[Operand], range: Range<usize>) {
        let (fills, of) = match operator {
            b"k" => (true, Space::Cmyk),
            b"K" => (false, Space::Cmyk),
            b"rg" => (true, Space::Rgb),
            b"RG" => (false, Space::Rgb),
            b"sc" | b"scn" | b"cs" => (true, self.inks.fill),
            b"SC" | b"SCN" | b"CS" => (false, self.inks.stroke),
            _ => return,
        };
        let white = match (of, numbers(operands)) {
            (Space::Gray | Space::Other, _) => return,
            // A space is chosen; its first colour is black.
            _ if matches!(operator, b"cs" | b"CS") => 0,
            (_, None) => return,
            (Space::Rgb, Some([_, red, green, blue])) => luminance(red, green, blue),
            (Space::Cmyk, Some([cyan, magenta, yellow, black])) => {
                WHOLE - (luminance(cyan, magenta, yellow) + black).min(WHOLE)
            }
        };
        let mut operator = Vec::new();
        millionths(&mut operator, white);
        operator.extend_from_slice(if fills { b" g" } else { b" G" });
        self.usage.greys.push(Grey { range, of, operator });
    }

    /// `BI … ID … EI`: an image in the middle of operators.
    fn inline_image(&mut self, lexer: &mut Lexer<'_>) -> Outcome<()> {
        let unended = || Refusal::broken("an inline image does not end");
        let mut key = Vec::new();
        let mut within = Vec::new();
        loop {
            within.clear();
            let token = lexer.token()?.ok_or_else(unended)?;
            match operand(lexer, token, &mut within)? {
                Err(b"ID") => break,
                Err(_) => return Err(unended()),
                Ok(Operand::Name(name)) if key.is_empty() => key = name,
                Ok(value) => {
                    if matches!(&key[..], b"CS" | b"ColorSpace") {
                        // `[/I /RGB 255 <…>]`: a table of colours.
                        let space = within.get(1).map(Vec::as_slice).or(value.as_name());
                        self.inline_space(space.unwrap_or_default());
                    }
                    key.clear();
                }
            }
        }
        // Samples may hold any bytes: its end is an `EI` by itself before something readable.
        let start = lexer.at + 1;
        let data = lexer.data.get(start..).ok_or_else(unended)?;
        let end = memchr::memmem::find_iter(data, b"EI").find(|&at| {
            let before = at == 0 || is_space(data[at - 1]);
            let after = &data[at + 2..data.len().min(at + 18)];
            let alone = after.first().is_none_or(|&byte| is_space(byte));
            let readable = after.iter().all(|&byte| is_space(byte) || byte.is_ascii_graphic());
            before && alone && readable
        });
        lexer.at = start + end.ok_or_else(unended)? + 2;
        Ok(())
    }

    fn inline_space(&mut self, name: &[u8]) {
        let space = match name {
            b"G" => Space::Gray,
            b"RGB" => Space::Rgb,
            b"CMYK" => Space::Cmyk,
            name => Space::named(name),
        };
        match space {
            Space::Gray => {}
            Space::Rgb => {
                self.usage.images.insert("DeviceRGB");
            }
            Space::Cmyk => {
                self.usage.images.insert("DeviceCMYK");
            }
            Space::Other => self.uses(Kind::ColorSpace, Some(&Operand::Name(name.to_vec()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, usage};
    use crate::pdf::Plates;

    #[track_caller]
    fn used(content: &str) -> (Vec<String>, Vec<&'static str>) {
        let usage = usage(content.as_bytes()).expect("sound");
        let name = |((kind, name), count): (&(Kind, Vec<u8>), &u64)| {
            format!("{} {} {count}", kind.key(), String::from_utf8_lossy(name))
        };
        let colours = usage.colours.union(&usage.images).copied().collect();
        (usage.names.iter().map(name).collect(), colours)
    }

    #[test]
    fn names_are_counted() {
        let content = "/G1 gs BT /F1 12 Tf (x) Tj ET /X1 Do q /X1 Do Q /S0 sh /Span /P0 BDC EMC \
                       /C0 cs .5 scn /P1 scn /Pattern cs /P2 scn";
        let expected = [
            "ColorSpace C0 1",
            "ExtGState G1 1",
            "Font F1 1",
            "Pattern P1 1",
            "Pattern P2 1",
            "Properties P0 1",
            "Shading S0 1",
            "XObject X1 2",
        ];
        assert_eq!(used(content).0, expected);
    }

    #[test]
    fn colours_are_told_from_black() {
        for (content, colours) in [
            ("0 g 1 G 0 0 0 1 k 0 0 0 .5 K", &[][..]),
            ("/DeviceCMYK cs 0 0 0 1 scn /DeviceGray CS 1 SC", &[]),
            ("0 0 0 rg .5 0.50 .5 RG", &[]),
            ("0 0 .1 rg", &["DeviceRGB"]),
            ("0 1 1 RG", &["DeviceRGB"]),
            (".1 0 0 1 k", &["DeviceCMYK"]),
            ("q 0 0 0 1 k Q /DeviceCMYK CS 0 0 1 1 SCN", &["DeviceCMYK"]),
            ("/DeviceRGB cs q 0 g Q 1 1 0 sc", &["DeviceRGB"]),
            ("/DeviceRGB cs q 0 g Q 1 1 1 sc", &[]),
            ("BI /W 1 /H 1 /CS /RGB /BPC 8 ID abc EI", &["DeviceRGB"]),
            ("BI /W 1 /H 1 /CS [/I /CMYK 0 <00000000>] ID a EI Q", &["DeviceCMYK"]),
            ("BI /W 1 /IM true ID \u{1} EI\u{2} EI 1 0 0 rg", &["DeviceRGB"]),
        ] {
            assert_eq!(used(content).1, colours, "{content}");
        }
        assert_eq!(used("BI /CS /C9 ID a EI").0, ["ColorSpace C9 1"]);
    }

    #[test]
    fn colours_that_the_press_has_not_become_grey() {
        for (content, grey, cmyk) in [
            ("q 0 0 0 1 k 1 1 re f Q", "q 0 g 1 1 re f Q", None),
            ("0 0 0 .25 K\n0 0 0 0.1234567 k", ".75 G\n.876544 g", None),
            ("0 0 0 1.5 k 0 0 0 -1 k 0 0 0 12 k 0 0 0 1. k", "0 g 1 g 0 g 0 g", None),
            ("1 0 0 0 k 0 1 0 .5 k", ".7 g 0 g", None),
            (
                "/DeviceCMYK cs 0 0 0 .5 scn q /DeviceCMYK CS 0 0 0 0 SC Q 1 SC",
                "0 g .5 g q 0 G 1 G Q 1 SC",
                None,
            ),
            ("0 0 0 rg 1 1 1 RG .5 .5 .5 rg", "0 g 1 G .5 g", Some("0 g 1 G .5 g")),
            ("1 0 0 rg\n0 1 0 rg 0 0 1 rg", ".3 g\n.59 g .11 g", Some(".3 g\n.59 g .11 g")),
            ("/DeviceRGB cs 0 0 0 sc", "0 g 0 g", Some("0 g 0 g")),
            ("0 0 0 1 k 1 1 1 rg", "0 g 1 g", Some("0 0 0 1 k 1 g")),
            ("BT (0 0 0 1 k) Tj ET 0 g /P scn", "BT (0 0 0 1 k) Tj ET 0 g /P scn", None),
        ] {
            let usage = usage(content.as_bytes()).expect("sound");
            for (plates, expected) in
                [(Plates::Grey, grey), (Plates::Cmyk, cmyk.unwrap_or(content))]
            {
                let found = usage.on_plates(content.as_bytes(), plates);
                assert_eq!(String::from_utf8_lossy(&found), expected, "{content}");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for bad in ["(a", "BI /W 1 ID abc", "BI Q", "<<", "1 2 ]"] {
            assert!(usage(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = usage(&bytes);
            let _ = usage(&[b"BI ID ", &bytes[..]].concat());
        }
    }
}
