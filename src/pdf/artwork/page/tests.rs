use super::{Area, Page};
use crate::diag::Findings;
use crate::pdf::{Deflater, Plates};

/// A PDF file of these objects, numbered from 1; the first is the catalog.
pub(super) fn pdf_with(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.6\n".to_vec();
    let mut offsets = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n", n + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    out.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes(),
    );
    for offset in offsets {
        out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let size = objects.len() + 1;
    let end = format!("trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n");
    out.extend_from_slice(end.as_bytes());
    out
}

pub(super) fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{entries}/Length {}>>\nstream\n", data.len()).into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(b"\nendstream");
    out
}

pub(super) fn deflated(data: &[u8]) -> Vec<u8> {
    stream("/Filter/FlateDecode", Deflater::for_once().deflate(data))
}

/// A file of one page with these entries and this content; more objects have numbers from 5.
pub(super) fn pdf(page: &str, content: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 200 100]>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R{page}>>").into_bytes(),
        stream("", content.as_bytes()),
    ];
    objects.extend_from_slice(more);
    pdf_with(&objects, "")
}

pub(super) fn read(data: &[u8]) -> Result<Page, Findings> {
    Page::from_pdf("art.pdf", data, (1, Area::Crop), Plates::Grey, &mut Findings::new())
}

/// The objects of a page, with references as `@n`.
#[track_caller]
pub(super) fn objects(data: &[u8]) -> Vec<String> {
    let page = read(data).unwrap_or_else(|findings| panic!("{findings:?}"));
    let ids: Vec<u32> = (0..u32::try_from(page.objects.len()).expect("few")).collect();
    let show = |copied: &super::Copied| {
        let mut body = Vec::new();
        copied.render(&ids, &mut body);
        String::from_utf8_lossy(&body).into_owned()
    };
    page.objects.iter().map(show).collect()
}

/// Codes and messages of what is refused.
#[track_caller]
pub(super) fn refused(data: &[u8]) -> Vec<String> {
    let findings = read(data).expect_err("refused");
    findings.iter().map(|finding| format!("{} {}", finding.code.0, finding.message)).collect()
}

#[track_caller]
pub(super) fn refused_as(data: &[u8], expected: &str) {
    let found = refused(data);
    assert!(found.len() == 1 && found[0].contains(expected), "{expected}: {found:?}");
}

#[test]
fn a_page_becomes_a_form() {
    let data = pdf("/Resources<<>>", "0 g 0 0 10 10 re f", &[]);
    assert_eq!(
        objects(&data),
        ["/Type/XObject/Subtype/Form/BBox[0 0 200 100]/Matrix[1 0 0 1 0 0]/Resources<<>>\
          /Filter/FlateDecode"]
    );
    assert_eq!(read(&data).expect("a page").size, [200_000, 100_000]);
}

#[test]
fn boxes_turns_and_resources_are_inherited() {
    let objects_of = |page: &str| {
        let objects = [
            b"<</Pages 2 0 R>>".to_vec(),
            b"<</Kids[3 0 R]/MediaBox[10 20 210.5 120.25]/Rotate 90/Resources 5 0 R>>".to_vec(),
            format!("<</Contents[4 0 R 4 0 R]{page}>>").into_bytes(),
            deflated(b"/GS0 gs"),
            b"<</ExtGState<</GS0<</LW 1.50/TR/Identity/SMask/None>>/GS1<</LW 2>>>>/ProcSet[/PDF]>>"
                .to_vec(),
        ];
        pdf_with(&objects, "")
    };
    let data = objects_of("");
    assert_eq!(
        objects(&data),
        ["/Type/XObject/Subtype/Form/BBox[10 20 210.5 120.25]/Matrix[0 -1 1 0 -20 210.5]\
          /Resources<</ExtGState<</GS0<</LW 1.5/SMask/None>>>>>>/Filter/FlateDecode"]
    );
    assert_eq!(read(&data).expect("a page").size, [100_250, 200_500]);
    let boxes = "/CropBox[20 100 120 30]/TrimBox[30 40 100 90]/BleedBox[0 0 500 500]/Rotate -180";
    let data = objects_of(boxes);
    let size = |area| {
        let page = Page::from_pdf("a.pdf", &data, (1, area), Plates::Grey, &mut Findings::new())
            .expect("a page");
        page.size
    };
    assert_eq!(size(Area::Crop), [100_000, 70_000]);
    assert_eq!(size(Area::Trim), [70_000, 50_000]);
    assert_eq!(size(Area::Bleed), [200_500, 100_250]);
    assert_eq!(size(Area::Media), [200_500, 100_250]);
    assert!(objects(&data)[0].contains("/BBox[20 30 120 100]/Matrix[-1 0 0 -1 120 100]"));
}

