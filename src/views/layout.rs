//! The frame around every page: head, navigation, account menu, sprite.
use maud::{DOCTYPE, Markup, Render, html};

use super::bookmarks;
use super::icons::{self, Glyph, icon};
use super::parts;
use crate::assets;
use crate::model::{SavedView, Theme};

pub const PRODUCT: &str = "Annals";

/// What stands around the pages of somebody who has signed in.
#[derive(Clone, Copy)]
pub struct Shell<'a> {
    /// The instance's name; blank where it has none.
    pub instance: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub is_owner: bool,
    pub theme: Theme,
    /// Whether single keys do something.
    pub shortcuts: bool,
    pub csrf: &'a str,
    /// Path and query of this page: the theme form comes back to it.
    pub here: &'a str,
    /// Served without encryption to more than this machine.
    pub is_insecure: bool,
    /// For the navigation.
    pub views: &'a [SavedView],
}

/// What stands around the pages of nobody yet.
#[derive(Clone, Copy)]
pub struct Bare {
    pub theme: Theme,
    pub is_insecure: bool,
}

/// The entries of the navigation. Only pages that exist.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Nav {
    AuditLogs,
    Pools,
    Upstreams,
    ApiKeys,
    Operators,
    Settings,
    /// A page that is reached from elsewhere.
    None,
}

pub struct Frame<'a> {
    pub title: &'a str,
    pub nav: Nav,
    pub body: Markup,
    /// The column beside the page.
    pub drawer: Option<Markup>,
}

struct Document<'a> {
    title: &'a str,
    theme: Theme,
    body_class: Option<&'a str>,
    shortcuts: bool,
    inner: Markup,
}

pub fn page(shell: &Shell, frame: Frame) -> String {
    let has_drawer = frame.drawer.is_some();
    document(Document {
        title: frame.title,
        theme: shell.theme,
        body_class: has_drawer.then_some("has-drawer"),
        shortcuts: shell.shortcuts,
        inner: html! {
            (navigation(shell, frame.nav))
            main #main .main tabindex="-1" {
                @if shell.is_insecure { (insecure()) }
                (frame.body)
            }
            @if let Some(drawer) = frame.drawer { (drawer) }
        },
    })
}

pub fn bare(bare: Bare, title: &str, body: &Markup) -> String {
    document(Document {
        title,
        theme: bare.theme,
        body_class: Some("bare"),
        shortcuts: false,
        inner: html! {
            main #main .main tabindex="-1" {
                @if bare.is_insecure { (insecure()) }
                (body)
            }
        },
    })
}

fn document(document: Document) -> String {
    let theme = match document.theme {
        Theme::System => None,
        chosen => Some(chosen.as_str()),
    };
    let keys = if document.shortcuts { "on" } else { "off" };
    let page = html! {
        (DOCTYPE)
        html lang="en" data-theme=[theme] {
            (head(document.title))
            body class=[document.body_class] data-keys=(keys) {
                a.skip href="#main" { "Skip to content" }
                (icons::sprite(&document.inner.0))
                div.app { (document.inner) }
            }
        }
    };
    inert(page.into_string())
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · " (PRODUCT) }
            link rel="icon" href=(assets::url("favicon.svg")) type="image/svg+xml";
            link rel="stylesheet" href=(assets::url("app.css"));
            script src=(assets::url("app.js")) defer {}
        }
    }
}

/// Control and direction characters change how the text around them reads, and none of ours
/// needs one. Replaced here, once for everything that a page may quote.
fn inert(page: String) -> String {
    if page.chars().any(is_active) {
        let still = |it| {
            if is_active(it) {
                char::REPLACEMENT_CHARACTER
            } else {
                it
            }
        };
        return page.chars().map(still).collect();
    }
    page
}

fn is_active(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => true,
        it => it.is_control(),
    }
}

fn navigation(shell: &Shell, current: Nav) -> Markup {
    html! {
        header.nav {
            a.brand href="/audit-logs" {
                (icons::mark())
                span.brand-t {
                    (PRODUCT)
                    @if !shell.instance.is_empty() { span.inst { (shell.instance) } }
                }
            }
            details.menu { summary { (icon(Glyph::Menu)) span { "Menu" } } }
            div.nav-b {
                nav aria-label="Main" {
                    ul.nav-l {
                        (entry(current, Nav::AuditLogs))
                        (entry(current, Nav::Pools))
                        (entry(current, Nav::Upstreams))
                        (entry(current, Nav::ApiKeys))
                        @if shell.is_owner { (entry(current, Nav::Operators)) }
                        @if shell.is_owner { (entry(current, Nav::Settings)) }
                    }
                }
                (bookmarks::nav(shell.views, shell.here))
                div.nav-f { (account_menu(shell)) }
            }
        }
    }
}

