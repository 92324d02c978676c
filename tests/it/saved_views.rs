//! Filters under a name: in the navigation, each person's own, shared by owners.
use crate::browser::{Browser, FORM, encode, link, rows};
use crate::chromium::{Chromium, ENTER, Script};
use crate::html;
use crate::people;
use crate::site::{ADMIN, OTHER_ADMIN, Site, furnish_log};

const FAILURES: &str = "/audit-logs?outcome=failure&range=7d";

#[test]
fn a_filter_is_saved_found_on_every_page_and_deleted() {
    let site = Site::new();
    furnish_log(&site);
    let admin = site.admin();
    let page = admin
        .submit(FAILURES, &[("name", "Failures this week")])
        .expect(200)
        .text();
    assert_eq!(in_navigation(&page), ["Failures this week"]);
    for path in ["/audit-logs", "/account", "/events"] {
        let to = link(&admin.page(path), "Failures this week");
        assert_eq!(to.as_deref(), Some(FAILURES), "{path}");
    }
    let listed = html::text(&admin.page("/views"));
    for told in ["Failures this week", "Failure", "Last 7 days", "Only you"] {
        assert!(listed.contains(told), "{told}: {listed}");
    }
    let question = delete_page(&admin, "Failures this week");
    let page = admin.press(&question, "/delete").expect(200).text();
    assert!(page.contains("No saved views yet"), "{page}");
    assert!(in_navigation(&page).is_empty());
    admin.open(&question).expect(404);
}

#[test]
fn a_view_of_the_same_name_is_replaced_and_holds_a_filter_and_nothing_else() {
    let site = Site::new();
    let seqs = furnish_log(&site);
    let owner = site.owner();
    let opened = format!("{FAILURES}&event={}", seqs[0]);
    owner.submit(&opened, &[("name", "One")]).expect(200);
    assert_eq!(link(&owner.page("/views"), "One").unwrap(), FAILURES);
    let other = "/audit-logs?actor=ana";
    let page = owner.submit(other, &[("name", "One")]).expect(200).text();
    assert_eq!(in_navigation(&page), ["One"]);
    assert_eq!(link(&page, "One").unwrap(), other);
    // Whatever else is in what is sent.
    let sent = "actor=ana&before=1-1&event=3&page=9&outcome=zzz&x=<b>";
    let reply = save(&owner, sent, "Two", false);
    assert_eq!(reply.header("location"), Some(other));
}

#[test]
fn nobody_sees_or_deletes_the_views_of_others() {
    let site = Site::new();
    let (owner, admin) = (site.owner(), site.admin());
    admin.submit(FAILURES, &[("name", "Of Ana")]).expect(200);
    owner.submit(FAILURES, &[("name", "Of Olga")]).expect(200);
    let question = delete_page(&admin, "Of Ana");
    let missing = owner.open("/views/999/delete").expect(404);
    let others = owner.open(&question).expect(404);
    assert_eq!(
        html::text(&missing.text()).replace(request_of(&missing), ""),
        html::text(&others.text()).replace(request_of(&others), "")
    );
    let fields = [("csrf".to_owned(), owner.csrf("/views"))];
    owner.post(&question, &fields).expect(404);
    assert_eq!(in_navigation(&admin.page("/views")), ["Of Ana"]);
    assert_eq!(in_navigation(&owner.page("/views")), ["Of Olga"]);
}

#[test]
fn owners_share_and_a_shared_view_names_nothing_that_is_hidden() {
    let site = Site::new();
    furnish_log(&site);
    let (owner, admin) = (site.owner(), site.admin());
    let other = Browser::signed_in(&site.app, OTHER_ADMIN);
    save(&owner, "outcome=failure", "For all", true).expect(303);
    save(&owner, "pool=edge", "Of edge", true).expect(303);
    save(&owner, "action=member.add", "Members", true).expect(303);
    save(&owner, "outcome=success", "Mine", false).expect(303);
    assert_eq!(
        in_navigation(&owner.page("/account")),
        ["For all", "Members", "Mine", "Of edge"]
    );
    let shared = ["For all", "Members", "Of edge"];
    assert_eq!(in_navigation(&admin.page("/account")), shared);
    let page = other.page("/views");
    assert_eq!(
        in_navigation(&page),
        ["For all"],
        "a Pool and an event that they do not see are in the others"
    );
    assert!(!page.contains("edge") && !page.contains("member"), "{page}");
    assert!(html::text(&page).contains("Everybody, by Olga Ortiz"));
    assert!(!page.contains("/delete"), "not theirs to delete");
    // Sharing is for owners, whatever an admin sends.
    save(&admin, "outcome=failure", "Of Ana", true).expect(303);
    assert_eq!(in_navigation(&other.page("/account")), ["For all"]);
}

