//! A small reader of page content (ISO 32000-1, 7.8 and 9.4): follows the graphics state far enough
//! to say where each string is shown and in which font. It draws nothing and needs no widths: a
//! string is placed by where its line begins.

/// A string as it is shown.
pub(super) struct Shown<'a> {
    /// Where its line begins, in points from the page's bottom left.
    pub(super) x: f64,
    /// Its baseline.
    pub(super) y: f64,
    /// The resource name of its font.
    pub(super) font: &'a [u8],
    /// Its bytes.
    pub(super) bytes: &'a [u8],
}

/// What a stream does, as far as it is followed.
pub(super) enum Event<'a> {
    /// It shows a string.
    Text(Shown<'a>),
    /// It paints an external object.
    Object {
        /// The object's resource name.
        name: &'a [u8],
        /// Where: the transformation in force.
        matrix: Matrix,
    },
    /// It sets a colour space by its name, or a colour of a device.
    Colour(&'a [u8]),
}

/// Why a content stream cannot be read.
pub(super) type Fault = &'static str;

/// A transformation (ISO 32000-1, 8.3.3).
pub(super) type Matrix = [f64; 6];
pub(super) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
const DEPTH_MAX: usize = 256;
const OPERANDS_MAX: usize = 100_000;

enum Operand {
    Number(f64),
    /// A range of the stream.
    Name(usize, usize),
    /// A range of the decoded strings.
    String(usize, usize),
}

#[derive(Clone, Copy)]
struct State {
    matrix: Matrix,
    /// The font's name, as a range of the stream.
    font: (usize, usize),
    leading: f64,
}

/// Reads a stream and tells `hear` every string and external object; gives the number of operators.
pub(super) fn read(stream: &[u8], hear: &mut dyn FnMut(Event<'_>)) -> Result<u64, Fault> {
    let state = State { matrix: IDENTITY, font: (0, 0), leading: 0.0 };
    let mut reader = Reader {
        stream,
        at: 0,
        operands: Vec::new(),
        strings: Vec::new(),
        state,
        saved: Vec::new(),
        line: IDENTITY,
        operators: 0,
        hear,
    };
    while let Some(byte) = reader.skip_space() {
        match byte {
            b'/' => reader.name(),
            b'(' => reader.literal()?,
            b'<' if reader.stream.get(reader.at + 1) == Some(&b'<') => reader.at += 2,
            b'<' => reader.hex(),
            b'>' | b'[' | b']' | b'{' | b'}' | b')' => reader.at += 1,
            b'0'..=b'9' | b'+' | b'-' | b'.' => reader.number(),
            _ => reader.operator()?,
        }
        if reader.operands.len() > OPERANDS_MAX {
            return Err("an operator has too many operands");
        }
    }
    Ok(reader.operators)
}

struct Reader<'a> {
    stream: &'a [u8],
    at: usize,
    operands: Vec<Operand>,
    strings: Vec<u8>,
    state: State,
    saved: Vec<State>,
    /// The text line matrix.
    line: Matrix,
    operators: u64,
    hear: &'a mut dyn FnMut(Event<'_>),
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

impl Reader<'_> {
    fn skip_space(&mut self) -> Option<u8> {
        loop {
            let byte = *self.stream.get(self.at)?;
            if byte == b'%' {
                let rest = &self.stream[self.at..];
                self.at += rest.iter().take_while(|&&b| b != b'\n' && b != b'\r').count();
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return Some(byte);
            }
        }
    }

    fn word(&mut self) -> (usize, usize) {
        let rest = &self.stream[self.at..];
        let length = rest.iter().take_while(|&&b| !is_space(b) && !is_delimiter(b)).count();
        let start = self.at;
        self.at += length;
        (start, self.at)
    }

    fn name(&mut self) {
        self.at += 1;
        let (start, end) = self.word();
        self.operands.push(Operand::Name(start, end));
    }

    fn number(&mut self) {
        let (start, end) = self.word();
        let text = std::str::from_utf8(&self.stream[start..end]).unwrap_or_default();
        self.operands.push(Operand::Number(text.parse().unwrap_or(f64::NAN)));
    }

    fn literal(&mut self) -> Result<(), Fault> {
        let start = self.strings.len();
        let mut depth = 0;
        loop {
            let byte = *self.stream.get(self.at).ok_or("a string never ends")?;
            self.at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth > 1 {
                        self.strings.push(byte);
                    }
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    self.strings.push(byte);
                }
                b'\\' => self.escape()?,
                b'\r' => {
                    // An end of line, however written, is one line feed.
                    if self.stream.get(self.at) == Some(&b'\n') {
                        self.at += 1;
                    }
                    self.strings.push(b'\n');
                }
                _ => self.strings.push(byte),
            }
        }
        self.operands.push(Operand::String(start, self.strings.len()));
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Fault> {
        let byte = *self.stream.get(self.at).ok_or("a string never ends")?;
        self.at += 1;
        let plain = match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.stream.get(self.at) else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                value.to_le_bytes()[0]
            }
            b'\n' => return Ok(()),
            b'\r' => {
                if self.stream.get(self.at) == Some(&b'\n') {
                    self.at += 1;
                }
                return Ok(());
            }
            other => other,
        };
        self.strings.push(plain);
        Ok(())
    }

    fn hex(&mut self) {
        let start = self.strings.len();
        self.at += 1;
        let rest = &self.stream[self.at..];
        let length = rest.iter().position(|&b| b == b'>').unwrap_or(rest.len());
        let digits = rest[..length].iter().filter_map(|&b| char::from(b).to_digit(16));
        let digits: Vec<u32> = digits.collect();
        for pair in digits.chunks(2) {
            let byte = pair[0] << 4 | pair.get(1).unwrap_or(&0);
            self.strings.push(byte.to_le_bytes()[0]);
        }
        self.at += length + 1;
        self.operands.push(Operand::String(start, self.strings.len()));
    }

    /// The last `N` operands as numbers.
    fn numbers<const N: usize>(&self) -> Result<[f64; N], Fault> {
        let mut out = [0.0; N];
        let first = self.operands.len().checked_sub(N).ok_or("an operand is missing")?;
        for (number, operand) in out.iter_mut().zip(&self.operands[first..]) {
            match operand {
                Operand::Number(n) if n.is_finite() => *number = *n,
                _ => return Err("an operand is no number"),
            }
        }
        Ok(out)
    }

    fn operator(&mut self) -> Result<(), Fault> {
        let (start, end) = self.word();
        if start == end {
            return Err("a byte that begins nothing");
        }
        self.operators += 1;
        match &self.stream[start..end] {
            b"q" => {
                if self.saved.len() >= DEPTH_MAX {
                    return Err("states nest too deep");
                }
                self.saved.push(self.state);
            }
            b"Q" => self.state = self.saved.pop().ok_or("a state is restored twice")?,
            b"cm" => self.state.matrix = multiply(self.numbers()?, self.state.matrix),
            b"BT" => self.line = IDENTITY,
            b"Tf" => {
                if let [.., Operand::Name(start, end), Operand::Number(_)] =
                    self.operands.as_slice()
                {
                    self.state.font = (*start, *end);
                }
            }
            b"TL" => [self.state.leading] = self.numbers()?,
            b"Td" => self.next_line(self.numbers()?),
            b"TD" => {
                let [x, y] = self.numbers()?;
                self.state.leading = -y;
                self.next_line([x, y]);
            }
            b"Tm" => self.line = self.numbers()?,
            b"T*" => self.next_line([0.0, -self.state.leading]),
            b"Tj" | b"TJ" => self.show_all(),
            b"'" | b"\"" => {
                self.next_line([0.0, -self.state.leading]);
                self.show_all();
            }
            b"Do" => {
                if let [.., Operand::Name(start, end)] = self.operands.as_slice() {
                    let name = &self.stream[*start..*end];
                    (self.hear)(Event::Object { name, matrix: self.state.matrix });
                }
            }
            b"rg" | b"RG" => (self.hear)(Event::Colour(b"DeviceRGB")),
            b"k" | b"K" => (self.hear)(Event::Colour(b"DeviceCMYK")),
            b"cs" | b"CS" => self.hear_names(),
            b"ID" => {
                self.hear_names();
                self.skip_inline_image()?;
            }
            _ => {}
        }
        self.operands.clear();
        self.strings.clear();
        Ok(())
    }

    /// Tells the names among the operands: colour spaces, of an inline image in short.
    fn hear_names(&mut self) {
        for operand in &self.operands {
            if let Operand::Name(start, end) = *operand {
                (self.hear)(Event::Colour(&self.stream[start..end]));
            }
        }
    }

    fn next_line(&mut self, [x, y]: [f64; 2]) {
        self.line = multiply([1.0, 0.0, 0.0, 1.0, x, y], self.line);
    }

    /// Shows the strings among the operands as one.
    fn show_all(&mut self) {
        let mut whole = Vec::new();
        let mut strings = self.operands.iter().filter_map(|operand| match operand {
            Operand::String(start, end) => Some(&self.strings[*start..*end]),
            _ => None,
        });
        let first = strings.next().unwrap_or_default();
        let bytes = match strings.next() {
            None => first,
            Some(second) => {
                whole.extend_from_slice(first);
                whole.extend_from_slice(second);
                strings.for_each(|more| whole.extend_from_slice(more));
                whole.as_slice()
            }
        };
        let at = multiply(self.line, self.state.matrix);
        let font = &self.stream[self.state.font.0..self.state.font.1];
        (self.hear)(Event::Text(Shown { x: at[4], y: at[5], font, bytes }));
    }

    fn skip_inline_image(&mut self) -> Result<(), Fault> {
        let rest = &self.stream[self.at..];
        let ends = |w: &[u8]| is_space(w[0]) && &w[1..3] == b"EI" && is_space(w[3]);
        let end = rest.windows(4).position(ends).ok_or("an inline image never ends")?;
        self.at += end + 3;
        Ok(())
    }
}

