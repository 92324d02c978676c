//! What people change about themselves.
use crate::browser::Browser;
use crate::html;
use crate::people::{count, form, press, refusal, submit, told};
use crate::site::{ADMIN, Site};

const HERE: &str = "/account/sessions";

/// The pages that ask before one of the other sessions ends.
fn others(browser: &Browser) -> Vec<String> {
    let page = browser.page(HERE);
    let rows = html::elements(&page, "tr").into_iter();
    let rows = rows.filter(|it| !it.text().contains("this one"));
    let links = rows.flat_map(|it| html::elements(&it.inner, "a"));
    links.map(|it| it.attribute("href").to_owned()).collect()
}

#[test]
fn a_person_ends_one_of_their_sessions_or_all_others() {
    let site = Site::new();
    let [one, other, last] = [(); 3].map(|()| Browser::signed_in(&site.app, ADMIN));
    let pages = others(&one);
    assert_eq!(pages.len(), 2);
    let stale = form(&one, &pages[0]);
    press(&one, &pages[0]).expect(303);
    let revoked = told(&site, "session.revoke").pop().unwrap();
    assert_eq!(revoked["details"]["is_current"], false);
    assert_eq!(revoked["actor"]["email"], ADMIN);
    let before = count(&site);
    one.post(&pages[0], &stale).expect(303);
    assert_eq!(count(&site), before, "what has ended is ended again");
    let signed_in = |it: &Browser| it.send("GET", "/audit-logs", &[], b"").status == 200;
    assert_ne!(signed_in(&other), signed_in(&last));
    press(&one, "/account/sessions/revoke").expect(303);
    assert!(!signed_in(&other) && !signed_in(&last) && signed_in(&one));
    let ended = told(&site, "session.revoke_all").pop().unwrap();
    assert_eq!(ended["details"]["session_count"], 1);
    assert!(others(&one).is_empty());
}

#[test]
fn the_session_that_one_is_in_can_be_ended_as_well() {
    let site = Site::new();
    let ana = Browser::signed_in(&site.app, ADMIN);
    let page = ana.page(HERE);
    let links = html::elements(&page, "a").into_iter();
    let mut links = links.map(|it| it.attribute("href").to_owned());
    let own = links.find(|it| it.ends_with("/revoke")).unwrap();
    press(&ana, &own).expect(303);
    let revoked = told(&site, "session.revoke").pop().unwrap();
    assert_eq!(revoked["details"]["is_current"], true);
    assert_eq!(ana.send("GET", HERE, &[], b"").status, 303);
}

#[test]
fn somebody_elses_session_is_as_if_it_were_not() {
    let site = Site::new();
    let ana = Browser::signed_in(&site.app, ADMIN);
    let owner = site.owner();
    let page = owner.page(HERE);
    let links = html::elements(&page, "a").into_iter();
    let mut links = links.map(|it| it.attribute("href").to_owned());
    let of_owner = links.find(|it| it.ends_with("/revoke")).unwrap();
    let missing = format!("{HERE}/ses_{}/revoke", "0".repeat(26));
    let page = |path: &str| {
        let reply = ana.send("GET", path, &[], b"").expect(404);
        let id = reply.header("x-request-id").unwrap().to_owned();
        reply.text().replace(&id, "")
    };
    assert_eq!(page(&of_owner), page(&missing));
    let token = ana.csrf("/account");
    let fields = [("csrf".to_owned(), token)];
    ana.post(&of_owner, &fields).expect(404);
    assert_eq!(owner.send("GET", HERE, &[], b"").status, 200);
}

#[test]
fn a_person_changes_their_name_and_nothing_else() {
    let site = Site::new();
    let ana = Browser::signed_in(&site.app, ADMIN);
    let name = |value: &str| {
        let page = ana.page("/account");
        let forms = html::forms(&page).into_iter();
        let mut forms = forms.filter(|it| it.action == "/account/name");
        let mut fields = forms.next().unwrap().fields;
        fields.retain(|(it, _)| it != "name");
        fields.push(("name".to_owned(), value.to_owned()));
        ana.post("/account/name", &fields)
    };
    name("Ana Lang").expect(303);
    let updated = told(&site, "operator.update").pop().unwrap();
    let expected = serde_json::json!([{ "field": "name", "from": "Ana Ruiz", "to": "Ana Lang" }]);
    assert_eq!(updated["changes"], expected);
    assert!(ana.page("/audit-logs").contains("Ana Lang"));
    assert!(
        html::text(&ana.page("/pools")).contains("Edge EU"),
        "a Pool is gone"
    );
    let before = count(&site);
    name("Ana Lang").expect(303);
    assert_eq!(count(&site), before, "an unchanged form is recorded");
    name("").expect(400);
    assert_eq!(count(&site), before);
    let token = ana.csrf("/account");
    let stale = [
        ("csrf", token.as_str()),
        ("name", "Ana Three"),
        ("version", "0"),
    ];
    let stale = stale.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let reply = ana.post("/account/name", &stale).expect(409);
    assert!(reply.text().contains("Ana Three"), "what was typed is kept");
    assert_eq!(refusal(&site, "operator.update").0, "conflict");
}

#[test]
fn others_are_ended_only_as_the_record_stands() {
    let site = Site::new();
    let [one, _other] = [(); 2].map(|()| Browser::signed_in(&site.app, ADMIN));
    submit(&one, "/account/sessions/revoke", &[("version", "0")]).expect(409);
    assert_eq!(refusal(&site, "session.revoke_all").0, "conflict");
}

#[test]
fn the_chosen_theme_is_that_of_every_page_also_where_something_fails() {
    let site = Site::new();
    let admin = site.admin();
    let theme = |path: &str, status: u16| {
        let page = admin.open(path).expect(status).text();
        let html = html::elements(&page, "html").remove(0);
        html.attribute("data-theme").to_owned()
    };
    let pages = [
        ("/audit-logs", 200),
        ("/audit-logs?event=999999", 404),
        // Neither address nor role, and an export that is refused.
        ("/nowhere", 404),
        ("/operators", 403),
        ("/audit-logs.csv?severity=1", 400),
    ];
    for chosen in ["dark", "light", "system"] {
        let form = [("theme", chosen), ("next", "/account")];
        let token = admin.csrf("/account");
        let form = [&form[..], &[("csrf", token.as_str())]].concat();
        let form: Vec<_> = form
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        admin.post("/account/theme", &form).expect(303);
        let expected = if chosen == "system" { "" } else { chosen };
        for (path, status) in pages {
            assert_eq!(theme(path, status), expected, "{path}");
        }
    }
}
