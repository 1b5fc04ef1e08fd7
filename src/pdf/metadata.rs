//! What a file says about itself: the information dictionary and the same as XMP. No dates: the
//! same lot gives the same bytes whenever it is made.

use std::fmt::Write as _;

/// The information dictionary (ISO 32000-1, 14.3.3).
pub(super) fn information(title: &str, producer: &str) -> String {
    let (title, producer) = (text_string(title), text_string(producer));
    format!("<</Title{title}/Producer{producer}/Trapped/False>>")
}

/// A text string: ASCII as it is, anything else as UTF-16 (ISO 32000-1, 7.9.2.2).
fn text_string(text: &str) -> String {
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
pub(super) fn xmp(title: &str, producer: &str) -> String {
    let (title, producer) = (escaped(title), escaped(producer));
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n\
         <dc:format>application/pdf</dc:format>\n\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         <pdf:Producer>{producer}</pdf:Producer>\n\
         <pdf:Trapped>False</pdf:Trapped>\n\
         </rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"
    )
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

    #[test]
    fn titles_survive_their_syntax() {
        let title = information("a (b\\", "tayori");
        assert_eq!(title, "<</Title(a \\(b\\\\)/Producer(tayori)/Trapped/False>>");
        assert!(information("税𠮷", "t").contains("/Title<FEFF7A0ED842DFB7>"));
        assert!(information("a\nb", "t").contains("/Title<FEFF0061000A0062>"));
        assert!(xmp("<R&D>\u{1}", "t").contains(">&lt;R&amp;D&gt;<"));
    }
}
