//! Reading the XML of callbacks: flat, bounded, without any entity of its own (docs/wechat-api.md §10.3).

use quick_xml::{
    Reader,
    events::{BytesRef, Event},
};

/// The most bytes a callback may have.
pub const MAX_BYTES: usize = 256 * 1024;
/// The deepest nesting, the root being 1.
const MAX_DEPTH: usize = 32;
/// The most elements, the root included.
const MAX_ELEMENTS: usize = 200;

/// Why a callback's XML is refused.
#[derive(thiserror::Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum XmlError {
    /// More than [`MAX_BYTES`].
    #[error("the XML is too large")]
    TooLarge,
    /// Nested too deeply or too many elements.
    #[error("the XML is too deep or has too many elements")]
    TooComplex,
    /// A DOCTYPE, or an entity other than the five of XML itself.
    #[error("the XML holds a DOCTYPE or an entity")]
    Forbidden,
    /// The same field twice under the root: nobody could say which one counts.
    #[error("the XML holds a field twice")]
    Duplicate,
    /// Not whole or not XML.
    #[error("the XML is malformed")]
    Malformed,
}

/// The fields directly under the root, in their order, and the elements inside of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    top: Vec<(String, String)>,
    inner: Vec<(String, String)>,
}

impl Fields {
    /// The text of a top-level field; blank for one that holds only nested elements.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.top.iter().find(|(field, _)| field == name).map(|(_, text)| text.as_str())
    }

    /// All top-level fields with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.top.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The elements inside the top-level fields, however deep, in the order in which they begin; the text of those that hold elements
    /// themselves is blank.
    pub fn inner(&self) -> impl Iterator<Item = (&str, &str)> {
        self.inner.iter().map(|(name, text)| (name.as_str(), text.trim()))
    }
}

