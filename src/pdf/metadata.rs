//! What a file says about itself: the information dictionary and the same as XMP, with what it
//! claims to conform to. Dates are the job's, at midnight in Japan; identifiers derive from what
//! decides the content: the same lot gives the same bytes whenever it is made.

use crate::calendar::Date;
use crate::digest::Digest;
use std::fmt::Write as _;

/// What a file says about itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) title: &'a str,
    /// The program and its version, which both creates and writes.
    pub(super) producer: &'a str,
    pub(super) date: Date,
    pub(super) id_seed: Digest,
    pub(super) claims: Claims,
}

/// What a file conforms to, as its metadata identify it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claims {
    /// PDF/X-4.
    X4,
    /// PDF/X-4 and PDF/VT-1.
    Vt1,
    /// PDF/A-2u.
    A2,
    /// An archive's file of which nobody knows.
    Nothing,
}

impl Claims {
    const fn is_for_print(self) -> bool {
        matches!(self, Self::X4 | Self::Vt1)
    }
}

/// The information dictionary (ISO 32000-1, 14.3.3).
pub(super) fn information(about: &About<'_>) -> String {
    let (title, producer) = (text_string(about.title), text_string(about.producer));
    let date = about.date;
    let (year, month, day) = (date.year(), date.month(), date.day());
    let date = format!("(D:{year:04}{month:02}{day:02}000000+09'00')");
    let trapped = if about.claims.is_for_print() { "/Trapped/False" } else { "" };
    format!(
        "<</Title{title}/CreationDate{date}/ModDate{date}/Producer{producer}/Creator{producer}\
         {trapped}>>"
    )
}

/// A text string: ASCII as it is, anything else as UTF-16 (ISO 32000-1, 7.9.2.2).
pub(super) fn text_string(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        return format!("({text})");
    }
    let mut out = String::from("<FEFF");
    for unit in text.encode_utf16() {
        write!(out, "{unit:04X}").expect("writing to a string cannot fail");
    }
    out.push('>');
    out
}

/// The metadata stream (ISO 32000-1, 14.3.2).
pub(super) fn xmp(about: &About<'_>) -> String {
    let (title, producer) = (escaped(about.title), escaped(about.producer));
    let date = format!("{}T00:00:00+09:00", about.date);
    let seed = about.id_seed.as_bytes();
    let [document, instance] =
        [&b"document"[..], b"instance"].map(|what| uuid(Digest::of_parts(&[what, seed])));
    // The schemas that PDF/A-2 knows have no such property.
    let trapped =
        if about.claims.is_for_print() { "<pdf:Trapped>False</pdf:Trapped>\n" } else { "" };
    let x4 = "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>\n";
    let (namespaces, claims) = match about.claims {
        Claims::Nothing => (String::new(), String::new()),
        Claims::A2 => (
            PDFAID.to_owned(),
            "<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>U</pdfaid:conformance>\n".to_owned(),
        ),
        Claims::X4 => (PDFXID.to_owned(), x4.to_owned()),
        Claims::Vt1 => (
            format!("{PDFXID} {PDFVTID}"),
            format!(
                "{x4}<pdfvtid:GTS_PDFVTVersion>PDF/VT-1</pdfvtid:GTS_PDFVTVersion>\n\
                 <pdfvtid:GTS_PDFVTModDate>{date}</pdfvtid:GTS_PDFVTModDate>\n"
            ),
        ),
    };
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\" {namespaces}>\n\
         {claims}\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         <xmp:CreateDate>{date}</xmp:CreateDate>\n\
         <xmp:ModifyDate>{date}</xmp:ModifyDate>\n\
         <xmp:MetadataDate>{date}</xmp:MetadataDate>\n\
         <xmp:CreatorTool>{producer}</xmp:CreatorTool>\n\
         <xmpMM:DocumentID>uuid:{document}</xmpMM:DocumentID>\n\
         <xmpMM:InstanceID>uuid:{instance}</xmpMM:InstanceID>\n\
         <xmpMM:VersionID>1</xmpMM:VersionID>\n\
         <xmpMM:RenditionClass>default</xmpMM:RenditionClass>\n\
         <pdf:Producer>{producer}</pdf:Producer>\n\
         {trapped}\
         </rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"
    )
}

const PDFXID: &str = "xmlns:pdfxid=\"http://www.npes.org/pdfx/ns/id/\"";
const PDFAID: &str = "xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"";
const PDFVTID: &str = "xmlns:pdfvtid=\"http://www.npes.org/pdfvt/ns/id/\"";

/// A UUID whose bits come from a digest: version 8 (RFC 9562, 5.8).
pub(super) fn uuid(digest: Digest) -> String {
    let mut bytes: [u8; 16] =
        digest.as_bytes()[..16].try_into().expect("a digest has more than 16 bytes");
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut out = String::with_capacity(36);
    for (n, byte) in bytes.iter().enumerate() {
        if matches!(n, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        write!(out, "{byte:02x}").expect("writing to a string cannot fail");
    }
    out
}

/// XML text: markup escaped, and what XML forbids left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(title: &str, claims: Claims) -> About<'_> {
        let date = "2026-04-06".parse().expect("a date");
        About { title, producer: "tayori", date, id_seed: Digest::of(b"a"), claims }
    }

    #[test]
    fn titles_survive_their_syntax() {
        let title = information(&about("a (b\\", Claims::X4));
        let date = "(D:20260406000000+09'00')";
        assert_eq!(
            title,
            format!(
                "<</Title(a \\(b\\\\)/CreationDate{date}/ModDate{date}/Producer(tayori)\
                 /Creator(tayori)/Trapped/False>>"
            )
        );
        let has = |title, part| information(&about(title, Claims::X4)).contains(part);
        assert!(has("税𠮷", "/Title<FEFF7A0ED842DFB7>"));
        assert!(has("a\nb", "/Title<FEFF0061000A0062>"));
        assert!(xmp(&about("<R&D>\u{1}", Claims::X4)).contains(">&lt;R&amp;D&gt;<"));
    }

    #[test]
    fn only_what_is_claimed_is_identified() {
        let (x4, vt1) = (xmp(&about("t", Claims::X4)), xmp(&about("t", Claims::Vt1)));
        assert!(x4.contains(">PDF/X-4<") && !x4.contains("pdfvtid"), "{x4}");
        assert!(vt1.contains(">PDF/X-4<") && vt1.contains(">PDF/VT-1<"), "{vt1}");
        let (a2, none) = (xmp(&about("t", Claims::A2)), xmp(&about("t", Claims::Nothing)));
        assert!(a2.contains("part>2<") && a2.contains("conformance>U<"), "{a2}");
        assert!(!a2.contains("Trapped") && !a2.contains("pdfxid"), "{a2}");
        assert!(!none.contains("pdfaid") && none.contains("<xmp:CreateDate>"), "{none}");
        assert!(vt1.contains("ModDate>2026-04-06T00:00:00+09:00<"), "{vt1}");
    }

    #[test]
    fn identifiers_are_uuids_of_their_own() {
        let id = uuid(Digest::of(b"abc"));
        assert_eq!(id, "ba7816bf-8f01-8fea-8141-40de5dae2223");
    }
}
