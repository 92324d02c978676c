//! A credential document, `auth.json`: name, format and secret of an upstream. Nothing else in it
//! is kept, and none of it is ever repeated.
use super::parser::{Item, Parser};
use super::tree::Node;
use crate::model::safe::Label;
use crate::model::{Credentials, SourceFormat, UpstreamSecret};

const DOCUMENT_BYTES_MAX: usize = 64 * 1024;

/// Why a document is refused, without a word of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DocumentFault {
    TooLong,
    NotJson,
    NoObject,
    RepeatedName,
    Missing,
    Name,
    Format,
    Secret,
}

impl DocumentFault {
    /// What the form shows.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::TooLong => "The document is longer than 64 KiB.",
            Self::NotJson => "The document is not valid JSON.",
            Self::NoObject => "The document is not a JSON object.",
            Self::RepeatedName => "The document names something twice, or nests too deep.",
            Self::Missing => "The document needs name, format and secret, each a text.",
            Self::Name => {
                "The document’s name is not a name: use 1 to 120 letters, digits, spaces and \
                 simple punctuation, and nothing that looks like a credential."
            }
            Self::Format => "The document’s format is none that Annals knows.",
            Self::Secret => "The document’s secret has to be one line of 8 to 4,096 bytes.",
        }
    }
}

/// Members that are not fields are ignored: such documents carry more than an upstream needs.
pub fn read_document(text: &str) -> Result<Credentials, DocumentFault> {
    if text.len() > DOCUMENT_BYTES_MAX {
        return Err(DocumentFault::TooLong);
    }
    let item = whole(text).ok_or(DocumentFault::NotJson)?;
    if item.found.is_some() {
        return Err(DocumentFault::RepeatedName);
    }
    let Node::Map(map) = &item.node else {
        return Err(DocumentFault::NoObject);
    };
    let field = |name: &str| {
        let mut members = map.iter();
        let found = members.find(|(key, _)| key.as_str() == name);
        found
            .and_then(|(_, it)| it.as_text())
            .ok_or(DocumentFault::Missing)
    };
    let (name, format, secret) = (field("name")?, field("format")?, field("secret")?);
    Ok(Credentials {
        name: Label::gate(name.trim()).map_err(|_refusal| DocumentFault::Name)?,
        format: SourceFormat::parse(format).ok_or(DocumentFault::Format)?,
        secret: UpstreamSecret::parse(secret).ok_or(DocumentFault::Secret)?,
    })
}

fn whole(text: &str) -> Option<Item<'_>> {
    // Some editors begin a file with a mark of its encoding.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = Parser::keeping(text, DOCUMENT_BYTES_MAX);
    let item = parser.item().ok()?;
    parser.is_at_end().then_some(item)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<DocumentFault> {
        read_document(text).err()
    }

    #[test]
    fn a_document_is_read_and_what_is_no_field_is_ignored() {
        let text = r#"{"name":"gitea prod","format":"gitea","secret":"a\u0062cdefgh",
            "url":"https://x","more":{"secret":"other"}}"#;
        let read = read_document(text).unwrap();
        assert_eq!(read.name.as_str(), "gitea prod");
        assert_eq!(read.format, SourceFormat::Gitea);
        assert_eq!(read.secret.as_bytes(), b"abcdefgh");
    }

    #[test]
    fn a_bad_document_is_refused_with_what_is_wrong_and_not_with_what_it_says() {
        #[track_caller]
        fn case(text: &str, expected: DocumentFault) {
            assert_eq!(fault(text), Some(expected), "{text}");
        }
        let with = |name: &str, format: &str, secret: &str| {
            format!(r#"{{"name":{name},"format":{format},"secret":{secret}}}"#)
        };
        let (name, format, secret) = (r#""gitea""#, r#""gitea""#, r#""hunter2hunter2""#);
        assert_eq!(fault(&with(name, format, secret)), None);
        case("", DocumentFault::NotJson);
        case("{", DocumentFault::NotJson);
        case("{} {}", DocumentFault::NotJson);
        case("hunter2", DocumentFault::NotJson);
        case("[]", DocumentFault::NoObject);
        case("{}", DocumentFault::Missing);
        case(&with("null", format, secret), DocumentFault::Missing);
        case(&with(name, "7", secret), DocumentFault::Missing);
        case(&with(name, format, "[\"a\"]"), DocumentFault::Missing);
        case(&with("\"\"", format, secret), DocumentFault::Name);
        case(
            &with("\"AKIAABCDEFGHIJKLMNOP\"", format, secret),
            DocumentFault::Name,
        );
        case(&with(name, "\"ftp\"", secret), DocumentFault::Format);
        case(&with(name, format, "\"short\""), DocumentFault::Secret);
        case(
            &with(name, format, "\"two\\nlines of it\""),
            DocumentFault::Secret,
        );
        case(
            r#"{"name":"a","name":"b","format":"json","secret":"hunter2hunter2"}"#,
            DocumentFault::RepeatedName,
        );
        case(
            &format!("{{\"a\":{}1{}}}", "[".repeat(9), "]".repeat(9)),
            DocumentFault::RepeatedName,
        );
        case(&" ".repeat(DOCUMENT_BYTES_MAX + 1), DocumentFault::TooLong);
        let most = format!("{}{}", with(name, format, secret), " ".repeat(60_000));
        assert_eq!(fault(&most), None);
    }
}
