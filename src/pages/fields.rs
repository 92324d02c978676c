//! What many forms carry.
use crate::http::Form;

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