fn entry(current: Nav, nav: Nav) -> Markup {
    let (href, text, glyph) = match nav {
        Nav::AuditLogs => ("/audit-logs", "Audit logs", Glyph::Log),
        Nav::Pools => ("/pools", "Pools", Glyph::Pool),
        Nav::Upstreams => ("/upstreams", "Upstreams", Glyph::Upstream),
        Nav::ApiKeys => ("/api-keys", "API keys", Glyph::ApiKey),
        Nav::Operators => ("/operators", "Operators", Glyph::Operator),
        Nav::Settings => ("/settings", "Settings", Glyph::Settings),
        Nav::None => return Markup::default(),
    };
    let is_current = (current == nav).then_some("page");
    html! {
        li {
            a href=(href) title=(text) aria-current=[is_current] {
                (icon(glyph)) span { (text) }
            }
        }
    }
}

fn account_menu(shell: &Shell) -> Markup {
    html! {
        button.me type="button" popovertarget="me-menu" {
            (parts::avatar(shell.name, shell.email))
            span.me-t { span { (shell.name) } span.mut { (parts::role(shell.is_owner)) } }
            (icons::classed(Glyph::Sort, "i end"))
        }
        div #me-menu .pop popover {
            p.pop-h { (shell.name) span { (shell.email) } }
            ul {
                li { a href="/account" { (icon(Glyph::Operator)) "Account" } }
                li {
                    a href="/shortcuts" data-shortcuts {
                        (icon(Glyph::Keyboard)) "Keyboard shortcuts" kbd.end { "?" }
                    }
                }
                li { a href="/views" { (icon(Glyph::Bookmark)) "Saved views" } }
                li { a href="/events" { (icon(Glyph::Log)) "Event catalogue" } }
            }
            (theme_form(shell, "seg-f"))
            form method="post" action="/sign-out" {
                (parts::csrf(shell.csrf))
                button.pop-b { (icon(Glyph::SignOut)) "Sign out" }
            }
        }
    }
}

/// The three themes as buttons.
pub fn theme_form(shell: &Shell, classes: &str) -> Markup {
    html! {
        form.(classes) method="post" action="/account/theme" {
            (parts::csrf(shell.csrf))
            input type="hidden" name="next" value=(shell.here);
            span { "Theme" }
            span.seg role="group" aria-label="Theme" {
                @for theme in Theme::ALL {
                    @let is_on = theme == shell.theme;
                    button name="theme" value=(theme.as_str()) aria-pressed=(is_on) {
                        (theme_name(theme))
                    }
                }
            }
        }
    }
}

fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "System",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}

fn insecure() -> impl Render {
    html! {
        div.note.warn.lasting {
            (icon(Glyph::Warning))
            div {
                h2 { "This connection is not encrypted" }
                p {
                    "Passwords, keys and events can be read on the way. "
                    "Put Annals behind HTTPS before others use it."
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_turn_text_around_do_not_reach_the_page() {
        let page = bare(
            Bare {
                theme: Theme::System,
                is_insecure: false,
            },
            "a\u{202e}b\0c",
            &html! { p { "x\u{2066}y\nz" } },
        );
        assert!(page.contains("<title>a\u{fffd}b\u{fffd}c · Annals</title>"));
        assert!(page.contains("x\u{fffd}y\nz"));
    }

    #[test]
    fn the_sprite_has_what_the_page_uses_and_nothing_else() {
        let body = html! { (icon(Glyph::Lock)) "href=\"#i-eye\"" };
        let page = bare(
            Bare {
                theme: Theme::Dark,
                is_insecure: false,
            },
            "t",
            &body,
        );
        assert!(page.contains("<symbol id=\"i-lock\""));
        assert_eq!(page.matches("<symbol").count(), 1);
        assert!(page.contains("<html lang=\"en\" data-theme=\"dark\">"));
    }
}
