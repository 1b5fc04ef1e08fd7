//! Press files as others read them: what PDF/X-4 asks of them, told by readers of other people; and
//! each of its rules broken in a file that the engine wrote, which verification must notice.

use crate::bundle_maker::{Bag, SOUND, bundle, seal};
use crate::judges;
use crate::program::{home_copy, tayori};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use std::fs;
use std::path::PathBuf;
use tayori::digest::Digest;
use tayori::package::{Manifest, Outcome, Report, paths, ticket_xjdf, verify};

/// Sheets that are cut, and sheets that are leaves, with document parts.
const LOT: &str = "data/lots/01-001.pdf";
const PARTS: &str = "data/lots/03-001.pdf";

fn write(name: &str, data: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join(name);
    fs::write(&path, data).expect("the disk takes it");
    (home, path)
}

fn reference(document: &Document, dictionary: &Dictionary, key: &str) -> ObjectId {
    let object = dictionary.get(key.as_bytes()).expect("a key");
    object.as_reference().unwrap_or_else(|_| panic!("{key} of {document:?} is a reference"))
}

/// The stream that the catalog names.
fn metadata(document: &Document) -> ObjectId {
    reference(document, document.catalog().expect("a catalog"), "Metadata")
}

fn intent(document: &Document) -> Dictionary {
    let intents = document.catalog().and_then(|catalog| catalog.get(b"OutputIntents"));
    let intents = intents.and_then(Object::as_array).expect("output intents");
    intents[0].as_dict().expect("a dictionary").clone()
}

fn profile(document: &Document) -> Vec<u8> {
    let id = reference(document, &intent(document), "DestOutputProfile");
    let stream = document.get_object(id).and_then(Object::as_stream).expect("a stream");
    stream.get_plain_content().expect("its bytes")
}

/// Every tag of a profile: name, type and content (ICC.1:2001-04, 6.2 and 6.5); panics where tags
/// lie outside the file, over each other, or where no word begins.
fn tags(profile: &[u8]) -> Vec<(String, String, Vec<u8>)> {
    let number = |at: usize| {
        u32::from_be_bytes(profile[at..at + 4].try_into().expect("four bytes")) as usize
    };
    assert_eq!(number(0), profile.len(), "the size");
    let mut end = 132 + number(128) * 12;
    let mut found = Vec::new();
    for tag in 0..number(128) {
        let place = 132 + tag * 12;
        let (offset, size) = (number(place + 4), number(place + 8));
        assert!(offset % 4 == 0 && offset == end, "tags follow each other at words");
        let data = &profile[offset..offset + size];
        end = (offset + size).next_multiple_of(4);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("ASCII");
        assert_eq!(data[4..8], [0; 4], "reserved");
        found.push((text(&profile[place..place + 4]), text(&data[..4]), data[8..].to_vec()));
    }
    assert_eq!(end, profile.len(), "nothing follows");
    found
}

#[test]
fn the_profile_of_black_is_one_of_a_press() {
    let document = Document::load_mem(&bundle(&SOUND).0[LOT]).expect("a PDF file");
    let profile = profile(&document);
    assert!(profile.len() < 400, "{}", profile.len());
    assert_eq!(profile[8..12], [2, 0x10, 0, 0], "version 2.1");
    assert_eq!(&profile[12..24], b"prtrGRAYXYZ ");
    assert_eq!(&profile[36..40], b"acsp");
    let white = [0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D];
    assert_eq!(profile[68..80], white, "the white of D50");
    let tags = tags(&profile);
    let kinds: Vec<(&str, &str)> = tags.iter().map(|(tag, kind, _)| (&**tag, &**kind)).collect();
    let all = [("desc", "desc"), ("cprt", "text"), ("wtpt", "XYZ "), ("kTRC", "curv")];
    assert_eq!(kinds, all);
    let [name, rights, paper, curve] = [0, 1, 2, 3].map(|n| tags[n].2.as_slice());
    let length = usize::from(name[3]);
    assert_eq!(&name[4..4 + length], b"Black ink only\0");
    assert_eq!(name.len(), 4 + length + 4 + 4 + 2 + 1 + 67, "three notations");
    assert_eq!(rights, b"No rights reserved\0");
    assert_eq!(paper, white);
    assert_eq!(curve, [0, 0, 0, 1, 1, 0xC0], "gamma 1.75");
    // Ghostscript's colour engine prints through it: black stays black and paper paper.
    let (home, path) = write("black.icc", &profile);
    let lot = home.path().join("lot.pdf");
    fs::write(&lot, &bundle(&SOUND).0[LOT]).expect("the disk takes it");
    let shown = home.path().join("shown.pgm");
    let text = |path: &std::path::Path| path.to_str().expect("UTF-8").to_owned();
    judges::silent(
        "gs",
        &[
            "-q",
            "-dPDFSTOPONWARNING",
            "-sDEVICE=pgmraw",
            "-r150",
            "-dLastPage=1",
            &format!("-sOutputICCProfile={}", text(&path)),
            &format!("--permit-file-read={}", text(&path)),
            "-o",
            &text(&shown),
            &text(&lot),
        ],
    );
    let shown = fs::read(&shown).expect("a raster");
    let samples = &shown[shown.len() - 1000 * 1000..];
    assert!(
        samples.contains(&0) && samples.iter().filter(|&&sample| sample > 250).count() > 900_000
    );
}

