//! The archive copy: one document a piece, the same pages as in the bundle, and what PDF/A-2u asks of
//! a file as far as it can be told from its structure.

use crate::judges;
use crate::program::{repository, tayori, tree};
use lopdf::{Dictionary, Document, Object, Stream};
use std::collections::BTreeMap;
use std::path::Path;
use tayori::digest::Digest;

const JOB: &str = "mitsumori/property-tax-2026";
const BUNDLE: &str = "mitsumori-property-tax-2026";

fn archived(out: &Path, threads: &str) -> crate::program::Said {
    let out = out.to_str().expect("UTF-8");
    tayori(&repository(), &["archive", JOB, "--out", out, "--quiet", "--threads", threads])
}

/// Every row of a CSV file by its headings.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

#[test]
fn every_piece_of_the_bundle_has_its_document() {
    let home = tempfile::tempdir().expect("a directory");
    let said = archived(&home.path().join("a"), "1");
    assert_eq!(said.code, 3, "some records are held: {}", said.err);
    assert!(said.out.contains("PDF/A-2u"), "{}", said.out);
    let archive = home.path().join("a").join(format!("{BUNDLE}-archive"));
    let files = tree(&archive);
    assert!(archived(&home.path().join("b"), "2").code == 3);
    let other = home.path().join("b").join(format!("{BUNDLE}-archive"));
    assert!(files == tree(&other), "the same bytes with other threads");
    assert_eq!(archived(&home.path().join("a"), "1").code, 5, "what stands there is kept");

    let out = home.path().join("c");
    let out = out.to_str().expect("UTF-8");
    assert_eq!(tayori(&repository(), &["build", JOB, "--out", out, "--no-zip"]).code, 3);
    let bundle = home.path().join("c").join(BUNDLE);
    let read = |path: &str| std::fs::read_to_string(bundle.join(path)).expect("a list");
    let pieces = rows(&read("data/pieces.csv"));
    let files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
    let index = rows(&String::from_utf8(files["index.csv"].clone()).expect("UTF-8"));
    assert_eq!((index.len(), files.len()), (pieces.len(), pieces.len() + 1));
    for (kept, piece) in index.iter().zip(&pieces) {
        let (serial, lot) = (&kept["serial"], &kept["lot"]);
        assert_eq!((serial, lot), (&piece["serial"], &piece["lot"]));
        assert_eq!(kept["file"], format!("{lot}/{serial}.pdf"), "no name says whose it is");
        let bytes = &files[&kept["file"]];
        assert_eq!(kept["sha256"], Digest::of(bytes).to_string());
        assert_eq!(kept["bytes"], bytes.len().to_string());
        assert_eq!(kept["pages"], piece["pages"]);
        let pages = Document::load_mem(bytes).expect("a PDF file").get_pages().len();
        assert_eq!(pages.to_string(), kept["pages"]);
    }
    same_pages(&archive, &bundle, &pieces);
}

/// Sheets that are leaves show what the documents show.
fn same_pages(archive: &Path, bundle: &Path, pieces: &[BTreeMap<String, String>]) {
    let shown = |file: &Path, pages: &str| {
        let file = file.to_str().expect("UTF-8");
        let ways = ["draw", "-q", "-N", "-c", "gray", "-r", "30", "-F", "pgm", "-o", "-"];
        let output = judges::ask("mutool", &[&ways[..], &[file, pages]].concat());
        assert!(output.status.success() && output.stderr.is_empty(), "{file} {pages}");
        output.stdout
    };
    let in_parts = pieces.iter().filter(|piece| &piece["run"] != "1");
    let (mut first, mut compared) = (BTreeMap::new(), 0);
    for piece in in_parts {
        let (lot, serial, count) = (&piece["lot"], &piece["serial"], &piece["pages"]);
        let count: usize = count.parse().expect("a number");
        let start = first.entry(lot.clone()).or_insert(1_usize);
        let range = format!("{start}-{}", *start + count - 1);
        *start += count;
        // Some of each lot are enough.
        if compared % 9 == 0 {
            let document = archive.join(format!("{lot}/{serial}.pdf"));
            let press = bundle.join(format!("data/lots/{lot}.pdf"));
            let (document, press) = (shown(&document, "1-N"), shown(&press, &range));
            assert_eq!(document.len(), press.len());
            // The margins of a sheet have a line of their own; the rest is the same.
            let apart = document.iter().zip(&press).filter(|(a, b)| a.abs_diff(**b) > 8).count();
            assert!(apart * 100 < document.len(), "{lot} {serial}: {apart}");
        }
        compared += 1;
    }
    assert!(compared > 20, "{compared}");
}

