//! Reads a customer barcode (カスタマバーコード) from a picture: measures how far each bar reaches up and
//! down, and looks the bars up in the table of the 郵便番号・バーコードマニュアル, page 11. Nothing is shared
//! with the encoder.

use super::grey::{Bounds, Grey};

/// Bars of a symbol: start, 21 characters of three, stop.
const BARS: usize = 67;
/// The characters by their value: digits, hyphen, CC1 to CC8. F is long, A and D are semi-long upward
/// and downward, T is the timing bar.
const CHARACTERS: [&[u8; 3]; 19] = [
    b"FTT", b"FFT", b"FDA", b"DFA", b"FAD", b"FTF", b"DAF", b"AFD", b"ADF", b"TFF", b"TFT", b"DAT",
    b"DTA", b"ADT", b"TDA", b"ATD", b"TAD", b"TTF", b"FFF",
];

/// The values of the 20 characters and of the check character. `None` when the bars are no symbol.
pub(super) fn read(picture: &Grey) -> Option<[u8; 21]> {
    let ink = picture.ink()?;
    let bars = bars(picture, &ink)?;
    let letters = letters(&bars, &ink)?;
    let inner = letters.strip_prefix(b"FD")?.strip_suffix(b"DF")?;
    let mut values = [0; 21];
    for (value, three) in values.iter_mut().zip(inner.chunks_exact(3)) {
        let found = CHARACTERS.iter().position(|character| character.as_slice() == three)?;
        *value = u8::try_from(found).ok()?;
    }
    let sum: u32 = values.iter().map(|&value| u32::from(value)).sum();
    sum.is_multiple_of(19).then_some(values)
}

/// Where each bar lies. Bars stand evenly and are as wide as each other.
fn bars(picture: &Grey, ink: &Bounds) -> Option<Vec<Bounds>> {
    let rows = |x: usize| ink.y.clone().filter(move |&y| picture.is_dark(x, y));
    let mut bars: Vec<Bounds> = Vec::with_capacity(BARS);
    for x in ink.x.clone() {
        let (Some(top), count) = (rows(x).next(), rows(x).count()) else { continue };
        let bottom = top + count;
        // A column of a bar is one stroke.
        if !(top..bottom).all(|y| picture.is_dark(x, y)) {
            return None;
        }
        let Some(bar) = bars.last_mut().filter(|bar| bar.x.end == x) else {
            if bars.len() == BARS {
                return None;
            }
            bars.push(Bounds { x: x..x + 1, y: top..bottom });
            continue;
        };
        // Its columns are as long as each other, but for the fringe of a dot.
        if top.abs_diff(bar.y.start) > 1 || bottom.abs_diff(bar.y.end) > 1 {
            return None;
        }
        bar.x.end = x + 1;
        bar.y = bar.y.start.min(top)..bar.y.end.max(bottom);
    }
    if bars.len() != BARS {
        return None;
    }
    // The pitch is that of the whole, to a fifth and a dot.
    let (first, last) = (bars[0].x.clone(), bars[BARS - 1].x.clone());
    let span = last.start - first.start;
    let even = |(n, bar): (usize, &Bounds)| {
        let at = (bar.x.start - first.start) * (BARS - 1);
        at.abs_diff(n * span) * 5 <= span + 5 * (BARS - 1)
    };
    let wide = |bar: &Bounds| bar.width().abs_diff(first.len()) <= 1 + first.len().div_euclid(4);
    (bars.iter().enumerate().all(even) && bars.iter().all(wide)).then_some(bars)
}

