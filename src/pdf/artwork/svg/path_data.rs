//! Whether path data can be read to its end. A reader of SVG draws a path up to its first mistake;
//! what goes to a press is not cut off silently.

use std::ops::Range;

/// How far from nought a coordinate or a length may be, in its own unit. An arc becomes more curves
/// the larger its radius is: beyond any drawing, so many that they fill the memory.
const FAR: f64 = 1e7;

/// What is wrong with a value, in bytes of its text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// It cannot be read from here on.
    Unreadable(usize),
    /// A number further from nought than any drawing.
    Far(Range<usize>),
}

/// The first mistake in path data (SVG 1.1, 8.3.9).
pub(super) fn in_path(text: &str) -> Option<Mistake> {
    let mut scan = Scan::of(text);
    scan.space();
    let mut first = true;
    while let Some(command) = scan.peek() {
        let start = scan.at;
        let arguments: &[u8] = match command.to_ascii_uppercase() {
            b'M' | b'L' | b'T' => b"nn",
            b'H' | b'V' => b"n",
            b'C' => b"nnnnnn",
            b'S' | b'Q' => b"nnnn",
            b'A' => b"nnnffnn",
            b'Z' => b"",
            _ => return Some(Mistake::Unreadable(start)),
        };
        if first && !command.eq_ignore_ascii_case(&b'M') {
            return Some(Mistake::Unreadable(start));
        }
        first = false;
        scan.at += 1;
        scan.space();
        if arguments.is_empty() {
            continue;
        }
        loop {
            for kind in arguments {
                let read = if *kind == b'f' { scan.flag() } else { scan.number() };
                if !read {
                    return Some(Mistake::Unreadable(scan.at));
                }
                scan.comma();
            }
            if !scan.begins_number() {
                break;
            }
        }
    }
    scan.far.map(Mistake::Far)
}

/// The first mistake in pairs of numbers.
pub(super) fn in_points(text: &str) -> Option<Mistake> {
    let mut scan = Scan::of(text);
    scan.space();
    while scan.peek().is_some() {
        for _ in 0..2 {
            if !scan.number() {
                return Some(Mistake::Unreadable(scan.at));
            }
            scan.comma();
        }
    }
    scan.far.map(Mistake::Far)
}

/// The first number that is too far from nought, in lengths with or without units.
pub(super) fn in_lengths(text: &str) -> Option<Mistake> {
    let mut scan = Scan::of(text);
    while scan.peek().is_some() {
        let start = scan.at;
        if !scan.begins_number() || !scan.number() {
            scan.at = start + 1;
        }
    }
    scan.far.map(Mistake::Far)
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// The first number beyond [`FAR`].
    far: Option<Range<usize>>,
}

impl<'t> Scan<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, at: 0, far: None }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let found = self.peek().is_some_and(wanted);
        self.at += usize::from(found);
        found
    }

    fn space(&mut self) {
        while self.take(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0C)) {}
    }

    fn comma(&mut self) {
        self.space();
        if self.take(|byte| byte == b',') {
            self.space();
        }
    }

    fn begins_number(&self) -> bool {
        self.peek().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.'))
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.take(|byte| byte.is_ascii_digit()) {}
        self.at > start
    }

    fn flag(&mut self) -> bool {
        self.take(|byte| matches!(byte, b'0' | b'1'))
    }

    fn number(&mut self) -> bool {
        let start = self.at;
        self.take(|byte| matches!(byte, b'+' | b'-'));
        let whole = self.digits();
        let fraction = self.take(|byte| byte == b'.') && self.digits();
        if !whole && !fraction {
            return false;
        }
        let before = self.at;
        if self.take(|byte| matches!(byte, b'e' | b'E')) {
            self.take(|byte| matches!(byte, b'+' | b'-'));
            if !self.digits() {
                self.at = before;
            }
        }
        let number = self.text[start..self.at].parse::<f64>();
        if self.far.is_none() && number.is_ok_and(|n| n.abs() > FAR) {
            self.far = Some(start..self.at);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Mistake::{Far, Unreadable};
    use super::{in_lengths, in_path, in_points};

    #[test]
    fn numbers_that_lie_far_outside_are_found() {
        for good in ["", "10000000 -1e7", "1e-9", "20mm", "0 0 210 297", "1e.5", "é.-"] {
            assert_eq!(in_lengths(good), None, "{good}");
        }
        assert_eq!(in_lengths("10,10000001mm 2e7"), Some(Far(3..11)));
        assert_eq!(in_lengths("1e.12é-1e999%"), Some(Far(7..13)));
        assert_eq!(in_points("0,0 1-3e7"), Some(Far(5..9)));
        // The flags of an arc are no part of the number after them.
        assert_eq!(in_path("M0 0a1 1 0 019999999 5 1 1 0 11-1 0"), None);
        assert_eq!(in_path("M0 0a1 11111111. 0 015 5"), Some(Far(7..16)));
        assert_eq!(in_path("M0 1e8 x"), Some(Unreadable(7)));
    }

    #[test]
    fn path_data_is_read_to_its_end() {
        for good in [
            "",
            "M0 0",
            " m 1,2 3,4 -5-6.5.5,1 z",
            "M0 0L1e3-2E-1H.5V5.C1 2 3 4 5 6S1 2 3 4Q1 2,3 4T5 6",
            "M1 1a25,25 -30 0,1 50,-25 l 50,-25zM2 2",
            "M0 0a1 1 0 01.5.5 1 1 0 11-1 0",
        ] {
            assert_eq!(in_path(good), None, "{good}");
        }
        for (bad, at) in [
            ("L1 2", 0),
            ("M1", 2),
            ("M0 0 L1 x", 8),
            ("M0 0 q", 6),
            ("M0 0 L1 2 #", 10),
            ("M0 0a1 1 0 2 1 5 5", 11),
            ("M0 0, ,1 1", 6),
        ] {
            assert_eq!(in_path(bad), Some(Unreadable(at)), "{bad}");
        }
        assert_eq!(in_points("0,0 1,1\n2 2"), None);
        assert_eq!(in_points("0,0 1"), Some(Unreadable(5)));
        assert_eq!(in_points("0,0 a"), Some(Unreadable(4)));
    }
}