/// Reads the fields directly under the root, and what is inside of them. Blanks around plain text are dropped, those in CDATA kept.
///
/// # Errors
/// See [`XmlError`]; nothing of a refused document is given.
pub fn parse(bytes: &[u8]) -> Result<Fields, XmlError> {
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooLarge);
    }
    // Names written by followers have been seen with broken UTF-8; one bad byte must not lose a delivery report.
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}').trim());
    let mut state = State::default();
    loop {
        match reader.read_event().map_err(|_| XmlError::Malformed)? {
            Event::Start(tag) => state.open(tag.name().0)?,
            Event::Empty(tag) => {
                state.open(tag.name().0)?;
                state.close();
            }
            Event::End(_) => state.close(),
            Event::Text(text) => state.text(&text.xml10_content())?,
            Event::CData(text) => state.verbatim(&text)?,
            Event::GeneralRef(reference) => state.character(resolve(&reference)?)?,
            Event::DocType(_) => return Err(XmlError::Forbidden),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return state.finish(),
        }
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<char, XmlError> {
    match &**reference {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => reference.resolve_char_ref().map_err(|_| XmlError::Malformed)?.ok_or(XmlError::Forbidden),
    }
}

#[derive(Default)]
struct State {
    fields: Vec<(String, String)>,
    inner: Vec<(String, String)>,
    /// Whether the last inner element is open, with nothing inside it so far.
    leaf: bool,
    depth: usize,
    elements: usize,
    /// The open field's text so far.
    text: String,
    /// The part of it, from the first to the last, that came verbatim or as a reference and is not to be trimmed.
    kept: Option<(usize, usize)>,
}

impl State {
    fn open(&mut self, name: &str) -> Result<(), XmlError> {
        self.depth += 1;
        self.elements += 1;
        if self.depth > MAX_DEPTH || self.elements > MAX_ELEMENTS {
            return Err(XmlError::TooComplex);
        }
        if self.depth == 1 && self.elements > 1 {
            return Err(XmlError::Malformed);
        }
        if self.depth == 2 {
            if self.fields.iter().any(|(field, _)| field == name) {
                return Err(XmlError::Duplicate);
            }
            self.fields.push((name.to_owned(), String::new()));
        }
        if self.depth > 2 {
            self.inner.push((name.to_owned(), String::new()));
            self.leaf = true;
        }
        Ok(())
    }

    fn close(&mut self) {
        if self.depth == 2 {
            let whole = match self.kept.take() {
                None => self.text.trim().to_owned(),
                Some((from, to)) => [self.text[..from].trim_start(), &self.text[from..to], self.text[to..].trim_end()].concat(),
            };
            if let Some((_, text)) = self.fields.last_mut() {
                *text = whole;
            }
            self.text.clear();
        }
        self.leaf = false;
        self.depth -= 1;
    }

    fn text(&mut self, text: &str) -> Result<(), XmlError> {
        match self.depth {
            0 if !text.trim().is_empty() => return Err(XmlError::Malformed),
            2 => self.text.push_str(text),
            _ => self.inside(text),
        }
        Ok(())
    }

    /// Text of an element that is no field of the root.
    fn inside(&mut self, text: &str) {
        if let Some((_, whole)) = self.inner.last_mut().filter(|_| self.leaf) {
            whole.push_str(text);
        }
    }

    fn verbatim(&mut self, text: &str) -> Result<(), XmlError> {
        match self.depth {
            0 => return Err(XmlError::Malformed),
            2 => {
                let from = self.kept.map_or(self.text.len(), |(from, _)| from);
                self.text.push_str(text);
                self.kept = Some((from, self.text.len()));
            }
            _ => self.inside(text),
        }
        Ok(())
    }

    fn character(&mut self, character: char) -> Result<(), XmlError> {
        self.verbatim(character.encode_utf8(&mut [0; 4]))
    }

    fn finish(self) -> Result<Fields, XmlError> {
        if self.depth != 0 || self.elements == 0 { Err(XmlError::Malformed) } else { Ok(Fields { top: self.fields, inner: self.inner }) }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn field(xml: &str) -> String {
        parse(xml.as_bytes()).unwrap().get("A").unwrap().to_owned()
    }

    #[test]
    fn texts_cdata_and_references_are_read() {
        assert_eq!(field("<xml><A>x</A></xml>"), "x");
        assert_eq!(field("<xml><A>\n x y \n</A></xml>"), "x y");
        assert_eq!(field("<xml><A>\n<![CDATA[ x <b> & ]]>\n</A></xml>"), " x <b> & ");
        assert_eq!(field("<xml><A>a &lt;&#x4e2d;&#25991;&amp; b</A></xml>"), "a <中文& b");
        assert_eq!(field("<xml><A>a<![CDATA[b]]>c</A></xml>"), "abc");
        assert_eq!(field("<xml><A/></xml>"), "");
        assert_eq!(field("<xml><A></A></xml>"), "");
        assert_eq!(field("\u{feff}\r\n <?xml version=\"1.0\"?><!-- x --><xml>\n<A>x</A>\n</xml>\n"), "x");
    }

    #[test]
    fn nested_and_unknown_elements_do_no_harm() {
        let fields = parse(include_bytes!("fixtures/event_subscribe_msg_sent.xml")).unwrap();
        assert_eq!(fields.get("Event"), Some("subscribe_msg_sent_event"));
        assert_eq!(fields.get("SubscribeMsgSentEvent"), Some(""));
        assert_eq!(fields.get("MsgID"), None, "a nested field is no field of the root");
        assert_eq!(fields.iter().count(), 6);
        let inner: Vec<_> = fields.inner().collect();
        let template = ("TemplateId", "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc");
        assert_eq!(inner, [("List", ""), template, ("MsgID", "1700827132819554304"), ("ErrorCode", "0"), ("ErrorStatus", "success")]);
        // The same name may come twice below the top.
        assert!(parse(b"<xml><L><I>1</I><I>2</I></L></xml>").is_ok());
    }

    #[test]
    fn broken_utf8_is_survived() {
        assert_eq!(parse(b"<xml><A>a\xff</A></xml>").unwrap().get("A"), Some("a\u{fffd}"));
    }

    #[test]
    fn doctype_and_entities_are_refused() {
        for xml in [
            "<!DOCTYPE xml [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><A>&a;</A></xml>",
            "<!DOCTYPE xml><xml><A>x</A></xml>",
            "<xml><A>&nbsp;</A></xml>",
            "<xml><A>&lol9;</A></xml>",
            "<xml><L><B>&a;</B></L></xml>",
        ] {
            assert_eq!(parse(xml.as_bytes()), Err(XmlError::Forbidden), "{xml}");
        }
    }

    #[test]
    fn malformed_documents_are_refused() {
        for xml in [
            "",
            " ",
            "x",
            "<xml>",
            "<xml><A></xml>",
            "<xml></A></xml>",
            "</xml>",
            "<xml><A>x</A>",
            "<xml/><xml/>",
            "<xml/>x",
            "x<xml/>",
            "<xml><A><![CDATA[x</A></xml>",
            "<xml><A>&#0;</A></xml>",
            "<xml><A>&#xD800;</A></xml>",
            "<xml><A>&amp</A></xml>",
            "{\"a\":1}",
        ] {
            assert_eq!(parse(xml.as_bytes()), Err(XmlError::Malformed), "{xml}");
        }
    }

    #[test]
    fn a_field_given_twice_is_refused() {
        assert_eq!(parse(b"<xml><A>1</A><B/><A>2</A></xml>"), Err(XmlError::Duplicate));
    }

    #[test]
    fn bounds_hold_on_both_sides() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(parse(nested(32).as_bytes()).is_ok());
        assert_eq!(parse(nested(33).as_bytes()), Err(XmlError::TooComplex));
        let many = |count: usize| format!("<xml><L>{}</L></xml>", "<i/>".repeat(count - 2));
        assert!(parse(many(200).as_bytes()).is_ok());
        assert_eq!(parse(many(201).as_bytes()), Err(XmlError::TooComplex));
        let long = |bytes: usize| format!("<xml><A>{}</A></xml>", "x".repeat(bytes - 18));
        assert_eq!(long(MAX_BYTES).len(), MAX_BYTES);
        assert!(parse(long(MAX_BYTES).as_bytes()).is_ok());
        assert_eq!(parse(long(MAX_BYTES + 1).as_bytes()), Err(XmlError::TooLarge));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn nothing_that_looks_like_xml_makes_it_panic(parts in proptest::collection::vec(
            prop::sample::select(vec!["<xml>", "</xml>", "<A>", "</A>", "<A/>", "<![CDATA[", "]]>", "&amp;", "&#1;", "&", "<", ">", " ", "中", "<!--", "-->", "<?", "?>"]), 0..40)) {
            let _ = parse(parts.concat().as_bytes());
        }

        #[test]
        fn any_text_in_cdata_is_read_back(text in "[^\\x00\\]\\r]{0,60}") {
            let xml = format!("<xml><A><![CDATA[{text}]]></A></xml>");
            let fields = parse(xml.as_bytes()).unwrap();
            prop_assert_eq!(fields.get("A"), Some(text.as_str()));
        }
    }
}