/// The kinds of the bars, from their ends: a long bar is three times as long as a timing bar.
fn letters(bars: &[Bounds], ink: &Bounds) -> Option<Vec<u8>> {
    let height = ink.height();
    // The manual's limits for the timing bar, 1.05 to 1.35 of 3.40 to 3.60, and a dot.
    let timing = |bar: &Bounds| {
        let length = bar.height() * 360;
        length + 360 >= height * 105 && length <= height * 143 + 360
    };
    // Ends lie at the whole's edge or a third inside: nearer to which?
    let reach = |distance: usize| {
        let sixths = distance * 6;
        let near = sixths <= height.div_euclid(2) + 6;
        let third = sixths * 2 + 12 >= height * 3 && sixths * 2 <= height * 5 + 12;
        (near != third).then_some(near)
    };
    let letter = |bar: &Bounds| {
        let up = reach(bar.y.start - ink.y.start)?;
        let down = reach(ink.y.end - bar.y.end)?;
        match (up, down) {
            (true, true) => Some(b'F'),
            (true, false) => Some(b'A'),
            (false, true) => Some(b'D'),
            (false, false) => timing(bar).then_some(b'T'),
        }
    };
    bars.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 273-0102 3-20-5B604, the manual's example whose check value is 0.
    const EXAMPLE: [u8; 21] = [2, 7, 3, 0, 1, 0, 2, 3, 10, 2, 0, 10, 5, 11, 1, 6, 0, 4, 14, 14, 0];

    /// A symbol painted by the table: bar and space in dots, the thirds of a long bar.
    fn paint(values: &[u8; 21], [bar, space]: [usize; 2], thirds: [usize; 3]) -> Grey {
        let inner = values.iter().flat_map(|&value| *CHARACTERS[usize::from(value)]);
        let letters: Vec<u8> = b"FD".iter().copied().chain(inner).chain(*b"DF").collect();
        let (pitch, margin) = (bar + space, 9);
        let [up, middle, down] = thirds;
        let (width, height) = (letters.len() * pitch + 2 * margin, up + middle + down + 2 * margin);
        let mut dots = vec![255; width * height];
        for (n, letter) in letters.into_iter().enumerate() {
            let top = if matches!(letter, b'F' | b'A') { 0 } else { up };
            let end = if matches!(letter, b'F' | b'D') { up + middle + down } else { up + middle };
            for y in top..end {
                let start = (y + margin) * width + margin + n * pitch;
                dots[start..start + bar].fill(0);
            }
        }
        Grey::new(width, height, dots)
    }

    #[test]
    fn bars_of_all_sizes_are_measured() {
        for (parts, thirds) in [
            ([6, 6], [12, 13, 12]),
            ([7, 6], [14, 14, 14]),
            ([11, 10], [22, 23, 22]),
            ([14, 13], [27, 29, 27]),
            ([27, 26], [55, 56, 55]),
        ] {
            assert_eq!(read(&paint(&EXAMPLE, parts, thirds)), Some(EXAMPLE), "{parts:?}");
        }
    }

    #[test]
    fn one_bar_too_short_is_noticed() {
        let sound = paint(&EXAMPLE, [6, 6], [12, 13, 12]);
        let (width, height) = (sound.width(), sound.height());
        // The upper third of the fourth character's second bar becomes ink, the first bar loses its.
        let changed = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut dots = sound.dots().to_vec();
            change(&mut dots);
            read(&Grey::new(width, height, dots))
        };
        let column = |n: usize| 9 + n * 12;
        let fill = |dots: &mut Vec<u8>, n: usize, rows: std::ops::Range<usize>, grey: u8| {
            for y in rows {
                dots[y * width + column(n)..][..6].fill(grey);
            }
        };
        assert_eq!(changed(&|dots| fill(dots, 12, 9..46, 0)), None, "a timing bar grows");
        assert_eq!(changed(&|dots| fill(dots, 0, 9..22, 255)), None, "the start shrinks");
        assert_eq!(changed(&|dots| fill(dots, 20, 27..28, 255)), None, "a scratch");
        assert_eq!(changed(&|dots| dots[10 * width + 20 * 12 + 8] = 0), None, "dirt");
        assert_eq!(changed(&|dots| fill(dots, 66, 0..height, 255)), None, "a bar is missing");
        assert_eq!(read(&Grey::new(3, 3, vec![0; 9])), None);
    }

    #[test]
    fn upside_down_is_no_symbol() {
        let mut turned = paint(&EXAMPLE, [6, 6], [12, 13, 12]);
        turned.turn();
        assert_eq!(read(&turned), None);
    }
}
