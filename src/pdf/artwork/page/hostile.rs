//! Files that would take much time or memory, or lead a reader in circles.

use super::tests::{deflated, objects, pdf, pdf_with, read, refused_as, stream};

/// A file of these bytes, whose table says where its objects are.
fn pdf_at(body: &[u8], places: &[(usize, usize)]) -> Vec<u8> {
    let mut out = [body, b"\n"].concat();
    let start = out.len();
    out.extend_from_slice(b"xref\n");
    for (number, at) in places {
        out.extend_from_slice(format!("{number} 1\n{at:010} 00000 n \n").as_bytes());
    }
    let end = format!("trailer\n<</Size 9/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    out.extend_from_slice(end.as_bytes());
    out
}

/// A file whose cross-references are a stream: objects from 1 on as they are, and then those that
/// are packed into one object stream, whose content is given with its index.
fn pdf_packed(plain: &[Vec<u8>], numbers: &[usize], index: &str, content: &[u8]) -> Vec<u8> {
    let mut out = b"%PDF-1.6\n".to_vec();
    let (mut rows, container) = (vec![0; 4], plain.len() + 1);
    let place = |at: usize| [&[1], &u32::try_from(at).expect("small").to_be_bytes()[1..]].concat();
    let packed = [index.as_bytes(), content].concat();
    let entries =
        format!("/Type/ObjStm/N {}/First {}/Filter/FlateDecode", numbers.len(), index.len());
    let packed = super::tests::stream(&entries, crate::pdf::Deflater::for_once().deflate(&packed));
    for (n, object) in plain.iter().chain([&packed]).enumerate() {
        rows.extend(place(out.len()));
        out.extend_from_slice(format!("{} 0 obj\n", n + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    for number in numbers {
        let container = u8::try_from(container).expect("few objects");
        rows.extend([2, 0, 0, container]);
        assert_eq!(rows.len() >> 2, number + 1, "numbers follow those of the other objects");
    }
    let start = out.len();
    let (number, size) = (rows.len() >> 2, rows.len() >> 2);
    let entries = format!("/Type/XRef/W[1 3 0]/Size {size}/Root 1 0 R");
    out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
    out.extend_from_slice(&stream(&entries, &rows));
    out.extend_from_slice(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

/// A page whose content is an object with a length that is packed.
fn leaf(content: &[u8]) -> [Vec<u8>; 4] {
    [
        b"<</Pages 2 0 R>>".to_vec(),
        b"<</Kids[3 0 R]/MediaBox[0 0 9 9]>>".to_vec(),
        b"<</Contents 4 0 R/Resources 7 0 R>>".to_vec(),
        [b"<</Length 6 0 R>>\nstream\n", content, b"\nendstream"].concat(),
    ]
}

#[test]
fn packed_objects_and_packed_lengths_are_read() {
    let state = b"7 <</ExtGState<</G<</LW 2>>>>>>";
    let file = pdf_packed(&leaf(b"/G gs 0"), &[6, 7], "6 0 7 2 ", state);
    assert_eq!(
        objects(&file),
        ["/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Matrix[1 0 0 1 0 0]\
          /Resources<</ExtGState<</G<</LW 2>>>>>>/Filter/FlateDecode"]
    );
    let wrong = pdf_packed(&leaf(b"/G gs 01"), &[6, 7], "6 0 7 2 ", state);
    refused_as(&wrong, "a stream does not end");
    for index in ["6 0 7 x ", "6 0 7 99 ", "6 0 7 ", "6 0 7 3 "] {
        refused_as(&pdf_packed(&leaf(b"/G gs 0"), &[6, 7], index, state), "E708");
    }
}

#[test]
fn what_lies_within_each_other_is_counted_each_time() {
    // Objects in the comments of others, all of which end with the same long object.
    for long in ["0 ".repeat(50_000), format!("({})", "x".repeat(200_000))] {
        let (mut body, mut places) = (b"%PDF-1.6\n".to_vec(), Vec::new());
        for n in 1..1000 {
            places.push((n, body.len()));
            body.extend_from_slice(format!("{n} 0 obj %").as_bytes());
        }
        body.extend_from_slice(format!("\n[{long}]\nendobj").as_bytes());
        refused_as(&pdf_at(&body, &places), "E710");
    }
    // Streams in streams.
    let (mut body, mut places) = (b"%PDF-1.6\n".to_vec(), Vec::new());
    let long = vec![b' '; 1 << 20];
    for n in 1..200 {
        places.push((n, body.len()));
        let rest = long.len() + (199 - n) * 37;
        let head = format!("{n:03} 0 obj<</Length {rest:09}>>stream\n");
        assert_eq!(head.len(), 37);
        body.extend_from_slice(head.as_bytes());
    }
    body.extend_from_slice(&long);
    body.extend_from_slice(b"\nendstream");
    refused_as(&pdf_at(&body, &places), "E710");
    // Many numbers for one object.
    let places: Vec<(usize, usize)> = (1..1000).map(|n| (n, 9)).collect();
    refused_as(&pdf_at(b"%PDF-1.6\n1 0 obj<<>>endobj", &places), "not where");
    // Many packed objects that are one.
    let index = "7 0 ".repeat(1000);
    let long = format!("[{}]", "0 ".repeat(10_000));
    refused_as(&pdf_packed(&leaf(b""), &[6, 7], &index, long.as_bytes()), "E710");
}

#[test]
fn lengths_do_not_lead_from_stream_to_stream() {
    let chain = |n: usize| format!("<</Length {} 0 R>>\nstream\nx\nendstream", n + 1);
    let chain: Vec<Vec<u8>> = (1..5000).map(|n| chain(n).into_bytes()).collect();
    refused_as(&pdf_with(&chain, ""), "a stream has no length");
    let real = [b"<</Length 1.0>>\nstream\nx\nendstream".to_vec()];
    refused_as(&pdf("", "", &real), "no whole number");
}

#[test]
fn streams_that_become_too_much_are_refused() {
    let zeros = crate::pdf::Deflater::for_once().deflate(&vec![0; 120 << 20]).to_vec();
    // Cross-references, packed objects, content, an image; each once and in two layers.
    let mut file = b"%PDF-1.6\n1 0 obj\n".to_vec();
    let entries = "/Type/XRef/W[1 3 0]/Size 9/Root 1 0 R/Filter/FlateDecode";
    file.extend_from_slice(&stream(entries, &zeros));
    file.extend_from_slice(b"\nendobj\nstartxref\n9\n%%EOF\n");
    refused_as(&file, "its cross-references are damaged");
    let twice = crate::pdf::Deflater::for_once().deflate(&zeros).to_vec();
    for (filter, data) in
        [("/FlateDecode", &zeros), ("[/FlateDecode/FlateDecode]", &twice), ("[/Fl/AHx]", &zeros)]
    {
        let image = format!("/Subtype/Image/Width 1/Height 1/Filter{filter}");
        let page = "/Resources<</XObject<</A 5 0 R>>>>";
        let file = pdf(page, "/A Do", &[stream(&image, data)]);
        let code = if filter.contains("AHx") { "E7" } else { "E710" };
        refused_as(&file, code);
        let form = format!("/Subtype/Form/BBox[0 0 9 9]/Filter{filter}");
        refused_as(&pdf(page, "/A Do", &[stream(&form, data)]), code);
    }
    let image = "/Subtype/Image/Width 1/Height 1/Filter/FlateDecode/DecodeParms\
                 <</Predictor 12/Columns 1048576/Colors 32/BitsPerComponent 16>>";
    let image = stream(image, &zeros[..1000]);
    refused_as(&pdf("/Resources<</XObject<</A 5 0 R>>>>", "/A Do", &[image]), "E708");
    let damaged = deflated(b"0 g 0 0 9 9 re f");
    let at = damaged.len() - 12;
    let mut damaged = damaged;
    damaged[at] ^= 1;
    let page = "/Resources<</Font<</F<</Subtype/Type3/CharProcs<</a 5 0 R>>>>>>>>";
    let page = page.replace("/Subtype", "/Type/Font/Subtype");
    refused_as(&pdf(&page, "/F 9 Tf", &[damaged]), "a stream is damaged");
}

#[test]
fn nesting_is_bounded() {
    for deep in ["[".repeat(100_000), "(".repeat(100_000), "<</A".repeat(100_000)] {
        assert!(read(&pdf("", "", &[deep.into_bytes()])).is_err());
    }
    let deep = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n)).into_bytes();
    assert!(read(&pdf("", "", &[deep(40)])).is_ok());
    refused_as(&pdf("", "", &[deep(41)]), "too deep");
    refused_as(&pdf("", &format!("{} TJ", "[".repeat(100_000)), &[]), "E710");
    // Words that lopdf takes for several.
    refused_as(&pdf("", "", &[b"[nullnull]".to_vec()]), "cannot be read");
}

#[test]
fn circles_end() {
    let kids = [b"<</Pages 2 0 R>>".to_vec(), b"<</Kids[2 0 R]>>".to_vec()];
    refused_as(&pdf_with(&kids, ""), "its page tree runs in a circle");
    let mut chain = vec![b"<</Pages 2 0 R>>".to_vec()];
    chain.extend((3..200).map(|n| format!("<</Kids[{n} 0 R]>>").into_bytes()));
    refused_as(&pdf_with(&chain, ""), "its page tree is too deep");
    let xref = pdf_with(&[b"<<>>".to_vec()], "/Prev 9");
    refused_as(&xref, "cannot be read");
    let data = pdf_with(&[b"<<>>".to_vec()], "");
    let at = memchr::memmem::find(&data, b"xref\n").expect("a table");
    refused_as(&pdf_with(&[b"<<>>".to_vec()], &format!("/Prev {at}")), "run in a circle");
    let own = [stream("/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A 5 0 R>>>>", b"/A Do")];
    refused_as(&pdf("/Resources<</XObject<</A 5 0 R>>>>", "/A Do", &own), "part of itself");
    let length = [b"<</Length 5 0 R>>\nstream\nx\nendstream".to_vec()];
    refused_as(&pdf("/Resources 5 0 R", "", &length), "a stream has no length");
}

#[test]
fn bombs_are_refused_in_bounded_time_and_memory() {
    // A page of zeros, ten times as many as may be decoded.
    let zeros = deflated(&vec![b' '; 700 << 20 >> 3]);
    let content = pdf_with(
        &[
            b"<</Pages 2 0 R>>".to_vec(),
            b"<</Kids[3 0 R]/MediaBox[0 0 9 9]>>".to_vec(),
            b"<</Contents[4 0 R 4 0 R 4 0 R 4 0 R 4 0 R 4 0 R]>>".to_vec(),
            zeros,
        ],
        "",
    );
    refused_as(&content, "E710");
    // Values without end.
    let array = format!("[{}]", "0 ".repeat(600_000)).into_bytes();
    refused_as(&pdf("/Resources<</ColorSpace<</C 5 0 R>>>>", "/C cs", &[array]), "E710");
    let operands = format!("[{}] TJ", "0 ".repeat(200_000));
    refused_as(&pdf("", &operands, &[]), "E710");
    refused_as(&pdf("", &"/A ".repeat(200_000), &[]), "E710");
    // Forms that paint forms, ten times each.
    let mut forms = Vec::new();
    for n in 0..30 {
        let resources =
            format!("/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A {} 0 R>>>>", n + 6);
        forms.push(stream(&resources, "/A Do ".repeat(10).as_bytes()));
    }
    forms.push(stream("/Subtype/Form/BBox[0 0 9 9]", b"0 0 1 1 re f"));
    refused_as(&pdf("/Resources<</XObject<</A 5 0 R>>>>", "/A Do", &forms), "E710");
    // More entries than objects may be.
    let many = format!("%PDF-1.6\nxref\n0 99999999\n{}", "0000000000 00000 n \n".repeat(60_000));
    refused_as(format!("{many}startxref\n9\n%%EOF").as_bytes(), "E710");
    refused_as(&vec![b' '; (32 << 20) + 1], "E710");
    let image = "/Subtype/Image/Width 31000/Height 31000/ColorSpace/DeviceGray/Filter/DCTDecode";
    refused_as(&pdf("/Resources<</XObject<</A 5 0 R>>>>", "/A Do", &[stream(image, b"x")]), "E710");
}

#[test]
fn a_damaged_file_is_a_finding_wherever_it_is_damaged() {
    let more = [
        stream("/Subtype/Form/BBox[0 0 9 9]", b"0 g"),
        deflated(b"0 .5 g"),
        b"<</Type/Font/Subtype/Type3/CharProcs<</a 6 0 R>>/Resources<<>>>>".to_vec(),
    ];
    let page = "/Resources<</XObject<</A 5 0 R>>/Font<</F 7 0 R>>>>";
    let whole = pdf(page, "/A Do BT /F 9 Tf (a) Tj ET", &more);
    assert!(read(&whole).is_ok());
    for len in 0..whole.len() - 8 {
        assert!(read(&whole[..len]).is_err(), "cut at {len}");
    }
    // With any byte changed it is read or refused, and ends.
    for at in 0..whole.len() {
        for byte in [b'0', b'9', b' ', b'<', b'/', 0xFF] {
            let mut changed = whole.clone();
            changed[at] = byte;
            let _ = read(&changed);
        }
    }
}

/// Files of three ways to say where objects are.
fn seeds() -> Vec<Vec<u8>> {
    let leaflet = include_bytes!("../../../../tests/cases/artwork/leaflet.pdf").to_vec();
    let state = b"7 <</ExtGState<</G<</LW 2>>>>>>";
    let packed = pdf_packed(&leaf(b"/G gs 0"), &[6, 7], "6 0 7 2 ", state);
    let image =
        "/Subtype/Image/Width 2/Height 1/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 2>>";
    let image = stream(image, crate::pdf::Deflater::for_once().deflate(&[0, 1, 2]));
    let font = b"<</Type/Font/Subtype/Type3/CharProcs<</a 5 0 R>>/Resources<<>>>>".to_vec();
    let page = "/Resources<</XObject<</A 5 0 R>>/Font<</F 6 0 R>>>>";
    vec![leaflet, packed, pdf(page, "/A Do BT /F 9 Tf [(a) 2] TJ ET", &[image, font])]
}

proptest::proptest! {
    #[test]
    fn changed_files_are_read_or_refused(
        seed in 0_usize..3,
        edits in proptest::collection::vec(
            (proptest::num::usize::ANY, 0_u8..4, proptest::num::u8::ANY, 1_usize..40),
            1..12,
        ),
    ) {
        const WORDS: [&[u8]; 12] = [
            b"1 0 R", b" obj", b"<<", b">>", b"[", b"]", b"stream\n", b"endstream", b"%", b"(",
            b"/Length ", b"99999999",
        ];
        let mut file = seeds().swap_remove(seed);
        for (at, how, byte, len) in edits {
            let at = at % file.len();
            let end = (at + len).min(file.len());
            match how {
                0 => file[at] = byte,
                1 => {
                    let word = WORDS[usize::from(byte) % WORDS.len()];
                    let end = (at + word.len()).min(file.len());
                    file[at..end].copy_from_slice(&word[..end - at]);
                }
                2 => {
                    let part = file[at..end].to_vec();
                    let to = usize::from(byte) * 7 % file.len();
                    file.splice(to..to, part);
                }
                _ => drop(file.drain(at..end.min(file.len() - 1).max(at))),
            }
        }
        let _ = read(&file);
    }
}
