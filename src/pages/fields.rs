//! What many forms carry.
use crate::http::{Form, Request};
use crate::views::Choice;

/// Bytes of a text that a list is searched for.
const TEXT_MAX: usize = 128;

/// A field without the spaces around it; blank where it was not sent.
pub fn text<'a>(form: &'a Form, name: &str) -> &'a str {
    form.get(name).unwrap_or_default().trim()
}

/// The version of the record that the form was made from. One that is missing or no number is no
/// version of ours: a conflict.
pub fn version(form: &Form) -> i64 {
    form.get("version")
        .and_then(|it| it.parse().ok())
        .unwrap_or(-1)
}

/// What a list is searched for: a text, and one of the states. Anything else is no search.
pub fn find_text<'a>(request: &'a Request, states: &[Choice]) -> (&'a str, &'a str) {
    let text = request.query_value("q").unwrap_or_default().trim();
    let state = request.query_value("state").unwrap_or_default();
    let is_text = text.len() <= TEXT_MAX && !text.contains(char::is_control);
    let is_state = states.iter().any(|it| it.value == state);
    (
        if is_text { text } else { "" },
        if is_state { state } else { "" },
    )
}