/// `a` applied before `b`.
pub(super) fn multiply(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(stream: &[u8], expected: &[(i32, i32, &str, &[u8])]) {
        let mut shown = Vec::new();
        let mut hear = |event: Event<'_>| {
            let s = match event {
                Event::Text(s) => s,
                Event::Object { name, matrix } => {
                    Shown { x: matrix[4], y: matrix[5], font: name, bytes: b"Do" }
                }
                Event::Colour(name) => Shown { x: 0.0, y: 0.0, font: name, bytes: b"ink" },
            };
            #[expect(clippy::cast_possible_truncation, reason = "small whole numbers")]
            shown.push((s.x as i32, s.y as i32, s.font.to_vec(), s.bytes.to_vec()));
        };
        read(stream, &mut hear).expect("a stream that can be read");
        let expected: Vec<_> = expected
            .iter()
            .map(|(x, y, font, bytes)| (*x, *y, font.as_bytes().to_vec(), bytes.to_vec()))
            .collect();
        assert_eq!(shown, expected, "{}", String::from_utf8_lossy(stream));
    }

    #[test]
    fn strings_are_found_where_they_are_shown() {
        case(
            b"BT /F0 9 Tf 10 20 Td(ab)Tj 5 -3 Td<6364>Tj ET",
            &[(10, 20, "F0", b"ab"), (15, 17, "F0", b"cd")],
        );
        case(
            b"q 1 0 0 1 100 50 cm BT/F1 6 Tf 1 2 Td(x)Tj ET Q BT 3 4 Td(y)Tj ET",
            &[(101, 52, "F1", b"x"), (3, 4, "", b"y")],
        );
        // Turned by 180 degrees, set by matrix, in pieces.
        case(
            b"q -1 0 0 -1 200 300 cm BT /F 1 Tf 1 0 0 1 10 20 Tm [(a) -50 (b)] TJ ET Q",
            &[(190, 280, "F", b"ab")],
        );
        case(
            b"BT 12 TL 5 100 Td (a)Tj T* (b) Tj (c) ' 1 2 (d) \" 0 -8 TD T* (e) Tj ET",
            &[
                (5, 100, "", b"a"),
                (5, 88, "", b"b"),
                (5, 76, "", b"c"),
                (5, 64, "", b"d"),
                (5, 48, "", b"e"),
            ],
        );
    }

    #[test]
    fn external_objects_are_found_where_they_are_painted() {
        case(
            b"/L0 Do q 1 0 0 1 5 7 cm /L1 Do Q BT /F 1 Tf (a) Tj ET",
            &[(0, 0, "L0", b"Do"), (5, 7, "L1", b"Do"), (0, 0, "F", b"a")],
        );
        assert_eq!(read(b"q Q /L0 Do", &mut |_| {}), Ok(3), "operators are counted");
    }

    #[test]
    fn colours_of_devices_are_found() {
        case(
            b"0 g 1 0 0 rg 0 0 0 1 K /DeviceRGB cs BT (rg) Tj ET",
            &[
                (0, 0, "DeviceRGB", b"ink"),
                (0, 0, "DeviceCMYK", b"ink"),
                (0, 0, "DeviceRGB", b"ink"),
                (0, 0, "", b"rg"),
            ],
        );
        let image = b"BI /CS [/I /RGB 0 <00>] ID x EI ";
        let names = ["CS", "I", "RGB"].map(|name| (0, 0, name, &b"ink"[..]));
        case(image, &names);
    }

    #[test]
    fn escapes_comments_and_images_are_read() {
        case(
            b"BT (\\(\\)\\\\\\r\\101\\7(in)\\\nx\r\ny) Tj ET",
            &[(0, 0, "", b"()\\\rA\x07(in)x\ny")],
        );
        case(b"% (no) Tj\n/P <</MCID 0>> BDC BT (yes) Tj ET EMC", &[(0, 0, "", b"yes")]);
        case(
            b"BI /W 1 /H 1 ID (x) Tj\nEI\nBT (yes) Tj ET",
            &[(0, 0, "W", b"ink"), (0, 0, "H", b"ink"), (0, 0, "", b"yes")],
        );
    }

    #[test]
    fn broken_streams_are_refused() {
        let nested = b"q ".repeat(DEPTH_MAX + 1);
        for stream in [&b"(a"[..], b"Q", b"1 cm", b"BI ID xx", b"/A /B Td", &nested, b"\xff(\\"] {
            assert!(read(stream, &mut |_| {}).is_err(), "{stream:?}");
        }
    }
}
