//! What many forms carry.
use crate::base::Error;
use crate::http::{Form, Request};
use crate::model::Reason;
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

/// Why a form was refused. The log has one phrase for whatever is in use; a form whose name is not
/// what has to be unique says what is.
pub fn problem<'a>(error: &'a Error, taken: &'a str) -> &'a str {
    let is_taken = error.public() == Reason::NameTaken.phrase();
    if is_taken { taken } else { error.public() }
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
