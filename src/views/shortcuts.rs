//! The list of keyboard shortcuts; script shows it in a dialog.
use maud::html;

use super::layout::{self, Frame, Nav, Shell};
use super::parts;

const KEYS: [(&str, &str); 7] = [
    ("j", "Next event"),
    ("k", "Previous event"),
    ("Enter", "Open the focused event"),
    ("Esc", "Close details and return to its time"),
    ("/", "Go to the filters"),
    ("c", "Copy a link to the open event"),
    ("?", "Show this list"),
];

pub fn page(shell: &Shell) -> String {
    let body = html! {
        (parts::head(
            "Keyboard shortcuts",
            "Everything here also works without shortcuts. Turn them off in Account."
        ))
        div #shortcuts .panel.form.narrow {
            dl.keys {
                @for (key, text) in KEYS { div { dt { kbd { (key) } } dd { (text) } } }
            }
        }
    };
    let frame = Frame {
        title: "Keyboard shortcuts",
        nav: Nav::None,
        body,
        drawer: None,
    };
    layout::page(shell, frame)
}