#[test]
fn what_is_used_is_copied_once_and_the_rest_left() {
    let more = [
        stream(
            "/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</B 6 0 R>>>>/StructParents 3",
            b"/B Do",
        ),
        stream(
            "/Subtype/Image/Width 2/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/SMask 7 0 R\
             /Filter/AHx/Metadata 8 0 R",
            b"00ff>",
        ),
        stream(
            "/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/Filter[/A85/DCT]",
            b"87cUR~>",
        ),
        stream("/Type/Metadata", b"<x/>"),
    ];
    let page = "/Resources<</XObject<</A 5 0 R/B 6 0 R/C 8 0 R/#20 5 0 R>>>>";
    let written = objects(&pdf(page, "/A Do /B Do /#20 Do", &more));
    assert_eq!(
        written,
        [
            "/Type/XObject/Subtype/Form/BBox[0 0 200 100]/Matrix[1 0 0 1 0 0]\
             /Resources<</XObject<</#20 1 0 R/A 1 0 R/B 2 0 R>>>>/Filter/FlateDecode",
            "/Subtype/Form/BBox[ 0 0 9 9]/Resources<</XObject<</B 2 0 R>>>>/Filter/FlateDecode",
            "/Subtype/Image/Width 2/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/SMask 3 0 R\
             /Filter/FlateDecode",
            "/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/Filter/DCTDecode",
        ]
    );
    let page = read(&pdf(page, "/A Do /B Do /#20 Do", &more)).expect("a page");
    assert_eq!(page.objects[3].data.as_deref(), Some(&b"Hell"[..]));
}