#[test]
fn others_read_what_the_file_says_of_itself() {
    let bag = bundle(&SOUND);
    let document = Document::load_mem(&bag.0[LOT]).expect("a PDF file");
    let stream = document.get_object(metadata(&document)).and_then(Object::as_stream);
    let (home, xmp) = write("xmp.xml", &stream.expect("a stream").content);
    let xmp = xmp.to_str().expect("UTF-8");
    judges::silent("xmllint", &["--noout", "--nonet", xmp]);
    let lot = home.path().join("lot.pdf");
    fs::write(&lot, &bag.0[LOT]).expect("the disk takes it");
    let lot = lot.to_str().expect("UTF-8");
    for (name, value) in [
        ("GTS_PDFXVersion", "PDF/X-4"),
        ("CreateDate", "2026-04-06T00:00:00+09:00"),
        ("title", "kasumigahara-property-tax-2026 01-001"),
        ("Trapped", "False"),
    ] {
        let path = format!("normalize-space(//*[local-name()='{name}'])");
        assert_eq!(judges::content("xmllint", &["--xpath", &path, xmp]).trim(), value);
    }
    let said = judges::content("pdfinfo", &["-box", "-isodates", lot]);
    for line in [
        "Title:           kasumigahara-property-tax-2026 01-001",
        "CreationDate:    2026-04-06T00:00:00+09",
        "ModDate:         2026-04-06T00:00:00+09",
        "Metadata Stream: yes",
        "JavaScript:      no",
        "PDF version:     1.6",
        "TrimBox:             0.00     0.00  1190.55   841.89",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    let said = judges::content("qpdf", &["--check", lot]);
    assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
    judges::silent("mutool", &["draw", "-q", "-N", "-r", "20", "-o", "/dev/null", lot, "1-4"]);
    judges::silent("gs", &["-q", "-dPDFSTOPONWARNING", "-sDEVICE=nullpage", "-o", "-", lot]);
}

/// What verification says of a bundle of which a press file was changed, with new digests.
fn changed_lot(lot: &str, edit: &dyn Fn(Vec<u8>) -> Vec<u8>) -> Report {
    let mut bag: Bag = bundle(&SOUND);
    let bytes = edit(bag.0.remove(lot).expect("a press file"));
    let mut manifest = Manifest::from_bytes(&bag.0[paths::MANIFEST]).expect("a manifest");
    let mut lots = manifest.runs.iter_mut().flat_map(|run| &mut run.lots);
    let info = lots.find(|info| info.file == lot).expect("a lot");
    (info.sha256, info.bytes) = (Digest::of(&bytes), bytes.len() as u64);
    bag.0.insert(lot.to_owned(), bytes);
    bag.0.insert(paths::MANIFEST.to_owned(), manifest.to_bytes());
    bag.0.insert(paths::TICKET.to_owned(), ticket_xjdf(&manifest));
    verify(&seal(&manifest, bag.0), &mut |_| {})
}

fn changed_bytes(edit: &dyn Fn(Vec<u8>) -> Vec<u8>) -> Report {
    changed_lot(LOT, edit)
}

/// The bytes of a file after a change to its objects.
fn rewritten(bytes: &[u8], edit: &dyn Fn(&mut Document)) -> Vec<u8> {
    let mut document = Document::load_mem(bytes).expect("a PDF file");
    edit(&mut document);
    let mut out = Vec::new();
    document.save_to(&mut out).expect("memory takes it");
    out
}

fn changed(edit: &dyn Fn(&mut Document)) -> Report {
    changed_bytes(&|bytes| rewritten(&bytes, edit))
}

/// The report has findings of conformance only, and they say `why`.
#[track_caller]
fn noticed(report: &Report, why: &str) {
    let failed = report.checks.iter().filter(|check| check.outcome == Outcome::Failed);
    let failed: Vec<&str> = failed.map(|check| check.id).collect();
    let said: Vec<&str> = report.findings.iter().map(|finding| &*finding.message).collect();
    assert_eq!(failed, ["conformance"], "{why}: {said:?}");
    assert!(report.findings.iter().all(|finding| finding.code.0 == "E815"), "{said:?}");
    assert!(said.iter().any(|said| said.contains(why)), "{why}: {said:?}");
}

#[track_caller]
fn is_noticed(why: &str, edit: &dyn Fn(&mut Document)) {
    noticed(&changed(edit), why);
}

fn catalog(document: &mut Document) -> &mut Dictionary {
    document.catalog_mut().expect("a catalog")
}

fn page_of(document: &mut Document) -> &mut Dictionary {
    let id = *document.get_pages().get(&3).expect("a page");
    document.get_object_mut(id).and_then(Object::as_dict_mut).expect("a page")
}

/// The font dictionary of a subtype.
fn font<'a>(document: &'a mut Document, subtype: &str) -> &'a mut Dictionary {
    let is = |object: &Object| {
        let subtype_of = object.as_dict().and_then(|font| font.get(b"Subtype")?.as_name());
        subtype_of.is_ok_and(|name| name == subtype.as_bytes())
    };
    let id = document.objects.iter().find(|(_, object)| is(object)).map(|(&id, _)| id);
    let id = id.expect("a font");
    document.get_object_mut(id).and_then(Object::as_dict_mut).expect("a font")
}

