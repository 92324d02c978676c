//! A form that came after its sender's confirmation had run out: kept on the page that asks for
//! it, sealed, and sent on from there. Nothing that was typed is lost, and none of it is readable
//! on that page.
use crate::app::App;
use crate::base::{Error, Kind, Result, hex, unhex};
use crate::http::Form;
use crate::model::Session;

const FIELD: &str = "kept";

/// What the confirming form carries for the form that was sent to `path`.
pub fn keep(app: &App, session: &Session, path: &str, form: &Form) -> Result<String> {
    let place = place(session, path);
    let sealed = app
        .store()
        .sealer()
        .seal(&place, form.encoded().as_bytes())?;
    Ok(hex(&sealed))
}

/// The same as it came, to be shown once more.
pub fn still(form: &Form) -> Option<&str> {
    form.get(FIELD)
}

/// What was kept for `path`; a form that carries nothing is what it is.
pub fn opened(app: &App, session: &Session, path: &str, form: Form) -> Result<Form> {
    let Some(kept) = still(&form) else {
        return Ok(form);
    };
    let sealed = unhex(kept).unwrap_or_default();
    match app.store().sealer().open(&place(session, path), &sealed) {
        Ok(body) => Ok(Form::parse(&body)),
        Err(_unreadable) => Err(Error::new(
            Kind::NotPermitted,
            "This form is out of date. Load the page again.",
        )),
    }
}

/// It opens in this session and for this address alone.
fn place(session: &Session, path: &str) -> String {
    format!("form|{path}|{}", session.id)
}
