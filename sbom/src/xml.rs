//! XML, as far as documents need it: elements with attributes, and text that can hold any character.
//!
//! Written here because it is less than a dependency would ask for: the crates for XML do not deal with characters
//! that XML cannot hold, which is the only hard part of it.

use std::io;

/// Writes elements, indented by two spaces.
pub(crate) struct XmlWriter<W> {
    sink: W,
    depth: usize,
}

/// Names and values of attributes.
pub(crate) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl<W: io::Write> XmlWriter<W> {
    /// Begins a document.
    pub(crate) fn new(mut sink: W) -> io::Result<Self> {
        sink.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        Ok(Self { sink, depth: 0 })
    }

    /// An element with others in it.
    pub(crate) fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        content: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.open(name, attributes)?;
        self.sink.write_all(b">\n")?;
        self.depth = self.depth.saturating_add(1);
        content(self)?;
        self.depth = self.depth.saturating_sub(1);
        self.indent()?;
        writeln!(self.sink, "</{name}>")
    }

    /// An element with text in it.
    pub(crate) fn text(&mut self, name: &str, attributes: Attributes<'_>, text: &str) -> io::Result<()> {
        self.open(name, attributes)?;
        self.sink.write_all(b">")?;
        escape(&mut self.sink, text)?;
        writeln!(self.sink, "</{name}>")
    }

    /// An element with text in it, if there is one.
    pub(crate) fn optional(&mut self, name: &str, text: Option<&str>) -> io::Result<()> {
        text.map_or(Ok(()), |text| self.text(name, &[], text))
    }

    /// An element with nothing in it.
    pub(crate) fn empty(&mut self, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
        self.open(name, attributes)?;
        self.sink.write_all(b"/>\n")
    }

    fn open(&mut self, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
        self.indent()?;
        write!(self.sink, "<{name}")?;
        for (name, value) in attributes {
            write!(self.sink, " {name}=\"")?;
            escape(&mut self.sink, value)?;
            self.sink.write_all(b"\"")?;
        }
        Ok(())
    }

    fn indent(&mut self) -> io::Result<()> {
        (0..self.depth).try_for_each(|_| self.sink.write_all(b"  "))
    }
}

/// Writes text that means itself, between tags and in attributes.
///
/// Line breaks and tabs are written as references, since a reader changes them otherwise. XML 1.0 has no way at all to
/// write the other control characters below U+0020, nor U+FFFE and U+FFFF: U+FFFD stands in their place.
fn escape(sink: &mut impl io::Write, text: &str) -> io::Result<()> {
    let mut plain_from = 0;
    for (position, character) in text.char_indices() {
        let written: &[u8] = match character {
            '&' => b"&amp;",
            '<' => b"&lt;",
            // Needed only in `]]>`.
            '>' => b"&gt;",
            '"' => b"&quot;",
            '\t' => b"&#x9;",
            '\n' => b"&#xA;",
            '\r' => b"&#xD;",
            '\0'..' ' | '\u{fffe}' | '\u{ffff}' => "\u{fffd}".as_bytes(),
            _ => continue,
        };
        sink.write_all(text.get(plain_from..position).unwrap_or_default().as_bytes())?;
        sink.write_all(written)?;
        plain_from = position.saturating_add(character.len_utf8());
    }
    sink.write_all(text.get(plain_from..).unwrap_or_default().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut bytes = Vec::new();
        escape(&mut bytes, text).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn text_means_itself() {
        assert_eq!(escaped("a<b>&\"'c]]>"), "a&lt;b&gt;&amp;&quot;'c]]&gt;");
        assert_eq!(escaped("gr\u{f6}\u{df}e \u{1f980}\u{85}\u{7f}"), "gr\u{f6}\u{df}e \u{1f980}\u{85}\u{7f}");
        assert_eq!(escaped("\r\n\tx"), "&#xD;&#xA;&#x9;x");
    }

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(escaped("\0a\u{1b}\u{8}\u{fffe}\u{ffff}"), "\u{fffd}a\u{fffd}\u{fffd}\u{fffd}\u{fffd}");
    }

    #[test]
    fn elements_are_nested_and_indented() {
        let mut bytes = Vec::new();
        let mut xml = XmlWriter::new(&mut bytes).unwrap();
        xml.element("a", &[("b", "\"")], |xml| {
            xml.optional("c", None)?;
            xml.optional("c", Some(""))?;
            xml.empty("d", &[("e", "f"), ("g", "")])
        })
        .unwrap();
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                        <a b=\"&quot;\">\n  <c></c>\n  <d e=\"f\" g=\"\"/>\n</a>\n";
        assert_eq!(str::from_utf8(&bytes).unwrap(), expected);
    }
}