fn name<'a>(dictionary: &'a Dictionary, key: &str) -> &'a [u8] {
    dictionary.get(key.as_bytes()).and_then(Object::as_name).unwrap_or_default()
}

/// Says what PDF/A-2 (ISO 19005-2) forbids in an object and all within it.
fn vet(object: &Object, found: &mut Vec<String>) {
    let entries = match object {
        Object::Array(items) => return items.iter().for_each(|item| vet(item, found)),
        Object::Dictionary(entries) => entries,
        Object::Stream(stream) => {
            for key in ["F", "FFilter", "FDecodeParms"] {
                found.extend(stream.dict.has(key.as_bytes()).then(|| format!("external {key}")));
            }
            &stream.dict
        }
        _ => return,
    };
    for (key, value) in entries {
        let text = String::from_utf8_lossy(key).into_owned();
        let forbidden = [
            "AA",
            "OpenAction",
            "JS",
            "JavaScript",
            "Annots",
            "AcroForm",
            "EmbeddedFiles",
            "EF",
            "OPI",
            "Ref",
            "TR",
            "HTP",
            "Alternates",
            "NeedAppearances",
            "XFA",
            "PresSteps",
        ];
        found.extend(forbidden.contains(&&*text).then(|| text.clone()));
        let filter = format!("{value:?}");
        if text == "Filter" && (filter.contains("LZW") || filter.contains("Crypt")) {
            found.push(filter);
        }
        if text == "Interpolate" && value.as_bool().unwrap_or(true) {
            found.push(text);
        }
        vet(value, found);
    }
    if matches!(name(entries, "Subtype"), b"PS") || name(entries, "S") == b"Transparency" {
        found.push("PostScript or transparency".to_owned());
    }
}

#[test]
fn documents_are_what_an_archive_takes() {
    let home = tempfile::tempdir().expect("a directory");
    assert_eq!(archived(home.path(), "2").code, 3);
    let archive = home.path().join(format!("{BUNDLE}-archive"));
    let index = std::fs::read_to_string(archive.join("index.csv")).expect("the index");
    for kept in rows(&index).iter().step_by(16) {
        let path = archive.join(&kept["file"]);
        let bytes = std::fs::read(&path).expect("a document");
        assert!(bytes.starts_with(b"%PDF-1.6\n%") && bytes[10..14].iter().all(|b| *b > 127));
        let document = Document::load_mem(&bytes).expect("a PDF file");
        assert!(document.trailer.has(b"ID") && !document.trailer.has(b"Encrypt"));
        let mut found = Vec::new();
        document.objects.values().for_each(|object| vet(object, &mut found));
        assert!(found.is_empty(), "{found:?}");
        let catalog = document.catalog().expect("a catalog");
        let intents = catalog.get(b"OutputIntents").and_then(Object::as_array).expect("intents");
        let [Object::Dictionary(intent)] = &intents[..] else { panic!("one intent") };
        assert_eq!(name(intent, "S"), b"GTS_PDFA1");
        let profile = intent.get(b"DestOutputProfile").and_then(Object::as_reference);
        let profile = document.get_object(profile.expect("a profile")).and_then(Object::as_stream);
        let profile = profile.and_then(Stream::get_plain_content).expect("its bytes");
        assert_eq!(&profile[12..20], b"prtrGRAY");
        metadata(&document, catalog, home.path());
        fonts(&document);
        for page in document.page_iter() {
            let content = document.get_page_content(page);
            // Cells of symbols are masks, which are painted in black.
            let count = |text: &[u8]| content.windows(text.len()).filter(|w| *w == text).count();
            assert_eq!(count(b" BI/W "), count(b"/IM true/F/AHx ID "));
            let content = lopdf::content::Content::decode(&content).expect("operators");
            let known = "BI q Q cm w d BT ET Tf Tz Tc Td Tm Tj g G re f S B m l c h Do W n";
            for operation in content.operations {
                let operator = operation.operator;
                assert!(known.split(' ').any(|known| known == operator), "{operator}");
            }
        }
        let path = path.to_str().expect("UTF-8");
        let said = judges::content("qpdf", &["--check", path]);
        assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
        judges::silent("gs", &["-q", "-dPDFSTOPONWARNING", "-sDEVICE=nullpage", "-o", "-", path]);
        judges::silent("pdftotext", &[path, home.path().join("t.txt").to_str().expect("UTF-8")]);
        let text = std::fs::read_to_string(home.path().join("t.txt")).expect("text");
        let mark = format!("-{}-1/", kept["serial"]);
        assert!(text.contains(&mark), "the mark of the slot is kept: {mark}\n{text}");
    }
}