fn descriptor(document: &mut Document) -> &mut Dictionary {
    let is = |object: &Object| object.type_name().is_ok_and(|name| name == b"FontDescriptor");
    let id = document.objects.iter().find(|(_, object)| is(object)).map(|(&id, _)| id);
    document.get_object_mut(id.expect("one")).and_then(Object::as_dict_mut).expect("one")
}

/// Replaces a part of the metadata.
fn said(document: &mut Document, from: &str, to: &str) {
    let id = metadata(document);
    let stream = document.get_object_mut(id).and_then(Object::as_stream_mut).expect("a stream");
    let text = String::from_utf8(stream.content.clone()).expect("UTF-8");
    assert!(text.contains(from), "{from}: {text}");
    stream.set_content(text.replace(from, to).into_bytes());
}

fn information(document: &mut Document) -> &mut Dictionary {
    let id = reference(document, &document.trailer, "Info");
    document.get_object_mut(id).and_then(Object::as_dict_mut).expect("a dictionary")
}

/// Adds operators to the third page.
fn painted(document: &mut Document, operators: &str) {
    let id = *document.get_pages().get(&3).expect("a page");
    let content = document.get_page_content(id);
    let content = [&content[..], b"\n", operators.as_bytes()].concat();
    document.change_page_content(id, content).expect("a page");
}

fn set_intent(document: &mut Document, edit: &dyn Fn(&mut Dictionary)) {
    let mut intent = intent(document);
    edit(&mut intent);
    catalog(document).set("OutputIntents", vec![Object::Dictionary(intent)]);
}

fn set_profile(document: &mut Document, edit: &dyn Fn(&mut Vec<u8>)) {
    let mut data = profile(document);
    edit(&mut data);
    let id = reference(document, &intent(document), "DestOutputProfile");
    let stream = Stream::new(dictionary! { "N" => 1 }, data);
    document.objects.insert(id, Object::Stream(stream));
}

fn add(document: &mut Document, object: impl Into<Object>) {
    document.add_object(object.into());
}

#[test]
fn a_file_that_was_only_written_anew_is_sound() {
    for lot in [LOT, PARTS] {
        let report = changed_lot(lot, &|bytes| rewritten(&bytes, &|_| {}));
        let said: Vec<&str> = report.findings.iter().map(|finding| &*finding.message).collect();
        assert!(report.passed(), "{said:?}");
    }
}