#[test]
fn what_does_more_than_show_is_refused() {
    let catalog = |entries: &str| {
        let objects = [
            format!("<</Pages 2 0 R{entries}>>").into_bytes(),
            b"<</Kids[3 0 R]/MediaBox[0 0 9 9]>>".to_vec(),
            b"<<>>".to_vec(),
        ];
        pdf_with(&objects, "")
    };
    assert!(read(&catalog("/OpenAction[3 0 R/Fit]/AcroForm<</Fields[]>>/Names<<>>")).is_ok());
    for (entries, message) in [
        ("/Names<</JavaScript 9 0 R>>", "scripts or actions"),
        ("/OpenAction<</S/JavaScript/JS(x)>>", "scripts or actions"),
        ("/AA<<>>", "scripts or actions"),
        ("/AcroForm<</Fields[3 0 R]>>", "fields to be filled in"),
        ("/AcroForm<</XFA 3 0 R>>", "fields to be filled in"),
    ] {
        refused_as(&catalog(entries), message);
    }
    for (page, message) in [
        ("/AA<<>>", "the page has actions"),
        ("/Annots[<</Subtype/Link>>]", "annotations"),
        ("/UserUnit 2", "scaled by a unit"),
        ("/Rotate 45", "odd angle"),
        ("/MediaBox[0 0 0 100]", "has no size"),
        ("/MediaBox[0 0 1e5 100]", "cannot be read"),
        ("/MediaBox[0 0 100000 100]", "has no size"),
    ] {
        refused_as(&pdf(page, "", &[]), message);
    }
    let encrypted = pdf_with(&[b"<</Pages 2 0 R>>".to_vec()], "/Encrypt<</Filter/Standard>>");
    refused_as(&encrypted, "E709 the PDF file is encrypted");
    refused_as(
        &pdf("/Resources<</XObject<</A 5 0 R>>>>", "/A Do", &[stream("/F(x)", b"")]),
        "another file",
    );
    refused_as(
        &pdf("/Resources<</XObject<</A 5 0 R>>>>", "/A Do", &[stream("/Subtype/PS", b"")]),
        "PostScript",
    );
    let two =
        "/Resources<</Font<</A<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>/B 5 0 R/C 6 0 R>>>>";
    let fonts = [
        b"<</Type/Font/Subtype/Type0/BaseFont/X/DescendantFonts[7 0 R]>>".to_vec(),
        b"<</Type/Font/Subtype/TrueType/BaseFont/Y>>".to_vec(),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Z/FontDescriptor<</Type/FontDescriptor>>>>"
            .to_vec(),
    ];
    assert_eq!(
        refused(&pdf(two, "BT /A 9 Tf /B 9 Tf ET", &fonts)),
        ["E709 the font `Helvetica` is not embedded", "E709 the font `Z` is not embedded"]
    );
    let layer = "/Resources<</Properties<</L<</Type/OCG>>>>>>";
    assert!(read(&pdf(layer, "/OC /L BDC EMC", &[])).is_ok());
    let data = String::from_utf8(pdf(layer, "/OC /L BDC EMC", &[])).expect("text");
    let hidden = [
        b"<</Pages 2 0 R/OCProperties<</D<</OFF[3 0 R]>>>>>>".to_vec(),
        b"<</Kids[3 0 R]/MediaBox[0 0 9 9]>>".to_vec(),
        format!("<</Contents 4 0 R{layer}>>").into_bytes(),
        stream("", b"/OC /L BDC EMC"),
    ];
    refused_as(&pdf_with(&hidden, ""), "layers that are switched off");
    assert!(data.contains("/OC /L"));
    refused_as(&pdf("", "/Nothing Do", &[]), "the page uses `Nothing`");
}

/// The findings about the colours of a page for a press with black only, and with four inks.
fn colours(page: &str, content: &str, more: &[Vec<u8>]) -> [String; 2] {
    [Plates::Grey, Plates::Cmyk].map(|plates| {
        let mut doubts = Findings::new();
        let data = pdf(page, content, more);
        let read = Page::from_pdf("art.pdf", &data, (1, Area::Crop), plates, &mut doubts);
        let found = read.err().unwrap_or(doubts);
        let line = |finding: &crate::diag::Diagnostic| {
            let colours = finding.message.rsplit_once(": ").expect("colours").1;
            format!("{} {colours}", finding.code)
        };
        found.iter().map(line).collect()
    })
}

