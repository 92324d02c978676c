//! Just enough HTML to read our own pages: elements, their attributes, their text.
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    /// Everything between the start tag and its end tag, as written.
    pub inner: String,
}

#[derive(Clone, Debug, Default)]
pub struct Form {
    pub action: String,
    pub method: String,
    /// Values as a browser would send them untouched, in order.
    pub fields: Vec<(String, String)>,
    /// What each select offers: value and text.
    pub options: BTreeMap<String, Vec<(String, String)>>,
}

const VOID: &[&str] = &[
    "area", "base", "br", "col", "hr", "img", "input", "link", "meta", "use", "path", "rect",
    "circle", "line", "polyline",
];

impl Element {
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    pub fn text(&self) -> String {
        text(&self.inner)
    }
}

/// Every element with this name, in order; `*` is any.
pub fn elements(page: &str, name: &str) -> Vec<Element> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = page[at..].find('<').map(|it| at + it) {
        at = start + 1;
        let Some(tag) = start_tag(page, start) else {
            continue;
        };
        at = tag.end;
        if name == "*" || tag.name == name {
            found.push(Element {
                inner: inner(page, &tag).to_owned(),
                name: tag.name,
                attributes: tag.attributes,
            });
        }
    }
    found
}

pub fn by_id(page: &str, id: &str) -> Option<Element> {
    let mut all = elements(page, "*").into_iter();
    all.find(|it| it.attribute("id") == id)
}

/// Visible text: no tags, entities resolved, white space collapsed.
pub fn text(html: &str) -> String {
    let mut plain = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        plain.push(' ');
        rest = after.split_once('>').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let plain = unescape(&plain);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn unescape(text: &str) -> String {
    let named = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", "\u{a0}");
    named.replace("&amp;", "&")
}

pub fn forms(page: &str) -> Vec<Form> {
    elements(page, "form").iter().map(form).collect()
}

fn form(element: &Element) -> Form {
    let mut form = Form {
        action: element.attribute("action").to_owned(),
        method: element.attribute("method").to_ascii_lowercase(),
        ..Form::default()
    };
    for field in elements(&element.inner, "*") {
        let name = field.attribute("name").to_owned();
        if name.is_empty() || field.has("disabled") {
            continue;
        }
        match field.name.as_str() {
            "input" => {
                let choice = matches!(field.attribute("type"), "checkbox" | "radio");
                if !choice || field.has("checked") {
                    form.fields
                        .push((name, field.attribute("value").to_owned()));
                }
            }
            "textarea" => form.fields.push((name, field.text())),
            "select" => {
                let options = elements(&field.inner, "option");
                let chosen = options.iter().find(|it| it.has("selected"));
                if let Some(chosen) = chosen.or(options.first()) {
                    form.fields.push((name.clone(), value(chosen)));
                }
                let all = options.iter().map(|it| (value(it), it.text())).collect();
                form.options.insert(name, all);
            }
            _ => {}
        }
    }
    form
}

fn value(option: &Element) -> String {
    if option.has("value") {
        option.attribute("value").to_owned()
    } else {
        option.text()
    }
}

struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
    end: usize,
    closed: bool,
}

fn start_tag(page: &str, start: usize) -> Option<Tag> {
    let bytes = page.as_bytes();
    let mut at = start + 1;
    if !bytes.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    let name_end = at + page[at..].find(|it: char| it.is_whitespace() || it == '>' || it == '/')?;
    let name = page[at..name_end].to_ascii_lowercase();
    let mut attributes = BTreeMap::new();
    at = name_end;
    loop {
        at += page[at..].find(|it: char| !it.is_whitespace())?;
        match bytes[at] {
            b'>' => break,
            b'/' => at += 1,
            _ => at = attribute(page, at, &mut attributes)?,
        }
    }
    let closed = bytes[at - 1] == b'/';
    Some(Tag {
        name,
        attributes,
        end: at + 1,
        closed,
    })
}

/// Reads one attribute and returns where it ends.
fn attribute(page: &str, at: usize, into: &mut BTreeMap<String, String>) -> Option<usize> {
    let stop = |it: char| it.is_whitespace() || matches!(it, '=' | '>' | '/');
    let end = at + page[at..].find(stop)?;
    let name = page[at..end].to_ascii_lowercase();
    if !page[end..].starts_with('=') {
        into.insert(name, String::new());
        return Some(end.max(at + 1));
    }
    let open = page.as_bytes().get(end + 1)?;
    let (from, length) = match open {
        b'"' | b'\'' => (end + 2, page[end + 2..].find(*open as char)?),
        _ => (
            end + 1,
            page[end + 1..].find(|it: char| it.is_whitespace() || it == '>')?,
        ),
    };
    into.insert(name, unescape(&page[from..from + length]));
    let quoted = usize::from(matches!(open, b'"' | b'\''));
    Some(from + length + quoted)
}

fn inner<'a>(page: &'a str, tag: &Tag) -> &'a str {
    if tag.closed || VOID.contains(&tag.name.as_str()) {
        return "";
    }
    let (open, close) = (format!("<{}", tag.name), format!("</{}", tag.name));
    let mut depth = 1;
    let mut at = tag.end;
    while let Some(next) = page[at..].find('<').map(|it| at + it) {
        let rest = &page[next..];
        let ends = |tag: &str| {
            let after = rest[tag.len()..].chars().next();
            after.is_none_or(|it| !it.is_ascii_alphanumeric() && it != '-')
        };
        if rest.starts_with(&close) && ends(&close) {
            depth -= 1;
            if depth == 0 {
                return &page[tag.end..next];
            }
        } else if rest.starts_with(&open) && ends(&open) {
            depth += 1;
        }
        at = next + 1;
    }
    &page[tag.end..]
}

#[test]
fn a_form_is_read_as_a_browser_would_send_it() {
    let page = concat!(
        r#"<form method="POST" action="/a?b=1&amp;c=2"><input type=hidden name="csrf" "#,
        r#"value="x&quot;y"><select name="pool"><option value="">All</option>"#,
        r#"<option value="p" selected>Prod</option></select><input type="checkbox" name="no">"#,
        r#"<textarea name="t"> a <b></textarea></form><form></form>"#,
    );
    let forms = forms(page);
    assert_eq!(forms.len(), 2);
    assert_eq!(forms[0].action, "/a?b=1&c=2");
    assert_eq!(forms[0].method, "post");
    let sent: Vec<_> = forms[0]
        .fields
        .iter()
        .map(|(a, b)| format!("{a}={b}"))
        .collect();
    assert_eq!(sent, ["csrf=x\"y", "pool=p", "t=a"]);
}

#[test]
fn nested_elements_end_where_they_should() {
    let page = "<div id=a><div>x</div><p>y &amp; z</p></div><div>w</div>";
    assert_eq!(by_id(page, "a").unwrap().text(), "x y & z");
}
