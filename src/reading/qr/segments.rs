//! The segments of a QR code: numbers, letters and bytes (ISO/IEC 18004, 7.4).

const LETTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<usize> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.data.get(self.at >> 3)?;
            value = value << 1 | usize::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    const fn left(&self) -> usize {
        self.data.len() * 8 - self.at
    }
}

/// What the data of a version says; kanji segments give their Shift JIS bytes.
pub(super) fn read(data: &[u8], version: usize) -> Option<Vec<u8>> {
    let class = match version {
        1..=9 => 0,
        10..=26 => 1,
        _ => 2,
    };
    let (mut bits, mut out) = (Bits { data, at: 0 }, Vec::new());
    while bits.left() >= 4 {
        match bits.take(4)? {
            0 => break,
            1 => {
                let mut left = bits.take([10, 12, 14][class])?;
                while left > 0 {
                    let digits = left.min(3);
                    let value = bits.take([4, 7, 10][digits - 1])?;
                    let text = format!("{value:0digits$}");
                    // A value beyond its digits is an error that no correction sees.
                    (text.len() == digits).then(|| out.extend_from_slice(text.as_bytes()))?;
                    left -= digits;
                }
            }
            2 => {
                let mut left = bits.take([9, 11, 13][class])?;
                while left > 1 {
                    let value = bits.take(11)?;
                    out.push(*LETTERS.get(value.div_euclid(45))?);
                    out.push(LETTERS[value % 45]);
                    left -= 2;
                }
                if left == 1 {
                    out.push(*LETTERS.get(bits.take(6)?)?);
                }
            }
            4 => {
                for _ in 0..bits.take([8, 16, 16][class])? {
                    out.push(u8::try_from(bits.take(8)?).ok()?);
                }
            }
            8 => {
                for _ in 0..bits.take([8, 10, 12][class])? {
                    let value = bits.take(13)?;
                    let pair = (value.div_euclid(0xC0) << 8) | (value % 0xC0);
                    let pair = pair + if pair < 0x1F00 { 0x8140 } else { 0xC140 };
                    out.extend_from_slice(&u16::try_from(pair).ok()?.to_be_bytes());
                }
            }
            // The character set of what follows, which is not asked.
            7 => {
                bits.take(8).filter(|set| *set < 128)?;
            }
            _ => return None,
        }
    }
    Some(out)
}
