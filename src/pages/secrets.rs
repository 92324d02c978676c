//! Temporary passwords: made here, shown on one page, kept as a hash.
use zeroize::Zeroizing;

use super::around::shell;
use super::operators;
use crate::app::App;
use crate::base::{Phc, Result, random};
use crate::gate::Person;
use crate::http::{Request, Response};
use crate::model::{Operator, TEMPORARY_MS, TEMPORARY_PASSWORD_GROUPS};
use crate::views::layout::Nav;
use crate::views::{Glyph, Times, operator, receipt};

/// A temporary password that was set by this request.
pub struct Temporary<'a> {
    pub operator: &'a Operator,
    pub password: &'a str,
}

/// A new one, and what is kept of it.
pub async fn temporary(app: &App) -> Result<(Zeroizing<String>, Phc)> {
    let password = random::readable(TEMPORARY_PASSWORD_GROUPS);
    let phc = app.passwords().hash(password.clone()).await?;
    Ok((password, phc))
}

impl Temporary<'_> {
    pub fn page(&self, app: &App, request: &Request, person: &Person) -> Response {
        let now = app.clock().now();
        let times = Times {
            now,
            zone: &person.zone,
        };
        let title = format!("Temporary password for {}", self.operator.name);
        let html = receipt::page(&receipt::Page {
            shell: shell(request, person, "/operators"),
            nav: Nav::Operators,
            title: &title,
            glyph: Glyph::Operator,
            secret: self.password,
            copy: "Copy password",
            hint: "Pass it on in a way that others cannot read. It only opens the page on which \
                   they choose their own.",
            facts: operator::temporary(&self.operator.email, now + TEMPORARY_MS, times),
            done_href: &operators::href(self.operator),
            lost: "Lost it? Reset the password.",
        });
        Response::html(html)
    }
}
