//! What the set-up form and later forms check of a new person, in words for the form.
use zeroize::Zeroizing;

use crate::http::Form;
use crate::model::safe::{Email, Label};
use crate::model::{Refusal, WeakPassword, check_password};

pub struct Entry {
    pub name: Label,
    pub email: Email,
    pub password: Zeroizing<String>,
}

pub fn read(form: &Form) -> Result<Entry, &'static str> {
    let text = |name| form.get(name).unwrap_or_default().trim();
    let name = Label::gate(text("name")).map_err(Refusal::sentence)?;
    let email = Email::parse(text("email"))
        .map_err(|_refusal| "Write an e-mail address, such as ana@example.org.")?;
    let password = form.secret("password").unwrap_or_default();
    let about = [email.as_str(), name.as_str()];
    check_password(&password, &about).map_err(WeakPassword::sentence)?;
    Ok(Entry {
        name,
        email,
        password,
    })
}