#[test]
fn a_broken_frame_is_noticed() {
    noticed(&changed_bytes(&|bytes| [b"%PDF-1.7", &bytes[8..]].concat()), "PDF 1.6");
    let update = |bytes: Vec<u8>| {
        let start = bytes.len() - 40;
        let tail = String::from_utf8_lossy(&bytes[start..]).into_owned();
        let tail = &tail[tail.find("startxref").expect("near the end")..];
        [&bytes, tail.as_bytes()].concat()
    };
    noticed(&changed_bytes(&update), "changed after");
    is_noticed("no identifiers", &|d| drop(d.trailer.remove(b"ID")));
    is_noticed("has `OpenAction`", &|d| {
        catalog(d).set("OpenAction", dictionary! { "S" => "Named", "N" => "Print" });
    });
    is_noticed("has `AcroForm`", &|d| catalog(d).set("AcroForm", Dictionary::new()));
    is_noticed("has `Names`", &|d| catalog(d).set("Names", Dictionary::new()));
    is_noticed("preferences has `ViewArea`", &|d| {
        catalog(d).set("ViewerPreferences", dictionary! { "ViewArea" => "CropBox" });
    });
}

#[test]
fn a_broken_output_intent_is_noticed() {
    is_noticed("exactly one", &|d| drop(catalog(d).remove(b"OutputIntents")));
    is_noticed("exactly one", &|d| {
        let intent = Object::Dictionary(intent(d));
        catalog(d).set("OutputIntents", vec![intent.clone(), intent]);
    });
    is_noticed("not that of PDF/X", &|d| set_intent(d, &|intent| intent.set("S", "GTS_PDFA1")));
    is_noticed("which printing condition", &|d| set_intent(d, &|i| drop(i.remove(b"Info"))));
    is_noticed("which printing condition", &|d| {
        set_intent(d, &|i| i.set("OutputConditionIdentifier", Object::string_literal("")));
    });
    is_noticed("no profile", &|d| set_intent(d, &|i| drop(i.remove(b"DestOutputProfile"))));
    let of_screen = |data: &mut Vec<u8>| data[12..16].copy_from_slice(b"mntr");
    is_noticed("not that of a press", &|d| set_profile(d, &of_screen));
    is_noticed("not that of a press", &|d| set_profile(d, &|data| data.truncate(300)));
    let of_rgb = |data: &mut Vec<u8>| data[16..20].copy_from_slice(b"RGB ");
    is_noticed("other inks", &|d| set_profile(d, &of_rgb));
    let of_cmyk = |data: &mut Vec<u8>| data[16..20].copy_from_slice(b"CMYK");
    is_noticed("other inks", &|d| set_profile(d, &of_cmyk));
}

#[test]
fn broken_metadata_are_noticed() {
    for (from, to, why) in [
        (">PDF/X-4<", ">PDF/X-4p<", "`pdfxid:GTS_PDFXVersion`"),
        ("<xmp:CreateDate>2026", "<xmp:CreateDate>2025", "`xmp:CreateDate`"),
        ("+09:00</xmp:ModifyDate>", "Z</xmp:ModifyDate>", "`xmp:ModifyDate`"),
        ("01-001<", "01-002<", "`dc:title`"),
        ("<pdf:Trapped>False", "<pdf:Trapped>Unknown", "`pdf:Trapped`"),
        ("<xmpMM:DocumentID>uuid:", "<xmpMM:DocumentID>", "`xmpMM:DocumentID`"),
        ("<xmpMM:VersionID>1</xmpMM:VersionID>", "", "`xmpMM:VersionID`"),
        ("<pdf:Producer>", "<pdf:Keywords>a</pdf:Keywords><pdf:Producer>", "`pdf:Keywords`"),
        ("<pdf:Producer>Tayori", "<pdf:Producer>Other", "`pdf:Producer`"),
        ("</rdf:RDF>", "", "its metadata:"),
        (
            "<x:xmpmeta",
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x:xmpmeta",
            "its metadata:",
        ),
    ] {
        is_noticed(why, &|d| said(d, from, to));
    }
    is_noticed("there are none", &|d| drop(catalog(d).remove(b"Metadata")));
    is_noticed("no plain XML", &|d| {
        let id = metadata(d);
        let stream = d.get_object_mut(id).and_then(Object::as_stream_mut).expect("a stream");
        stream.compress().expect("a stream");
    });
    is_noticed("no document information", &|d| drop(d.trailer.remove(b"Info")));
    let other = "something else than its metadata";
    is_noticed(other, &|d| information(d).set("Trapped", "True"));
    is_noticed(other, &|d| information(d).set("Title", Object::string_literal("other")));
    let date = Object::string_literal("D:20260407000000+09'00'");
    is_noticed(other, &|d| information(d).set("ModDate", date.clone()));
    is_noticed("has `Author`", &|d| {
        information(d).set("Author", Object::string_literal("somebody"));
    });
}

