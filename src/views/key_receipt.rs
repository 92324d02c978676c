//! A key's secret, on the one page that shows it.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::key_form::permission_text;
use super::parts;
use super::times::Times;
use crate::base::Millis;
use crate::model::Permission;

pub struct Receipt<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub secret: &'a str,
    pub permission: Permission,
    pub pool_name: &'a str,
    pub expires: Option<Millis>,
    /// What it replaces.
    pub replaced: Option<Replaced<'a>>,
    pub base_url: &'a str,
}

/// The secret that opened the key so far.
pub struct Replaced<'a> {
    /// Its public beginning.
    pub prefix: &'a str,
    /// None: it opens nothing any more.
    pub until: Option<Millis>,
}

pub fn panel(receipt: &Receipt, times: Times) -> Markup {
    html! {
        section.receipt aria-labelledby="rc" {
            div.rc-h {
                (icon(Glyph::ApiKey))
                div {
                    h2 #rc tabindex="-1" { "Copy the key for " (receipt.name) " now" }
                    p {
                        "This is the only time it is shown. We store a hash, so nobody can "
                        "recover it later."
                    }
                }
            }
            div.secret {
                code.sel #secret { (receipt.secret) }
                button.btn.pri type="button" data-copy=(receipt.secret) data-js {
                    (icon(Glyph::Copy)) span data-l { "Copy key" }
                }
            }
            dl.kv.in {
                (parts::fact("Permission", Some(permission_text(receipt.permission))))
                (parts::fact("Pool", Some(receipt.pool_name)))
                (parts::fact("Expires", Some(match receipt.expires {
                    Some(ms) => times.long_date(ms),
                    None => "Never".to_owned(),
                })))
                (parts::fact("Replaces", receipt.replaced.as_ref().map(|it| replaced(it, times))))
            }
            @if receipt.permission == Permission::Write {
                details.json {
                    summary { (parts::twist()) "Send a test event" }
                    (parts::curl(receipt.base_url))
                }
            }
            p.rc-f {
                a.btn href="/api-keys" { "I’ve stored it" }
                span.mut { "Lost it? Rotate the key to get another one." }
            }
        }
    }
}

fn replaced(replaced: &Replaced, times: Times) -> Markup {
    html! {
        span.mono { (replaced.prefix) "…" }
        @match replaced.until {
            Some(ms) => {
                ", which works until " (times.date_clock(ms)) " " (times.zone_name()) " too"
            }
            None => ", which no longer works",
        }
    }
}
