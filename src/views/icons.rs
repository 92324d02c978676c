//! The glyphs of a page: one sprite with only those that the page uses. The one place where
//! markup is taken as it stands; it is all ours (Lucide, see assets/LICENSE-icons.txt).
use maud::{Markup, PreEscaped, html};

use crate::model::Icon;

const VIEW_BOX: &str = "0 0 24 24";

macro_rules! glyphs {
    ($($variant:ident $name:literal $shapes:literal)+) => {
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum Glyph {
            $($variant,)+
        }

        impl Glyph {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            fn shapes(self) -> &'static str {
                match self {
                    $(Self::$variant => $shapes,)+
                }
            }
        }
    };
}

/// A reference into the sprite. Icons say nothing on their own: text beside them does.
pub fn icon(glyph: Glyph) -> Markup {
    classed(glyph, "i")
}

/// With more classes: "i xl".
pub fn classed(glyph: Glyph, classes: &str) -> Markup {
    html! {
        svg class=(classes) aria-hidden="true" focusable="false" {
            use href={ "#i-" (glyph.name()) } {}
        }
    }
}

/// The symbols that `markup` refers to. Text of others cannot pull one in: it is escaped, and
/// so has no quotation mark.
pub fn sprite(markup: &str) -> Markup {
    let used = Glyph::ALL
        .iter()
        .filter(|it| markup.contains(&format!("href=\"#i-{}\"", it.name())));
    html! {
        svg.sprite width="0" height="0" aria-hidden="true" focusable="false" {
            @for glyph in used {
                symbol id={ "i-" (glyph.name()) } viewBox=(VIEW_BOX) {
                    (PreEscaped(glyph.shapes()))
                }
            }
        }
    }
}

/// The product's mark.
pub fn mark() -> Markup {
    html! {
        svg.mark viewBox=(VIEW_BOX) aria-hidden="true" focusable="false" {
            rect x="2" y="2" width="20" height="20" rx="5" {}
            path d="M7 8h10M7 12h6M7 16h3" {}
            path.tick d="m13.5 16 2 2 3.8-4.4" {}
        }
    }
}

impl From<Icon> for Glyph {
    fn from(icon: Icon) -> Self {
        match icon {
            Icon::SignIn => Self::SignIn,
            Icon::Session => Self::Session,
            Icon::Operator => Self::Operator,
            Icon::Invite => Self::Invite,
            Icon::Pool => Self::Pool,
            Icon::Upstream => Self::Upstream,
            Icon::ApiKey => Self::ApiKey,
            Icon::McpToken => Self::McpToken,
            Icon::Settings => Self::Settings,
            Icon::Export => Self::Export,
            Icon::System => Self::System,
            Icon::Other => Self::Other,
        }
    }
}