#[test]
fn broken_pages_are_noticed() {
    let trim = "its trim box";
    is_noticed(trim, &|d| drop(page_of(d).remove(b"TrimBox")));
    let whole = || vec![0.into(), 0.into(), Object::Real(1275.59), Object::Real(907.087)];
    is_noticed(trim, &|d| page_of(d).set("TrimBox", whole()));
    is_noticed("page 3 has `ArtBox`", &|d| page_of(d).set("ArtBox", whole()));
    is_noticed("page 3 has `CropBox`", &|d| page_of(d).set("CropBox", whole()));
    is_noticed("page 3 has `Rotate`", &|d| page_of(d).set("Rotate", 90));
    is_noticed("page 3 has `UserUnit`", &|d| page_of(d).set("UserUnit", 2));
    is_noticed("page 3 has `Annots`", &|d| page_of(d).set("Annots", Vec::<Object>::new()));
    is_noticed("has actions", &|d| page_of(d).set("AA", Dictionary::new()));
}

#[test]
fn broken_fonts_are_noticed() {
    is_noticed("is not embedded", &|d| drop(descriptor(d).remove(b"FontFile2")));
    is_noticed("which glyphs", &|d| drop(font(d, "CIDFontType2").remove(b"CIDToGIDMap")));
    let name = "has no text for its characters";
    is_noticed(name, &|d| descriptor(d).set("FontName", "ABCDEF+Other"));
    is_noticed(name, &|d| font(d, "CIDFontType2").set("BaseFont", "ABCDEF+Other"));
    is_noticed(name, &|d| font(d, "Type0").set("Encoding", "Identity-V"));
    is_noticed("is not embedded", &|d| {
        add(d, dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    });
    // Without text no mark can be read either.
    let report = changed(&|d| drop(font(d, "Type0").remove(b"ToUnicode")));
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.0).collect();
    assert!(codes.contains(&"E815") && codes.contains(&"E811"), "{codes:?}");
}

#[test]
fn colours_that_the_intent_does_not_cover_are_noticed() {
    for (operators, space) in [
        ("1 0 0 rg", "DeviceRGB"),
        ("0 0 0 RG", "DeviceRGB"),
        ("0 0 0 1 k", "DeviceCMYK"),
        ("/DeviceCMYK CS", "DeviceCMYK"),
        ("BI /W 1 /H 1 /BPC 8 /CS /RGB ID abc\nEI", "DeviceRGB"),
    ] {
        is_noticed(&format!("a page paints in {space}"), &|d| painted(d, operators));
    }
    let form = |content: &str| {
        let entries = dictionary! { "Type" => "XObject", "Subtype" => "Form" };
        Stream::new(entries, content.as_bytes().to_vec())
    };
    is_noticed("paints in DeviceRGB", &|d| add(d, form("0 0 1 rg")));
    is_noticed("paints in DeviceCMYK", &|d| add(d, form("q /DeviceCMYK cs Q")));
    is_noticed("cannot be read", &|d| add(d, form("Q Q (")));
    is_noticed("paints in DeviceRGB", &|d| {
        let entries = dictionary! { "Subtype" => "Image", "ColorSpace" => "DeviceRGB" };
        add(d, Stream::new(entries, Vec::new()));
    });
    is_noticed("paints in DeviceCMYK", &|d| {
        add(d, vec!["Separation".into(), "Gold".into(), "DeviceCMYK".into(), Object::Null]);
    });
    is_noticed("paints in DeviceRGB", &|d| {
        let group = dictionary! { "S" => "Transparency", "CS" => "DeviceRGB" };
        add(d, dictionary! { "Group" => group });
    });
    // What stands for a profile, where profiles are not known, paints nothing.
    let report = changed(&|d| {
        let entries = dictionary! { "N" => 3, "Alternate" => "DeviceRGB" };
        add(d, Stream::new(entries, Vec::new()));
    });
    assert!(report.passed());
}

