//! A writer of XML: elements that close themselves, attributes that are always escaped, canonical bytes.

use std::fmt::{self, Display, Write as _};

/// An attribute: its name and value.
pub(super) type Attribute<'a> = (&'a str, &'a dyn Display);

/// A document as it is written: two spaces a level, LF, attributes in the order in which they are given.
#[derive(Debug)]
pub(super) struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    /// A document with nothing but its declaration.
    pub(super) fn new() -> Self {
        Self { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), depth: 0 }
    }

    /// An element with others in it.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: &[Attribute<'_>],
        inside: impl FnOnce(&mut Self),
    ) {
        self.start(name, attributes);
        self.out.push_str(">\n");
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.indent();
        writeln!(self.out, "</{name}>").expect(TAKES);
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.start(name, attributes);
        self.out.push_str("/>\n");
    }

    /// The bytes of the document.
    pub(super) fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    fn start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.indent();
        write!(self.out, "<{name}").expect(TAKES);
        for (name, value) in attributes {
            write!(self.out, " {name}=\"").expect(TAKES);
            write!(Escaped(&mut self.out), "{value}").expect(TAKES);
            self.out.push('"');
        }
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }
}

const TAKES: &str = "a string takes everything";

/// Writes what may stand in an attribute. White space other than blanks would be read as a blank, so
/// it is written as a reference; characters that XML has no place for become U+FFFD.
struct Escaped<'a>(&'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\t' | '\n' | '\r' => write!(self.0, "&#{};", u32::from(c))?,
                '\0'..=' ' if c != ' ' => self.0.push('\u{FFFD}'),
                '\u{FFFE}' | '\u{FFFF}' => self.0.push('\u{FFFD}'),
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_elements_closed() {
        let mut xml = Xml::new();
        xml.element("A", &[("b", &"<&\">"), ("c", &7)], |xml| {
            xml.empty("D", &[("e", &"税\n\u{1}\u{FFFE} x")]);
        });
        let text = String::from_utf8(xml.finish()).expect("UTF-8");
        let wanted =
            "<A b=\"&lt;&amp;&quot;&gt;\" c=\"7\">\n  <D e=\"税&#10;\u{FFFD}\u{FFFD} x\"/>\n</A>\n";
        assert_eq!(text.split_once("?>\n").expect("a declaration").1, wanted);
    }
}
