//! A key's secret, on the one page that shows it.
use maud::{Markup, html};

use super::icons::Glyph;
use super::key_form::permission_text;
use super::lasting;
use super::parts;
use super::receipt::{self, Panel};
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
    receipt::panel(&Panel {
        glyph: Glyph::ApiKey,
        heading: &format!("Copy the key for {} now", receipt.name),
        secret: receipt.secret,
        copy: "Copy key",
        facts: html! {
            (parts::fact("Permission", Some(permission_text(receipt.permission))))
            (parts::fact("Pool", Some(receipt.pool_name)))
            (parts::fact("Expires", Some(lasting::end(receipt.expires, times))))
            (parts::fact("Replaces", receipt.replaced.as_ref().map(|it| replaced(it, times))))
        },
        more: html! {
            @if receipt.permission == Permission::Write {
                details.json {
                    summary { (parts::twist()) "Send a test event" }
                    (parts::curl(receipt.base_url))
                }
            }
        },
        done_href: "/api-keys",
        lost: "Lost it? Rotate the key to get another one.",
    })
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
