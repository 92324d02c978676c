//! What nobody may do to an operator, and what is refused because somebody was faster.
use std::thread;

use crate::appliance::Appliance;
use crate::browser::{Browser, OWNER};
use crate::html;
use crate::people::{ask, count, form, give_second_factor, press, record, refusal, submit, told};
use crate::site::{ADMIN, NEW_ADMIN, OTHER_ADMIN, Site};
use crate::world;

/// A second owner, who is signed in.
fn second_owner(site: &Site, owner: &Browser) -> Browser {
    let page = format!("{}/edit", record(owner, NEW_ADMIN));
    submit(owner, &page, &[("role", "owner")]).expect(303);
    Browser::signed_in(&site.app, NEW_ADMIN)
}

#[test]
fn nobody_acts_on_an_account_of_their_own() {
    let site = Site::new();
    let owner = site.owner();
    let other = second_owner(&site, &owner);
    let before = told(&site, "operator.update").len();
    #[track_caller]
    fn case(site: &Site, owner: &Browser, verb: &str, action: &str) {
        ask(owner, OWNER, verb).expect(409);
        assert_eq!(refusal(site, action).0, "own_account", "{action}");
    }
    case(&site, &owner, "deactivate", "operator.deactivate");
    case(&site, &owner, "delete", "operator.delete");
    case(&site, &owner, "reset-password", "operator.password_reset");
    let page = format!("{}/edit", record(&owner, OWNER));
    submit(&owner, &page, &[("role", "admin")]).expect(409);
    assert_eq!(refusal(&site, "operator.update").0, "own_account");
    // The own name is no danger.
    submit(&owner, &page, &[("name", "Olga Otto")]).expect(303);
    assert_eq!(told(&site, "operator.update").len(), before + 2);
    assert!(other.page("/operators").contains("Olga Otto"));
    owner.page("/operators");
}

#[test]
fn two_owners_who_demote_each_other_leave_one() {
    let site = Site::new();
    let owner = site.owner();
    for _ in 0..4 {
        let other = second_owner(&site, &owner);
        let pages = [
            (&owner, format!("{}/edit", record(&owner, NEW_ADMIN))),
            (&other, format!("{}/edit", record(&owner, OWNER))),
        ];
        let forms = pages.map(|(browser, page)| {
            let mut fields = form(browser, &page);
            fields.retain(|(name, _)| name != "role");
            fields.push(("role".to_owned(), "admin".to_owned()));
            (browser.another_window(), page, fields)
        });
        thread::scope(|scope| {
            for (browser, page, fields) in forms {
                scope.spawn(move || browser.post(&page, &fields));
            }
        });
        let owners = owners(&site);
        assert_eq!(owners.len(), 1, "{owners:?}");
        if owners[0] != OWNER {
            return;
        }
    }
}

