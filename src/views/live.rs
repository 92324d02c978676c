//! What tells of new events while the log is open. Rows never move under the reader.
use maud::{Markup, html};

pub struct Live {
    /// Answers how many events have come since, as plain text.
    pub count_href: String,
    /// The first page, read anew.
    pub first_href: String,
}

/// Pauses the asking, for as long as the browser's tab is open. Works with script only.
pub fn button(live: &Live) -> Markup {
    html! {
        button.btn.live type="button" aria-pressed="true" data-live=(live.count_href) data-js {
            span.dot {}
            "Live"
        }
    }
}

/// Where script says how many there are.
pub fn slot(live: &Live) -> Markup {
    html! { p.fresh role="status" data-newer=(live.first_href) {} }
}