/// XMP identifies the file, in schemas that need no description, and says what Info says.
fn metadata(document: &Document, catalog: &Dictionary, home: &Path) {
    let id = catalog.get(b"Metadata").and_then(Object::as_reference).expect("metadata");
    let stream = document.get_object(id).and_then(Object::as_stream).expect("a stream");
    assert!(!stream.dict.has(b"Filter"));
    let xmp = home.join("xmp.xml");
    std::fs::write(&xmp, &stream.content).expect("the disk takes it");
    let xmp = xmp.to_str().expect("UTF-8");
    let ask = |path: &str| judges::content("xmllint", &["--xpath", path, xmp]).trim().to_owned();
    let namespace = "namespace-uri()='http://www.aiim.org/pdfa/ns/id/'";
    assert_eq!(ask(&format!("normalize-space(//*[{namespace} and local-name()='part'])")), "2");
    let conformance = format!("normalize-space(//*[{namespace} and local-name()='conformance'])");
    assert_eq!(ask(&conformance), "U");
    assert_eq!(ask("count(//*[contains(namespace-uri(), 'npes')])"), "0");
    assert_eq!(ask("count(//*[local-name()='Trapped'])"), "0");
    let info = document.trailer.get(b"Info").and_then(Object::as_reference).expect("Info");
    let info = document.get_dictionary(info).expect("Info");
    let title = info.get(b"Title").and_then(Object::as_str).expect("a title");
    assert_eq!(ask("normalize-space(//*[local-name()='title'])").as_bytes(), title);
}

/// Embedded, with a text for every character that is no sign of nothing (ISO 19005-2, 6.2.11.7.2).
fn fonts(document: &Document) {
    let mut composite = 0;
    for object in document.objects.values() {
        let Ok(font) = object.as_dict() else { continue };
        match name(font, "Subtype") {
            b"Type0" => {
                composite += 1;
                let id = font.get(b"ToUnicode").and_then(Object::as_reference).expect("text");
                let map = document.get_object(id).and_then(Object::as_stream).expect("a map");
                let map = map.get_plain_content().expect("its bytes");
                let map = String::from_utf8(map).expect("ASCII").to_uppercase();
                for bad in ["> <0000>", "> <FEFF>", "> <FFFE>"] {
                    assert!(!map.contains(bad), "{bad}: {map}");
                }
            }
            b"CIDFontType2" => assert!(font.has(b"CIDToGIDMap")),
            _ => {}
        }
        if name(font, "Type") == b"FontDescriptor" {
            assert!(font.has(b"FontFile2") || font.has(b"FontFile3"));
        }
    }
    assert!(composite > 0);
}