#[test]
fn colours_that_the_press_has_not_are_refused_and_others_doubted() {
    let space =
        |space: &str| colours(&format!("/Resources<</ColorSpace<</C {space}>>>>"), "/C cs", &[]);
    let ways = |found: [String; 2], grey: &str, cmyk: &str| assert_eq!(found, [grey, cmyk]);
    ways(colours("", "0 g 0 0 0 1 k", &[]), "", "");
    ways(colours("", "0 0 0 rg 1 1 1 RG", &[]), "", "");
    ways(colours("", "1 0 0 rg 1 0 0 0 k", &[]), "W712 DeviceCMYK, DeviceRGB", "E713 DeviceRGB");
    ways(colours("", "1 0 0 0 k", &[]), "W712 DeviceCMYK", "");
    ways(colours("", "BI /CS /CMYK ID a EI", &[]), "E713 DeviceCMYK", "");
    ways(space("[/Separation/Black/DeviceCMYK 9 0 R]"), "", "");
    ways(space("[/Indexed/DeviceGray 1<00ff>]"), "", "");
    let spot = "spot colour `DIC 123`";
    ways(
        space("[/Separation/DIC#20123/DeviceCMYK 9 0 R]"),
        &format!("E713 {spot}"),
        &format!("W712 {spot}"),
    );
    ways(
        space("[/Separation/DIC#20123[/Lab<</WhitePoint[.96 1 .82]>>]9 0 R]"),
        &format!("W712 {spot}"),
        &format!("W712 {spot}"),
    );
    ways(
        space("[/Indexed[/DeviceN[/Cyan/Black]/DeviceCMYK 9 0 R]1<00ff>]"),
        "E713 inks `Cyan`",
        "W712 inks `Cyan`",
    );
    ways(space("[/DeviceN[/Black]/DeviceCMYK 9 0 R]"), "E713 inks of black", "");
    let profile = [stream("/N 3", b"")];
    let icc = "/Resources<</ColorSpace<</C[/ICCBased 5 0 R]>>>>";
    ways(colours(icc, "/C cs", &profile), "W712 ICC profile of RGB", "W712 ICC profile of RGB");
    let blended =
        |space: &str| colours(&format!("/Group<</S/Transparency/CS/{space}>>"), "0 g", &[]);
    ways(blended("DeviceRGB"), "", "E713 transparency blended in DeviceRGB");
    ways(blended("DeviceCMYK"), "", "");
    let image = |space: &str| {
        let entries = format!("/Subtype/Image/Width 1/Height 1/ColorSpace/{space}");
        let image = [stream(&entries, b"abcd")];
        colours("/Resources<</XObject<</I 5 0 R>>>>", "/I Do", &image)
    };
    ways(image("DeviceRGB"), "E713 DeviceRGB", "E713 DeviceRGB");
    ways(image("DeviceCMYK"), "E713 DeviceCMYK", "");
    let drawn = "/Resources<</Font<</T<</Type/Font/Subtype/Type3/CharProcs<</a 5 0 R>>>>>>>>";
    let glyph = [stream("", b"9 0 d0 0 0 0 1 k 0 0 1 1 re f")];
    ways(colours(drawn, "BT /T 9 Tf ET", &glyph), "E713 colours of a font's own characters", "");
}

#[test]
fn black_of_four_inks_is_copied_as_grey() {
    let page = "/Group<</S/Transparency/CS/DeviceCMYK>>/Resources<</ColorSpace<</C \
                [/Separation/Black/DeviceCMYK 9 0 R]>>>>";
    let data = pdf(page, "/C cs 1 scn 0 0 0 .5 k", &[]);
    let copied = |plates| {
        let read = Page::from_pdf("a.pdf", &data, (1, Area::Crop), plates, &mut Findings::new());
        let objects = read.expect("a page").objects;
        let mut content = vec![0; 100];
        let mut inflater = libdeflater::Decompressor::new();
        let data = objects[0].data.as_ref().expect("a form");
        let length = inflater.zlib_decompress(data, &mut content).expect("a zlib stream");
        content.truncate(length);
        let body = String::from_utf8_lossy(&objects[0].body).into_owned();
        (body, String::from_utf8(content).expect("text"))
    };
    let (body, content) = copied(Plates::Grey);
    assert_eq!(content, "/C cs 1 scn .5 g");
    assert!(body.contains("/CS/DeviceGray") && !body.contains("CMYK"), "{body}");
    assert!(body.contains("[/Separation/Black/DeviceGray<</FunctionType 2"), "{body}");
    let (body, content) = copied(Plates::Cmyk);
    assert_eq!(content, "/C cs 1 scn 0 0 0 .5 k");
    assert!(body.contains("/CS/DeviceCMYK"), "{body}");
}

#[test]
fn a_page_that_is_not_there_is_said_so() {
    let data = pdf("", "", &[]);
    let found =
        Page::from_pdf("art.pdf", &data, (2, Area::Crop), Plates::Grey, &mut Findings::new());
    let found = found.expect_err("refused");
    let messages: Vec<&str> = found.iter().map(|finding| &*finding.message).collect();
    assert_eq!(messages, ["there is no page 2: the PDF file has 1"]);
}