#[test]
fn what_an_owner_shared_goes_with_the_role() {
    let site = Site::new();
    let owner = site.owner();
    let edit = format!("{}/edit", people::record(&owner, ADMIN));
    people::submit(&owner, &edit, &[("role", "owner")]).expect(303);
    let second = site.admin();
    save(&second, "outcome=failure", "Of Ana", true).expect(303);
    assert_eq!(in_navigation(&owner.page("/views")), ["Of Ana"]);
    people::submit(&owner, &edit, &[("role", "admin")]).expect(303);
    assert!(in_navigation(&owner.page("/views")).is_empty());
    assert_eq!(in_navigation(&site.admin().page("/views")), ["Of Ana"]);
}

#[test]
fn a_refused_view_is_told_why_and_keeps_what_was_typed() {
    let site = Site::new();
    let owner = site.owner();
    let events = rows(&owner.page("/audit-logs")).len();
    let case = |query: &str, name: &str, told: &str| {
        let reply = save(&owner, query, name, true);
        assert!(
            matches!(reply.status, 400 | 409 | 422),
            "{name}: {}",
            reply.status
        );
        let page = reply.text();
        assert!(html::text(&page).contains(told), "{told}: {page}");
        let form = html::forms(&page)
            .into_iter()
            .find(|it| it.action == "/views");
        let fields = form.unwrap().fields;
        assert!(
            fields.contains(&("name".to_owned(), name.to_owned())),
            "{fields:?}"
        );
        assert!(fields.contains(&("shared".to_owned(), "yes".to_owned())));
    };
    case("", "Nothing", "there is nothing to save");
    case("outcome=zzz", "Nothing", "there is nothing to save");
    case("outcome=failure", "", "1 to 40 characters");
    case(
        "outcome=failure",
        "long ".repeat(9).trim_end(),
        "1 to 40 characters",
    );
    for number in 0..20 {
        save(&owner, "outcome=failure", &format!("View {number}"), false).expect(303);
    }
    case("outcome=failure", "One more", "Delete one of them first");
    save(&owner, "outcome=success", "View 7", false).expect(303);
    assert_eq!(in_navigation(&owner.page("/views")).len(), 20);
    assert_eq!(
        rows(&owner.page("/audit-logs")).len(),
        events,
        "what a person prefers is no event"
    );
}

#[test]
fn a_view_is_saved_without_scripts() {
    let site = Site::new();
    let browser = Chromium::start(&site.app.address, Script::Off);
    browser.become_like(&site.owner());
    browser.open("/audit-logs?outcome=failure");
    browser.click("[popovertarget=save-view]");
    browser.type_into("#view-name", "Failures");
    browser.click("#save-view input[name=shared]");
    browser.press(ENTER);
    browser.until("the view", |it| it.has(".sub a[aria-current=true]"));
    assert_eq!(browser.at(), "/audit-logs?outcome=failure");
    assert_eq!(browser.text(".sub a"), "Failures");
    assert_eq!(in_navigation(&site.admin().page("/account")), ["Failures"]);
}

/// The names below "Saved views", top down.
fn in_navigation(page: &str) -> Vec<String> {
    let lists = html::elements(page, "ul").into_iter();
    let views = lists.filter(|it| it.attribute("class") == "nav-l sub");
    let links = views.flat_map(|it| html::elements(&it.inner, "a"));
    links.map(|it| it.text()).collect()
}

fn save(person: &Browser, query: &str, name: &str, is_shared: bool) -> crate::http::Reply {
    let csrf = person.csrf("/views");
    let mut fields = vec![("csrf", csrf.as_str()), ("query", query), ("name", name)];
    if is_shared {
        fields.push(("shared", "yes"));
    }
    person.send("POST", "/views", &[FORM], encode(&fields).as_bytes())
}

/// The page that asks before a view is deleted.
fn delete_page(person: &Browser, name: &str) -> String {
    let text = format!("Delete {name}");
    link(&person.page("/views"), &text).unwrap()
}

fn request_of(reply: &crate::http::Reply) -> &str {
    reply.header("x-request-id").unwrap()
}
