//! Strings of character codes, as text operators take them.

/// `(…)`: two bytes a character, with the bytes escaped that must be (ISO 32000-1, 7.3.4.2), and
/// line feeds: Ghostscript 10.0 takes two of them for one.
#[inline]
pub(super) fn write(out: &mut Vec<u8>, cids: &[u16]) {
    const CIDS: usize = 32;
    out.push(b'(');
    for some in cids.chunks(CIDS) {
        // Every byte is written behind a backslash, over which the unescaped ones are moved.
        let mut buffer = [0; CIDS * 4];
        let mut len = 0;
        for byte in some.iter().flat_map(|cid| cid.to_be_bytes()) {
            let written = ESCAPES[usize::from(byte)];
            buffer[len] = b'\\';
            len += usize::from(written.behind);
            buffer[len] = written.byte;
            len += 1;
        }
        out.extend_from_slice(&buffer[..len]);
    }
    out.push(b')');
}

/// How a byte is written in a string.
#[derive(Clone, Copy)]
struct Escape {
    byte: u8,
    /// Whether it stands behind a backslash.
    behind: bool,
}

const ESCAPES: [Escape; 256] = {
    let mut table = [Escape { byte: 0, behind: false }; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'(' | b')' | b'\\' => Escape { byte, behind: true },
            b'\r' => Escape { byte: b'r', behind: true },
            b'\n' => Escape { byte: b'n', behind: true },
            _ => Escape { byte, behind: false },
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};
