//! The menu that exports what the filters match.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::times::counted;

pub struct Menu {
    /// Events that would be in the file.
    pub count: u64,
    pub csv_href: String,
    pub ndjson_href: String,
}

/// Links without `download`: an export that is refused shows why.
pub fn menu(menu: &Menu) -> Markup {
    html! {
        button.btn type="button" popovertarget="export" {
            (icon(Glyph::Export)) "Export" (icon(Glyph::ChevronDown))
        }
        div #export .pop popover {
            p.pop-h {
                "Export " (counted(menu.count, "event"))
                span { "Current filters, redacted" }
            }
            ul {
                li { a href=(menu.csv_href) { "CSV (spreadsheet)" } }
                li { a href=(menu.ndjson_href) { "NDJSON (one event per line)" } }
            }
        }
    }
}