#[test]
fn what_acts_or_refers_elsewhere_is_noticed() {
    let name = |key: &str, value: &str| {
        let mut dictionary = Dictionary::new();
        dictionary.set(key, value);
        dictionary
    };
    for (dictionary, why) in [
        (dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("1") }, "a script"),
        (dictionary! { "S" => "URI" }, "an action"),
        (name("Type", "Annot"), "an annotation"),
        (name("Type", "Filespec"), "another file"),
        (dictionary! { "EF" => Dictionary::new() }, "an embedded file"),
        (dictionary! { "TR" => "Identity" }, "a transfer function"),
        (dictionary! { "Type" => "ExtGState", "TR2" => "Identity" }, "a transfer function"),
        (dictionary! { "BM" => "Glow" }, "blend mode"),
        (dictionary! { "HTP" => vec![0.into(), 0.into()] }, "the phase of a screen"),
        (dictionary! { "OPI" => Dictionary::new() }, "put in later"),
        (dictionary! { "Alternates" => Vec::<Object>::new() }, "alternate images"),
    ] {
        is_noticed(why, &|d| add(d, dictionary.clone()));
    }
    for (entries, why) in [
        (name("Subtype", "PS"), "PostScript"),
        (dictionary! { "F" => Object::string_literal("a.bin") }, "another file"),
        (name("Filter", "LZWDecode"), "not for print"),
        (name("Filter", "Crypt"), "not for print"),
    ] {
        is_noticed(why, &|d| add(d, Stream::new(entries.clone(), Vec::new())));
    }
    let mut deep = Object::Null;
    for _ in 0..70 {
        deep = Object::Array(vec![deep]);
    }
    is_noticed("too deep", &|d| add(d, deep.clone()));
}

#[track_caller]
fn is_noticed_of_parts(why: &str, edit: &dyn Fn(&mut Document)) {
    noticed(&changed_lot(PARTS, &|bytes| rewritten(&bytes, edit)), why);
}

/// The document parts in depth-first order: root, job, run, then the pieces.
fn parts(document: &Document) -> Vec<ObjectId> {
    let root = reference(document, document.catalog().expect("a catalog"), "DPartRoot");
    let dictionary = |id: ObjectId| document.get_dictionary(id).expect("a part");
    let job = reference(document, dictionary(root), "DPartRootNode");
    let children = |id: ObjectId| -> Vec<ObjectId> {
        let lists = dictionary(id).get(b"DParts").and_then(Object::as_array).expect("lists");
        let lists = lists.iter().map(|list| list.as_array().expect("a list"));
        lists.flatten().map(|child| child.as_reference().expect("a reference")).collect()
    };
    let runs = children(job);
    assert_eq!(runs.len(), 1);
    [vec![root, job, runs[0]], children(runs[0])].concat()
}

/// The `n`th document part.
fn part(document: &mut Document, n: usize) -> &mut Dictionary {
    let id = parts(document)[n];
    document.get_object_mut(id).and_then(Object::as_dict_mut).expect("a part")
}

fn about(document: &mut Document, n: usize) -> &mut Dictionary {
    part(document, n).get_mut(b"DPM").and_then(Object::as_dict_mut).expect("what is said of it")
}

#[test]
fn document_parts_are_the_pieces_on_their_pages() {
    let bag = bundle(&SOUND);
    let document = Document::load_mem(&bag.0[PARTS]).expect("a PDF file");
    let pages: Vec<ObjectId> = document.page_iter().collect();
    let parts = parts(&document);
    let root = document.get_dictionary(parts[0]).expect("the root");
    assert_eq!(root.get(b"RecordLevel").and_then(Object::as_i64).ok(), Some(2));
    assert_eq!((parts.len(), pages.len()), (3 + 5, 5 * 4), "five pieces of two leaves");
    for (&id, pages) in parts[3..].iter().zip(pages.chunks(4)) {
        let part = document.get_dictionary(id).expect("a part");
        let ends = ["Start", "End"].map(|key| reference(&document, part, key));
        assert_eq!(ends, [pages[0], pages[3]]);
        for &page in pages {
            let page = document.get_dictionary(page).expect("a page");
            assert_eq!(reference(&document, page, "DPart"), id);
        }
    }
    // Others accept what they do not know, and find what they do.
    let (home, path) = write("parts.pdf", &bag.0[PARTS]);
    let path = path.to_str().expect("UTF-8");
    let said = judges::content("qpdf", &["--check", path]);
    assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
    judges::silent("gs", &["-q", "-dPDFSTOPONWARNING", "-sDEVICE=nullpage", "-o", "-", path]);
    judges::silent("mutool", &["draw", "-q", "-N", "-r", "20", "-o", "/dev/null", path]);
    let stream = document.get_object(metadata(&document)).and_then(Object::as_stream);
    let xmp = home.path().join("xmp.xml");
    fs::write(&xmp, &stream.expect("a stream").content).expect("the disk takes it");
    for (name, value) in
        [("GTS_PDFVTVersion", "PDF/VT-1"), ("GTS_PDFVTModDate", "2026-04-06T00:00:00+09:00")]
    {
        let path = format!("normalize-space(//*[local-name()='{name}'])");
        let said = judges::content("xmllint", &["--xpath", &path, xmp.to_str().expect("UTF-8")]);
        assert_eq!(said.trim(), value);
    }
}

