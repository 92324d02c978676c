//! Names of what is gone: history shows the name of that day, says that the record is deleted, and
//! leads nowhere; and it says so to nobody who could not have opened the record.
use crate::appliance::Appliance;
use crate::browser::{Browser, OWNER, PASSWORD, drawer, row, rows};
use crate::html::{self, Element};
use crate::invites::{SAM, accept, invite_sam};
use crate::people::{ask, invite, press, record};
use crate::site::ADMIN;
use crate::world::{self, concrete};

/// The events about one record, newest first: every row and every drawer.
struct History {
    rows: Vec<Element>,
    drawers: Vec<Element>,
}

impl History {
    fn of(browser: &Browser, query: &str) -> Self {
        let path = format!("/audit-logs?{query}");
        let page = browser.page(&path);
        let seqs: Vec<_> = rows(&page).into_iter().map(|(seq, _)| seq).collect();
        assert!(!seqs.is_empty(), "nothing about {query}");
        let opened = |seq: &i64| drawer(&browser.page(&format!("{path}&event={seq}"))).unwrap();
        Self {
            rows: seqs.iter().map(|seq| row(&page, *seq).unwrap()).collect(),
            drawers: seqs.iter().map(opened).collect(),
        }
    }

    /// Each names it, marked or not, and none leads to it.
    #[track_caller]
    fn assert_without_link(&self, name: &str, record: &str, is_marked: bool) {
        for it in self.rows.iter().chain(&self.drawers) {
            let text = it.text();
            assert!(text.contains(name), "{text}");
            let marked = text.contains(&format!("{name} (deleted)"));
            assert_eq!(marked, is_marked, "{text}");
            assert!(!leads_to(it, record), "{}", it.inner);
        }
    }
}

fn leads_to(element: &Element, record: &str) -> bool {
    let links = html::elements(&element.inner, "a").into_iter();
    links.into_iter().any(|it| it.attribute("href") == record)
}

/// The team's records, and one person who came by an invite.
struct Team {
    app: Appliance,
    owner: Browser,
}

impl Team {
    fn new() -> Self {
        let app = Appliance::start_in(world::folder());
        let owner = Browser::signed_in(&app, OWNER);
        Self { app, owner }
    }

    fn at(&self, path: &str) -> String {
        concrete(&self.app.folder.data(), path)
    }

    /// Deletes a record of the owner's, and returns what its address and its id were.
    fn delete(&self, path: &str) -> (String, String) {
        let record = self.at(path);
        press(&self.owner, &format!("{record}/delete")).expect(303);
        let id = record.rsplit('/').next().unwrap().to_owned();
        (record, id)
    }
}

#[test]
fn a_deleted_record_is_called_so_wherever_an_owner_meets_its_name() {
    let team = Team::new();
    for (name, path) in [
        ("revoked key", "/api-keys/{pool_key/revoked key}"),
        ("gitea", "/upstreams/{upstream/gitea}"),
        ("agent", "/account/mcp-tokens/{mcp_token/agent}"),
        ("Gert Lang", "/operators/{operator/gone@example.org}"),
    ] {
        let (record, id) = team.delete(path);
        let history = History::of(&team.owner, &format!("target={id}"));
        history.assert_without_link(name, &record, true);
    }
    // Deleted before, with its key.
    let pool = team.at("/pools/{pool/gone}");
    let id = pool.rsplit('/').next().unwrap();
    let history = History::of(&team.owner, &format!("target={id}"));
    history.assert_without_link("The gone one", &pool, true);
    let key = team.at("/api-keys/{pool_key/gone key}");
    let id = key.rsplit('/').next().unwrap();
    let history = History::of(&team.owner, &format!("target={id}"));
    history.assert_without_link("gone key", &key, true);
    for it in history.rows.iter().chain(&history.drawers) {
        let text = it.text();
        let marks = text.matches("(deleted)").count();
        assert_eq!(marks, 2, "the key, and the Pool of its events: {text}");
    }
    // What the owner did is on the owner's page too.
    let page = team.owner.page(&record(&team.owner, OWNER));
    let text = html::text(&page);
    assert!(text.contains("Gert Lang (deleted)"), "{text}");
    assert!(text.contains("agent (deleted)"), "{text}");
}

#[test]
fn whoever_is_deleted_is_called_so_as_actor_and_on_the_invite_they_came_by() {
    let team = Team::new();
    let sam = Browser::new(&team.app);
    accept(&sam, &invite_sam(&team.owner)).expect(200);
    sam.page("/pools");
    let operator = record(&team.owner, SAM);
    let id = operator.rsplit('/').next().unwrap().to_owned();
    let by_sam = format!("actor={id}");
    let linked = History::of(&team.owner, &by_sam);
    assert!(linked.rows.iter().all(|it| leads_to(it, &operator)));
    ask(&team.owner, SAM, "deactivate").expect(200);
    press(&team.owner, &format!("{operator}/delete")).expect(303);
    let history = History::of(&team.owner, &by_sam);
    history.assert_without_link("Sam Adeyemi", &operator, true);
    // The invite is there for good, and leads to nobody any more.
    let page = team.owner.page(&invite(&team.owner, SAM));
    let text = html::text(&page);
    assert!(text.contains("Accepted by Sam Adeyemi (deleted)"), "{text}");
    let of_invite = History::of(&team.owner, "action=invite.create&target=sam");
    let there = invite(&team.owner, SAM);
    assert!(of_invite.rows.iter().all(|it| leads_to(it, &there)));
    assert!(!of_invite.rows[0].text().contains("(deleted)"));
}

#[test]
fn nobody_reads_of_a_deletion_who_could_not_have_opened_the_record() {
    let team = Team::new();
    let admin = Browser::signed_in(&team.app, ADMIN);
    let (key, id) = team.delete("/api-keys/{pool_key/revoked key}");
    let history = History::of(&admin, &format!("target={id}"));
    history.assert_without_link("revoked key", &key, true);
    let (upstream, id) = team.delete("/upstreams/{upstream/gitea}");
    let history = History::of(&admin, &format!("target={id}"));
    history.assert_without_link("gitea", &upstream, true);
    // Moved to a Pool that this admin does not see, and deleted there.
    let moved = team.at("/api-keys/{pool_key/edge writer}");
    let id = moved.rsplit('/').next().unwrap();
    let to_core = [("pool", "core")];
    crate::people::submit(&team.owner, &format!("{moved}/move"), &to_core).expect(303);
    let before = History::of(&admin, &format!("target={id}"));
    before.assert_without_link("edge writer", &moved, false);
    press(&team.owner, &format!("{moved}/revoke")).expect(303);
    press(&team.owner, &format!("{moved}/delete")).expect(303);
    let after = History::of(&admin, &format!("target={id}"));
    after.assert_without_link("edge writer", &moved, false);
    // Operators are the owners' business.
    let gert = record(&team.owner, "gone@example.org");
    press(&team.owner, &format!("{gert}/delete")).expect(303);
    let done = admin.page("/audit-logs?actor=Olga");
    assert!(!html::text(&done).contains("Olga Ortiz (deleted)"));
    assert_eq!(
        Browser::new(&team.app)
            .sign_in("gone@example.org", PASSWORD)
            .status,
        403
    );
}