fn owners(site: &Site) -> Vec<String> {
    let database = world::open(&site.app.folder.data());
    let owners = "select email from operator where role = 'owner' and state = 'active'";
    let mut statement = database.prepare(owners).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn an_edit_of_what_changed_meanwhile_is_refused_and_says_so() {
    let site = Site::new();
    let owner = site.owner();
    let page = format!("{}/edit", record(&owner, ADMIN));
    let mut stale = form(&owner, &page);
    submit(&owner, &page, &[("pool", "core")]).expect(303);
    let mut set = |name: &str, value: &str| {
        stale.retain(|(it, _)| it != name);
        if !value.is_empty() {
            stale.push((name.to_owned(), value.to_owned()));
        }
        stale.clone()
    };
    let reply = owner.post(&page, &set("name", "Ana Lang")).expect(409);
    assert!(
        reply.text().contains("Changed by someone else first"),
        "{}",
        reply.text()
    );
    assert_eq!(
        refusal(&site, "operator.update"),
        ("conflict".to_owned(), String::new())
    );
    // What would only assign, or only remove, is refused as that, in its Pool.
    set("name", "Ana Ruiz");
    owner.post(&page, &set("pool", "edge")).expect(409);
    let conflict = |pool: &str| ("conflict".to_owned(), pool.to_owned());
    assert_eq!(refusal(&site, "operator.assign"), conflict("edge"));
    owner.post(&page, &set("pool", "")).expect(409);
    assert_eq!(refusal(&site, "operator.unassign"), conflict("core"));
    for verb in ["deactivate", "reset-password"] {
        let page = format!("{}/{verb}", record(&owner, ADMIN));
        let mut fields = form(&owner, &page);
        fields.retain(|(name, _)| name != "version");
        owner.post(&page, &fields).expect(409);
    }
    assert_eq!(refusal(&site, "operator.deactivate").0, "conflict");
}

#[test]
fn owners_see_and_end_the_sessions_of_others() {
    let site = Site::new();
    let owner = site.owner();
    let ana = site.admin();
    let page = record(&owner, ADMIN);
    let html = owner.page(&page);
    assert!(html.contains("127.0.0.1"), "{html}");
    let ends = |html: &str| {
        let links = html::elements(html, "a").into_iter();
        let hrefs = links.map(|it| it.attribute("href").to_owned());
        hrefs
            .filter(|it| it.contains("/sessions/ses_"))
            .collect::<Vec<_>>()
    };
    let end = ends(&html).pop().unwrap();
    let mut fields = form(&owner, &end);
    fields.retain(|(name, _)| name != "version");
    owner.post(&end, &fields).expect(409);
    assert_eq!(refusal(&site, "session.revoke").0, "conflict");
    press(&owner, &end).expect(303);
    assert_eq!(ana.send("GET", "/audit-logs", &[], b"").status, 303);
    let told_of = told(&site, "session.revoke").pop().unwrap();
    assert_eq!(told_of["details"]["is_current"], false);
    assert_eq!(told_of["target"]["kind"], "session");
    let before = count(&site);
    press(&owner, &end).expect(303);
    assert_eq!(count(&site), before, "the present state was recorded again");
    let (one, two) = (site.admin(), site.admin());
    ask(&owner, ADMIN, "sessions/revoke").expect(200);
    for browser in [one, two] {
        assert_eq!(browser.send("GET", "/audit-logs", &[], b"").status, 303);
    }
    let told_of = told(&site, "session.revoke_all").pop().unwrap();
    assert_eq!(told_of["details"]["session_count"], 2);
    // The session in the log leads to its operator.
    let log = owner.page("/audit-logs?action=session.revoke");
    let leads = html::elements(&log, "a").into_iter();
    assert!(
        leads.into_iter().any(|it| it.attribute("href") == page),
        "{log}"
    );
    // A session of somebody else under this operator's address is not there.
    let wrong = end.replace(page.as_str(), &record(&owner, OTHER_ADMIN));
    owner.open(&wrong).expect(404);
}

#[test]
fn a_second_factor_is_reset_with_its_recovery_codes() {
    let (folder, keys) = Site::furnished();
    give_second_factor(&folder.data(), OTHER_ADMIN);
    let app = Appliance::start_in(folder);
    let site = Site { app, keys };
    let owner = site.owner();
    let page = format!("{}/reset-second-factor", record(&owner, OTHER_ADMIN));
    let mut fields = form(&owner, &page);
    fields.retain(|(name, _)| name != "version");
    owner.post(&page, &fields).expect(409);
    assert_eq!(refusal(&site, "operator.totp_reset").0, "conflict");
    press(&owner, &page).expect(303);
    let told_of = told(&site, "operator.totp_reset").pop().unwrap();
    assert_eq!(told_of["details"]["session_count"], 0);
    let before = count(&site);
    press(&owner, &page).expect(303);
    assert_eq!(count(&site), before);
    Browser::signed_in(&site.app, OTHER_ADMIN);
}

#[test]
fn admins_and_strangers_neither_see_nor_change_operators() {
    let site = Site::new();
    let owner = site.owner();
    let page = format!("{}/deactivate", record(&owner, OTHER_ADMIN));
    let fields = form(&owner, &page);
    let ana = site.admin();
    ana.open(&page).expect(403);
    let csrf = ana.csrf("/account");
    let mut own = fields.clone();
    own.retain(|(name, _)| name != "csrf");
    own.push(("csrf".to_owned(), csrf));
    ana.post(&page, &own).expect(403);
    let denied = told(&site, "access.deny").pop().unwrap();
    assert_eq!(denied["details"]["route"], "/operators/{id}/deactivate");
    // The owner's form in somebody else's browser, or without its token.
    let stranger = Browser::new(&site.app);
    assert_eq!(stranger.post(&page, &fields).status, 303);
    let mut without = fields;
    without.retain(|(name, _)| name != "csrf");
    owner.post(&page, &without).expect(403);
    assert!(told(&site, "operator.deactivate").is_empty());
    Browser::signed_in(&site.app, OTHER_ADMIN);
}

#[test]
fn a_pool_that_was_closed_meanwhile_takes_nobody() {
    let (folder, keys) = Site::furnished();
    let database = rusqlite::Connection::open(folder.data().join("annals.db")).unwrap();
    let app = Appliance::start_in(folder);
    let site = Site { app, keys };
    let owner = site.owner();
    let page = format!("{}/edit", record(&owner, NEW_ADMIN));
    let mut fields = form(&owner, &page);
    fields.push(("pool".to_owned(), "core".to_owned()));
    let archived = database.execute(
        "update pool set state = 'archived', recorded_seq = (select max(seq) from event)
         where slug = 'core'",
        [],
    );
    assert_eq!(archived.unwrap(), 1);
    owner.post(&page, &fields).expect(409);
    let expected = ("invalid_state".to_owned(), "core".to_owned());
    assert_eq!(refusal(&site, "operator.assign"), expected);
}
