//! Whether path data can be read to its end. A reader of SVG draws a path up to its first mistake;
//! what goes to a press is not cut off silently.

/// The first byte of `text` that cannot be read as path data (SVG 1.1, 8.3.9).
pub(super) fn first_mistake(text: &str) -> Option<usize> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
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
            _ => return Some(start),
        };
        if first && !command.eq_ignore_ascii_case(&b'M') {
            return Some(start);
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
                    return Some(scan.at);
                }
                scan.comma();
            }
            if !scan.begins_number() {
                break;
            }
        }
    }
    None
}

/// The first byte of `text` that cannot be read as pairs of numbers.
pub(super) fn first_mistake_in_points(text: &str) -> Option<usize> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    scan.space();
    while scan.peek().is_some() {
        for _ in 0..2 {
            if !scan.number() {
                return Some(scan.at);
            }
            scan.comma();
        }
    }
    None
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
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
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{first_mistake, first_mistake_in_points};

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
            assert_eq!(first_mistake(good), None, "{good}");
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
            assert_eq!(first_mistake(bad), Some(at), "{bad}");
        }
        assert_eq!(first_mistake_in_points("0,0 1,1\n2 2"), None);
        assert_eq!(first_mistake_in_points("0,0 1"), Some(5));
        assert_eq!(first_mistake_in_points("0,0 a"), Some(4));
    }
}