#[test]
fn broken_document_parts_are_noticed() {
    let check = is_noticed_of_parts;
    check("there are none", &|d| drop(catalog(d).remove(b"DPartRoot")));
    check("`pdfvtid:GTS_PDFVTVersion`", &|d| said(d, ">PDF/VT-1<", ">PDF/VT-2<"));
    check("`pdfvtid:GTS_PDFVTModDate`", &|d| {
        said(d, "<pdfvtid:GTS_PDFVTModDate>2026", "<pdfvtid:GTS_PDFVTModDate>2027");
    });
    // Strings in place of names are a known fault of a product.
    let texts = ["Job", "Run", "Piece"].map(Object::string_literal).to_vec();
    check("their levels", &|d| part(d, 0).set("NodeNameList", texts.clone()));
    check("their levels", &|d| drop(part(d, 0).remove(b"NodeNameList")));
    check("their records", &|d| part(d, 0).set("RecordLevel", 1));
    check("no job", &|d| part(d, 0).set("DPartRootNode", Dictionary::new()));
    for n in 1..8 {
        check("does not know", &|d| {
            let other = parts(d)[7];
            part(d, n).set("Parent", other);
        });
    }
    check("no lists of parts", &|d| {
        let pieces: Vec<Object> = parts(d)[3..].iter().map(|&id| id.into()).collect();
        part(d, 2).set("DParts", pieces);
    });
    check("no lists of parts", &|d| part(d, 2).set("DParts", vec![Object::Array(Vec::new())]));
    let listed = |d: &mut Document, pieces: &[usize]| {
        let all = parts(d);
        let pieces: Vec<Object> = pieces.iter().map(|&n| all[3 + n].into()).collect();
        part(d, 2).set("DParts", vec![Object::Array(pieces)]);
    };
    check("4 pieces, the list has 5", &|d| listed(d, &[0, 1, 2, 3]));
    check("it has other pages", &|d| listed(d, &[0, 2, 1, 3, 4]));
    check("it has other pages", &|d| listed(d, &[0, 1, 1, 3, 4]));
    let page = |d: &Document, n: usize| Object::Reference(d.page_iter().nth(n).expect("a page"));
    check("it has other pages", &|d| {
        let page = page(d, 1);
        part(d, 3).set("Start", page);
    });
    check("it has other pages", &|d| {
        let page = page(d, 4);
        part(d, 3).set("End", page);
    });
    check("it has other pages", &|d| drop(part(d, 5).remove(b"End")));
    check("page 6 says that it is of another piece", &|d| {
        let (id, other) = (d.page_iter().nth(5).expect("a page"), parts(d)[3]);
        d.get_dictionary_mut(id).expect("a page").set("DPart", other);
    });
    check("page 6 says that it is of another piece", &|d| {
        let id = d.page_iter().nth(5).expect("a page");
        drop(d.get_dictionary_mut(id).expect("a page").remove(b"DPart"));
    });
    check("what is said of it", &|d| {
        about(d, 4).set("Tayori_Serial", Object::string_literal("0000001"));
    });
    check("what is said of it", &|d| about(d, 4).set("Tayori_Leaves", 1));
    check("one has `Name`", &|d| about(d, 4).set("Name", Object::string_literal("somebody")));
    check("what is said of job or run", &|d| {
        about(d, 2).set("Tayori_Stock", Object::string_literal("other"));
    });
    check("what is said of job or run", &|d| drop(about(d, 1).remove(b"Tayori_Job")));
    check("one has `Metadata`", &|d| part(d, 4).set("Metadata", Dictionary::new()));
    // A file that does not claim parts must have none.
    is_noticed("has `DPartRoot`", &|d| catalog(d).set("DPartRoot", Dictionary::new()));
    is_noticed("page 3 has `DPart`", &|d| page_of(d).set("DPart", Dictionary::new()));
}

