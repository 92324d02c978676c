//! What a form sends, kept to be sent again or to another start of the server.
use crate::appliance::Appliance;
use crate::browser::{Browser, FORM, encode};
use crate::html;
use crate::http::Reply;

#[derive(Clone)]
pub struct Sent {
    to: String,
    cookies: String,
    body: String,
}

impl Sent {
    pub fn of(browser: &Browser, to: &str, fields: &[(String, String)]) -> Self {
        Self {
            to: to.to_owned(),
            cookies: browser.cookie_header(),
            body: encode(fields),
        }
    }

    /// The form of a page that goes to `to`, filled in.
    #[track_caller]
    pub fn filled(browser: &Browser, page: &str, to: &str, values: &[(&str, &str)]) -> Self {
        let html = browser.page(page);
        let mut forms = html::forms(&html).into_iter();
        let form = forms.find(|it| it.method == "post" && [to, ""].contains(&it.action.as_str()));
        let mut fields = form
            .unwrap_or_else(|| panic!("no form to {to}: {html}"))
            .fields;
        fields.retain(|(name, _)| !values.iter().any(|it| it.0 == name));
        fields.extend(
            values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        Self::of(browser, to, &fields)
    }

    pub fn send(&self, app: &Appliance) -> std::io::Result<Reply> {
        let headers = [FORM, ("Cookie", self.cookies.as_str())];
        let mut connection = app.connect();
        connection.try_send("POST", &self.to, &headers, self.body.as_bytes())
    }
}
