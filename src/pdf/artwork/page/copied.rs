//! An object as it will stand in a press file, and how its parts are written.

use crate::pdf::number::{integer, thousandths};

/// An object of a press file: its text (for a stream, the entries of its dictionary), in which
/// references are put when its number is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Copied {
    pub(super) body: Vec<u8>,
    /// Where a reference stands in the text, and to which of the copied objects.
    pub(super) references: Vec<(usize, u32)>,
    pub(super) data: Option<Vec<u8>>,
}

impl Copied {
    /// Appends its text, given the numbers of all copied objects.
    pub(super) fn render(&self, ids: &[u32], out: &mut Vec<u8>) {
        let mut start = 0;
        for &(at, target) in &self.references {
            out.extend_from_slice(&self.body[start..at]);
            integer(out, u64::from(ids[target as usize]));
            out.extend_from_slice(b" 0 R");
            start = at;
        }
        out.extend_from_slice(&self.body[start..]);
    }
}

/// Appends `[…]` of thousandths.
pub(super) fn numbers(numbers: &[i64], out: &mut Vec<u8>) {
    out.push(b'[');
    for (n, &number) in numbers.iter().enumerate() {
        if n > 0 {
            out.push(b' ');
        }
        thousandths(out, number);
    }
    out.push(b']');
}

/// Appends a number as lopdf has read it: of its decimal digits at least six are as in the file.
pub(super) fn write_real(number: f32, out: &mut Vec<u8>) {
    let text = number.to_string();
    out.extend_from_slice(if text == "-0" { b"0" } else { text.as_bytes() });
}

pub(super) fn write_name(name: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(&byte) {
            out.push(byte);
        } else {
            out.push(b'#');
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
    }
}

pub(super) fn write_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'(');
    for &byte in text {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\n' => out.extend_from_slice(b"\\n"),
            _ => out.push(byte),
        }
    }
    out.push(b')');
}