/// A profile of a press with four inks whose tables hold nothing: as far as the engine looks.
fn press_profile() -> Vec<u8> {
    let tags = [b"desc", b"cprt", b"wtpt", b"A2B0", b"B2A0"];
    let start = 132 + u32::try_from(tags.len()).expect("few") * 12;
    let mut profile = vec![0; 128];
    profile[..4].copy_from_slice(&(start + 4).to_be_bytes());
    profile[8] = 2;
    profile[12..24].copy_from_slice(b"prtrCMYKLab ");
    profile[36..40].copy_from_slice(b"acsp");
    profile.extend_from_slice(&5_u32.to_be_bytes());
    for tag in tags {
        profile.extend_from_slice(tag);
        profile.extend_from_slice(&start.to_be_bytes());
        profile.extend_from_slice(&4_u32.to_be_bytes());
    }
    profile.extend_from_slice(&[0; 4]);
    profile
}

#[test]
fn a_vendor_may_print_with_four_inks() {
    let home = home_copy();
    let vendors = home.path().join("jobs/vendors");
    let file = vendors.join("kitashio-print.toml");
    let sound = fs::read_to_string(&file).expect("the vendor");
    let vendor = |colour: &str| {
        fs::write(&file, format!("{sound}\n[colour]\n{colour}\n")).expect("the disk takes it");
    };
    fs::write(vendors.join("press.icc"), press_profile()).expect("the disk takes it");
    let job = "shiomigaura/payslip-2026-04";
    let plan = || tayori(home.path(), &["plan", job, "--format", "short"]);
    let cmyk = "intent = \"cmyk\"\nprofile = \"press.icc\"\ncondition = \"JC200103\"";
    for (colour, says) in [
        ("intent = \"cmyk\"", "kitashio-print.toml: error[E381]: `intent = \"cmyk\"` needs"),
        ("profile = \"press.icc\"", "error[E381]: `profile` and `condition` of `[colour]` are for"),
        ("intent = \"rgb\"", "error[E381]"),
        (&cmyk.replace("press.icc", "../press.icc"), "error[E381]: `profile` leads out of"),
        (&cmyk.replace("press.icc", "/etc/passwd"), "error[E381]: `profile` leads out of"),
        (&cmyk.replace("press.icc", "other.icc"), "error[E382]"),
        (
            &cmyk.replace("press.icc", "kitashio-print.toml"),
            "jobs/vendors/kitashio-print.toml: error[E714]: the colour profile cannot be used",
        ),
        (&cmyk.replace("JC200103", " "), "error[E381]"),
    ] {
        vendor(colour);
        let said = plan();
        assert_eq!(said.code, 78, "{colour}: {}", said.err);
        assert!(said.err.contains(says), "{colour}: {}", said.err);
    }
    vendor(cmyk);
    let said = tayori(home.path(), &["build", job, "--out", "out", "--no-zip", "--quiet"]);
    assert_eq!(said.code, 3, "{}", said.err);
    let bundle = home.path().join("out/shiomigaura-payslip-2026-04");
    let path = bundle.to_str().expect("UTF-8");
    assert_eq!(tayori(home.path(), &["verify", path]).code, 0);
    let lot = fs::read(bundle.join(LOT)).expect("a press file");
    let document = Document::load_mem(&lot).expect("a PDF file");
    let intent = intent(&document);
    let text = |key: &[u8]| intent.get(key).and_then(Object::as_str).ok();
    assert_eq!(text(b"OutputConditionIdentifier"), Some(&b"JC200103"[..]));
    assert_eq!(text(b"RegistryName"), Some(&b"http://www.color.org"[..]));
    assert_eq!(profile(&document), press_profile());
    // The pages are those of a press with black only.
    fs::write(&file, &sound).expect("the disk takes it");
    let said = tayori(home.path(), &["build", job, "--out", "grey", "--no-zip", "--quiet"]);
    assert_eq!(said.code, 3, "{}", said.err);
    let lot = fs::read(home.path().join("grey/shiomigaura-payslip-2026-04").join(LOT));
    let grey = Document::load_mem(&lot.expect("a press file")).expect("a PDF file");
    for (a, b) in document.page_iter().zip(grey.page_iter()) {
        assert!(document.get_page_content(a) == grey.get_page_content(b));
    }
    let ids = [&document, &grey].map(|document| document.trailer.get(b"ID").cloned().ok());
    assert_ne!(ids[0], ids[1], "another intent is another file");
}
