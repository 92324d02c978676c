//! Promises that every page keeps, whatever it is given.
use super::sample_logs::{details, logs};
use super::sample_world::{World, events};
use super::samples::pages;
use crate::model::{Action, Outcome, catalogue};

/// No inline style or script: the content security policy forbids them, and nothing asks for an
/// exception.
#[test]
fn no_page_carries_inline_style_or_script() {
    for (name, page) in pages(&World::new(None)) {
        assert_strict(name, &page);
    }
}

#[test]
fn hostile_texts_come_out_inert_on_every_page() {
    let calm = pages(&World::new(Some("calm")));
    let case = |text: &str| {
        for ((name, page), (_, calm)) in pages(&World::new(Some(text))).iter().zip(&calm) {
            assert_strict(name, page);
            // No text makes an element or an attribute: the skeleton stays the same.
            assert!(skeleton(page) == skeleton(calm), "{name}: {text:.20}");
            for active in ['\u{202e}', '\u{2066}', '\u{200b}', '\0', '\u{7}'] {
                assert!(!page.contains(active), "{name}");
            }
        }
    };
    case("<script>alert(1)</script>");
    case("\"><img src=x onerror=alert(1)>");
    case("' onmouseover='alert(1)' style='color:red");
    case("</title></textarea></style><!--");
    case("a\u{202e}b\u{2066}c\u{200b}d\0e\u{7}f");
    case("&lt;b&gt; &amp; {{7*7}} ${x}");
    case("\n\t");
    case(&"x".repeat(10_000));
    case(&"𝕏é漢字".repeat(900));
}

#[test]
fn a_success_title_never_stands_on_a_failure() {
    let world = World::new(None);
    for action in Action::ALL {
        let event = world.event(1999, action.name(), Outcome::Failure);
        let page = logs(&world, std::slice::from_ref(&event), |page| {
            page.form.events.clear();
            page.drawer = Some(details(&world, &event));
        });
        let success = catalogue::title(action.name(), Outcome::Success);
        assert!(!page.contains(&format!(">{success}<")), "{success}");
        assert!(
            !page.contains(&format!("details of {success}<")),
            "{success}"
        );
        let failure = catalogue::title(action.name(), Outcome::Failure);
        assert!(page.contains(&format!(">{failure}<")), "{failure}");
        assert!(page.contains("data-outcome=\"failure\""));
    }
}

#[test]
fn the_hooks_that_scripts_of_others_use_are_there() {
    let world = World::new(None);
    let all = pages(&world);
    let page = |name| &all.iter().find(|(it, _)| *it == name).unwrap().1;
    fn case(page: &str, hook: &str) {
        assert!(page.contains(hook), "{hook}");
    }
    case(page("audit-logs"), "<table class=\"log\" id=\"events\"");
    case(
        page("audit-logs"),
        "data-event=\"1999\" data-outcome=\"success\"",
    );
    case(page("audit-logs-scoped"), "data-range>51–100 of 1,416<");
    case(
        page("audit-logs-event"),
        "<aside class=\"drawer\" id=\"drawer\"",
    );
    case(
        page("audit-logs-event"),
        "<h2 id=\"event\" tabindex=\"-1\">API key updated<",
    );
    case(page("audit-logs-event"), "4 of 1,416");
    case(page("audit-logs-filtered"), "role=\"status\"");
    case(page("audit-logs-filtered"), "<li data-warning><b>severity");
    case(page("audit-logs-not-found"), "Event not found");
    assert!(!page("audit-logs-scoped").contains("/operators\""));
}

#[test]
fn no_attempt_to_sign_in_is_told_as_a_person() {
    let world = World::new(None);
    let all = events(&world);
    let page = logs(&world, &all, |page| {
        page.drawer = Some(details(&world, &all[7]));
    });
    let sentence = "Someone tried to sign in as <b>Priya Nair</b>. Who it was is not verified.";
    assert!(page.contains(sentence));
}

#[test]
fn the_first_page_stays_within_its_budget() {
    let world = World::new(None);
    let page = logs(&world, &events(&world), |_| ());
    assert!(page.len() < 110_000, "{} bytes", page.len());
    assert!(page.matches('<').count() / 2 < 3000);
}

fn assert_strict(name: &str, page: &str) {
    for tag in tags(page) {
        let has = |it: &str| tag.contains(it);
        assert!(!tag.starts_with("style"), "{name}: {tag}");
        assert!(
            !tag.starts_with("script") || has(" src=\"/assets/"),
            "{name}: {tag}"
        );
        for attribute in attributes(tag) {
            let is_inline = attribute == "style" || attribute.starts_with("on");
            assert!(!is_inline, "{name}: {tag}");
        }
    }
    assert!(page.contains(" defer></script>"), "{name}");
    assert_eq!(page.matches("<script").count(), 1, "{name}");
    assert_eq!(page.matches("<h1").count(), 1, "{name}");
    assert_eq!(page.matches("id=\"main\"").count(), 1, "{name}");
}

/// What stands between `<` and `>`; our markup has no `>` in values, and texts are escaped.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.split('<')
        .skip(1)
        .map(|it| it.split('>').next().unwrap())
}

/// Names only: values in quotation marks are cut out first.
fn attributes(tag: &str) -> Vec<&str> {
    let outside = tag.split('"').step_by(2);
    outside
        .flat_map(str::split_whitespace)
        .map(|it| it.trim_end_matches('='))
        .collect()
}

/// Elements and attribute names, in order.
fn skeleton(page: &str) -> Vec<String> {
    tags(page).map(|it| attributes(it).join(" ")).collect()
}
