//! The `ToUnicode` `CMap` of a subset (ISO 32000-1, 9.10.3), in the classic layout that every reader
//! understands.

use super::Cid;
use super::cluster::Key;
use std::fmt::Write as _;

/// At most this many lines stand in one `bfchar` block (Adobe Technical Note #5014).
const BLOCK: usize = 100;

const HEAD: &str = "/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
";

const TAIL: &str = "endcmap
CMapName currentdict /CMap defineresource pop
end
end
";

/// The `CMap` from these characters, ascending, to their texts.
pub(super) fn cmap(texts: impl Iterator<Item = (Cid, Key)>) -> Vec<u8> {
    let texts: Vec<_> = texts.collect();
    let mut out = String::with_capacity(HEAD.len() + TAIL.len() + texts.len() * 16);
    out.push_str(HEAD);
    for block in texts.chunks(BLOCK) {
        line(&mut out, format_args!("{} beginbfchar", block.len()));
        for &(cid, key) in block {
            let mut utf16 = String::with_capacity(16);
            for c in key.chars() {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(utf16, "{unit:04X}").expect("writing to a string cannot fail");
                }
            }
            line(&mut out, format_args!("<{cid:04X}> <{utf16}>"));
        }
        out.push_str("endbfchar\n");
    }
    out.push_str(TAIL);
    out.into_bytes()
}

fn line(out: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_and_characters_beyond_the_basic_plane_are_utf16() {
        let ivs = Key::with(0x845B, 0xE0100).expect("a selector");
        let texts = [(1, Key::of(0x20)), (2, Key::of(0x2_0BB7)), (3, ivs)];
        let cmap = String::from_utf8(cmap(texts.into_iter())).expect("ASCII");
        assert!(cmap.starts_with(HEAD) && cmap.ends_with(TAIL));
        let lines = "3 beginbfchar\n<0001> <0020>\n<0002> <D842DFB7>\n<0003> <845BDB40DD00>\n";
        assert!(cmap.contains(lines), "{cmap}");
    }

    #[test]
    fn a_block_has_at_most_a_hundred_lines() {
        let texts = (1..=201).map(|cid| (cid, Key::of(u32::from(cid) + 0x4E00)));
        let cmap = String::from_utf8(cmap(texts)).expect("ASCII");
        let blocks: Vec<_> = cmap.lines().filter(|line| line.ends_with("beginbfchar")).collect();
        assert_eq!(blocks, ["100 beginbfchar", "100 beginbfchar", "1 beginbfchar"]);
    }
}