glyphs! {
    SignIn "auth" r#"
        <path d="M12 10a2 2 0 0 0-2 2c0 1.02-.1 2.51-.26 4"/>
        <path d="M14 13.12c0 2.38 0 6.38-1 8.88"/>
        <path d="M17.29 21.02c.12-.6.43-2.3.5-3.02"/>
        <path d="M2 12a10 10 0 0 1 18-6"/>
        <path d="M2 16h.01"/>
        <path d="M21.8 16c.2-2 .131-5.354 0-6"/>
        <path d="M5 19.5C5.5 18 6 15 6 12a6 6 0 0 1 .34-2"/>
        <path d="M8.65 22c.21-.66.45-1.32.57-2"/>
        <path d="M9 6.8a6 6 0 0 1 9 5.2v2"/>"#
    Session "session" r#"
        <path d="M18 8V6a2 2 0 0 0-2-2H4a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h8"/>
        <path d="M10 19v-3.96 3.15"/>
        <path d="M7 19h5"/>
        <rect width="6" height="10" x="16" y="12" rx="2"/>"#
    Operator "operator" r#"<circle cx="12" cy="8" r="5"/><path d="M20 21a8 8 0 0 0-16 0"/>"#
    Invite "invite" r#"
        <path d="m22 7-8.991 5.727a2 2 0 0 1-2.009 0L2 7"/>
        <rect x="2" y="4" width="20" height="16" rx="2"/>"#
    Pool "pool" r#"
        <path d="M12.83 2.18a2 2 0 0 0-1.66 0L2.6 6.08a1 1 0 0 0 0 1.83l8.58 3.91
        a2 2 0 0 0 1.66 0l8.58-3.9a1 1 0 0 0 0-1.83z"/>
        <path d="M2 12a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 12"/>
        <path d="M2 17a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 17"/>"#
    Upstream "upstream" r#"
        <path d="M12 13v8"/>
        <path d="M4 14.899A7 7 0 1 1 15.71 8h1.79a4.5 4.5 0 0 1 2.5 8.242"/>
        <path d="m8 17 4-4 4 4"/>"#
    ApiKey "key" r#"
        <path d="M2.586 17.414A2 2 0 0 0 2 18.828V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1
        a1 1 0 0 1 1-1h1a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h.172a2 2 0 0 0 1.414-.586l.814-.814
        a6.5 6.5 0 1 0-4-4z"/>
        <circle cx="16.5" cy="7.5" r=".5" fill="currentColor"/>"#
    McpToken "token" r#"<path d="M12 19h8"/><path d="m4 17 6-6-6-6"/>"#
    Settings "settings" r#"
        <path d="M10 5H3"/>
        <path d="M12 19H3"/>
        <path d="M14 3v4"/>
        <path d="M16 17v4"/>
        <path d="M21 12h-9"/>
        <path d="M21 19h-5"/>
        <path d="M21 5h-7"/>
        <path d="M8 10v4"/>
        <path d="M8 12H3"/>"#
    Export "export" r#"
        <path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588
        A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z"/>
        <path d="M14 2v5a1 1 0 0 0 1 1h5"/>
        <path d="M12 18v-6"/>
        <path d="m9 15 3 3 3-3"/>"#
    System "system" r#"
        <path d="M12 20v2"/>
        <path d="M12 2v2"/>
        <path d="M17 20v2"/>
        <path d="M17 2v2"/>
        <path d="M2 12h2"/>
        <path d="M2 17h2"/>
        <path d="M2 7h2"/>
        <path d="M20 12h2"/>
        <path d="M20 17h2"/>
        <path d="M20 7h2"/>
        <path d="M7 20v2"/>
        <path d="M7 2v2"/>
        <rect x="4" y="4" width="16" height="16" rx="2"/>
        <rect x="8" y="8" width="8" height="8" rx="1"/>"#
    Other "other" r#"<circle cx="12" cy="12" r="10"/><circle cx="12" cy="12" r="1"/>"#
    Done "ok" r#"<path d="M20 6 9 17l-5-5"/>"#
    Failed "fail" r#"<path d="M18 6 6 18"/><path d="m6 6 12 12"/>"#
    Log "log" r#"
        <path d="M15 12h-5"/>
        <path d="M15 8h-5"/>
        <path d="M19 17V5a2 2 0 0 0-2-2H4"/>
        <path d="M8 21h12a2 2 0 0 0 2-2v-1a1 1 0 0 0-1-1H11a1 1 0 0 0-1 1v1a2 2 0 1 1-4 0V5
        a2 2 0 1 0-4 0v2a1 1 0 0 0 1 1h3"/>"#
    Search "search" r#"<path d="m21 21-4.34-4.34"/><circle cx="11" cy="11" r="8"/>"#
    Close "close" r#"<path d="M18 6 6 18"/><path d="m6 6 12 12"/>"#
    ChevronDown "chev" r#"<path d="m6 9 6 6 6-6"/>"#
    ChevronRight "right" r#"<path d="m9 18 6-6-6-6"/>"#
    Up "up" r#"<path d="m5 12 7-7 7 7"/><path d="M12 19V5"/>"#
    Down "down" r#"<path d="M12 5v14"/><path d="m19 12-7 7-7-7"/>"#
    Left "left" r#"<path d="m12 19-7-7 7-7"/><path d="M19 12H5"/>"#
    Copy "copy" r#"
        <rect width="14" height="14" x="8" y="8" rx="2" ry="2"/>
        <path d="M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2"/>"#
    Link "link" r#"
        <path d="M9 17H7A5 5 0 0 1 7 7h2"/>
        <path d="M15 7h2a5 5 0 1 1 0 10h-2"/>
        <line x1="8" x2="16" y1="12" y2="12"/>"#
    Warning "warn" r#"
        <path d="m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3"/>
        <path d="M12 9v4"/>
        <path d="M12 17h.01"/>"#
    Info "info" r#"<circle cx="12" cy="12" r="10"/><path d="M12 16v-4"/><path d="M12 8h.01"/>"#
    Plus "plus" r#"<path d="M5 12h14"/><path d="M12 5v14"/>"#
    More "more" r#"
        <circle cx="12" cy="12" r="1"/>
        <circle cx="19" cy="12" r="1"/>
        <circle cx="5" cy="12" r="1"/>"#
    Menu "menu" r#"<path d="M4 5h16"/><path d="M4 12h16"/><path d="M4 19h16"/>"#
    SignOut "out" r#"
        <path d="m16 17 5-5-5-5"/>
        <path d="M21 12H9"/>
        <path d="M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4"/>"#
    Lock "lock" r#"
        <circle cx="12" cy="16" r="1"/>
        <rect x="3" y="10" width="18" height="12" rx="2"/>
        <path d="M7 10V7a5 5 0 0 1 10 0v3"/>"#
    Eye "eye" r#"
        <path d="M2.062 12.348
        a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0"/>
        <circle cx="12" cy="12" r="3"/>"#
    Keyboard "kbd" r#"
        <path d="M10 8h.01"/>
        <path d="M12 12h.01"/>
        <path d="M14 8h.01"/>
        <path d="M16 12h.01"/>
        <path d="M18 8h.01"/>
        <path d="M6 8h.01"/>
        <path d="M7 16h10"/>
        <path d="M8 12h.01"/>
        <rect width="20" height="16" x="2" y="4" rx="2"/>"#
    Bookmark "bookmark" r#"
        <path d="M17 3a2 2 0 0 1 2 2v15a1 1 0 0 1-1.496.868l-4.512-2.578a2 2 0 0 0-1.984 0
        l-4.512 2.578A1 1 0 0 1 5 20V5a2 2 0 0 1 2-2z"/>"#
    Sort "sort" r#"<path d="m7 15 5 5 5-5"/><path d="m7 9 5-5 5 5"/>"#
}
