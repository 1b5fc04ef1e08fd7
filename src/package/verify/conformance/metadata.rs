//! The metadata: XMP with exactly the properties that identify a press file, and the document
//! information that says the same.

use super::super::press_file::STREAM_MAX;
use super::Look;
use lopdf::{Dictionary, Object};
use std::collections::BTreeMap;
use usvg::roxmltree::{Document, Node};

/// More bytes than any metadata of a press file.
const XMP_MAX: usize = 64 << 10;
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// The prefix by which a namespace goes here.
fn prefix(namespace: Option<&str>) -> Option<&'static str> {
    Some(match namespace? {
        "http://purl.org/dc/elements/1.1/" => "dc",
        "http://ns.adobe.com/pdf/1.3/" => "pdf",
        "http://ns.adobe.com/xap/1.0/" => "xmp",
        "http://ns.adobe.com/xap/1.0/mm/" => "xmpMM",
        "http://www.npes.org/pdfx/ns/id/" => "pdfxid",
        "http://www.npes.org/pdfvt/ns/id/" => "pdfvtid",
        _ => return None,
    })
}

impl<'a> Look<'a> {
    /// Compares the metadata with the claim and with each other.
    pub(super) fn metadata(&mut self, catalog: &'a Dictionary) {
        let found = self.xmp(catalog).and_then(|text| properties(&text));
        let found = match found {
            Ok(found) => found,
            Err(why) => return self.fault(format!("its metadata: {why}")),
        };
        let trailer = &self.file.document.trailer;
        let Some(info) = self.inner(trailer, "Info") else {
            return self.fault("it has no document information");
        };
        let keys = ["Title", "CreationDate", "ModDate", "Producer", "Creator", "Trapped"];
        self.only("its document information", info, &keys);
        let text = |key: &str| self.value(info, key).and_then(text_of).unwrap_or_default();
        let date = self.claim.date;
        let at = format!("{date}T00:00:00+09:00");
        let expected = [
            ("pdfxid:GTS_PDFXVersion", "PDF/X-4".to_owned()),
            ("dc:title", self.claim.title.clone()),
            ("xmp:CreateDate", at.clone()),
            ("xmp:ModifyDate", at.clone()),
            ("xmp:MetadataDate", at.clone()),
            ("xmp:CreatorTool", text("Creator")),
            ("pdf:Producer", text("Producer")),
            ("pdf:Trapped", "False".to_owned()),
            ("xmpMM:VersionID", "1".to_owned()),
            ("xmpMM:RenditionClass", "default".to_owned()),
        ];
        let (year, month, day) = (date.year(), date.month(), date.day());
        let stamp = format!("D:{year:04}{month:02}{day:02}000000+09'00'");
        let same = text("Title") == self.claim.title
            && text("CreationDate") == stamp
            && text("ModDate") == stamp
            && !text("Producer").is_empty()
            && !text("Creator").is_empty()
            && self.name(info, "Trapped") == b"False";
        self.holds(same, "its document information says something else than its metadata");
        let mut rest = found;
        let of_parts = self.claim.parts.as_ref().map(|_| {
            let version = "PDF/VT-1".to_owned();
            [("pdfvtid:GTS_PDFVTVersion", version), ("pdfvtid:GTS_PDFVTModDate", at.clone())]
        });
        for (name, value) in expected.into_iter().chain(of_parts.into_iter().flatten()) {
            if rest.remove(name).as_deref() != Some(&value) {
                self.fault(format!("its metadata: `{name}` is not `{value}`"));
            }
        }
        for name in ["xmpMM:DocumentID", "xmpMM:InstanceID"] {
            let sound = rest.remove(name).is_some_and(|id| is_uuid(&id));
            self.holds(sound, &format!("its metadata: `{name}` is no identifier"));
        }
        for name in rest.keys() {
            self.fault(format!("its metadata have `{name}`"));
        }
    }

    fn xmp(&self, catalog: &'a Dictionary) -> Result<String, String> {
        let stream = self.value(catalog, "Metadata").and_then(|stream| stream.as_stream().ok());
        let stream = stream.ok_or("there are none")?;
        let kind = (self.name(&stream.dict, "Type"), self.name(&stream.dict, "Subtype"));
        if kind != (b"Metadata", b"XML") || stream.dict.has(b"Filter") {
            return Err("they are no plain XML".to_owned());
        }
        let data = stream.get_plain_content_with_limit(STREAM_MAX).map_err(|e| e.to_string())?;
        if data.len() > XMP_MAX {
            return Err("they are larger than any".to_owned());
        }
        String::from_utf8(data).map_err(|_| "they are not UTF-8".to_owned())
    }
}

/// The properties of an XMP packet by prefix and name; each once, each a text.
fn properties(xmp: &str) -> Result<BTreeMap<String, String>, String> {
    let document = Document::parse(xmp).map_err(|error| error.to_string())?;
    let is_rdf = |node: &Node<'_, '_>, name: &str| node.has_tag_name((RDF, name));
    let packet = document.root_element();
    let rdf = packet.children().find(|node| is_rdf(node, "RDF")).ok_or("they have no RDF")?;
    let mut found = BTreeMap::new();
    for description in rdf.children().filter(Node::is_element) {
        let about = description.attribute((RDF, "about"));
        if !is_rdf(&description, "Description")
            || about != Some("")
            || description.attributes().len() != 1
        {
            return Err("they describe something else than the file".to_owned());
        }
        for property in description.children().filter(Node::is_element) {
            let name = property.tag_name();
            let prefix = prefix(name.namespace());
            let prefix = prefix.ok_or_else(|| format!("`{}` is of no known kind", name.name()))?;
            let name = format!("{prefix}:{}", name.name());
            let mut value = property;
            // A title has alternatives; the default one is asked for.
            if let Some(alternatives) = property.children().find(|node| is_rdf(node, "Alt")) {
                let item = alternatives.children().find(|node| is_rdf(node, "li"));
                value = item.ok_or_else(|| format!("`{name}` is empty"))?;
            }
            let value = value.text().unwrap_or_default().to_owned();
            if found.insert(name.clone(), value).is_some() {
                return Err(format!("`{name}` stands twice"));
            }
        }
    }
    Ok(found)
}

/// A text string (ISO 32000-1, 7.9.2.2).
pub(super) fn text_of(object: &Object) -> Option<String> {
    let bytes = object.as_str().ok()?;
    let Some(units) = bytes.strip_prefix(b"\xFE\xFF") else {
        return bytes.is_ascii().then(|| String::from_utf8_lossy(bytes).into_owned());
    };
    let units = units.chunks(2).map(|pair| pair.iter().fold(0, |n, &b| n << 8 | u16::from(b)));
    String::from_utf16(&units.collect::<Vec<u16>>()).ok()
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.strip_prefix("uuid:").unwrap_or_default().split('-').collect();
    let hex = |part: &&str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(hex)
}
