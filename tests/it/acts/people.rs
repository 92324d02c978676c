//! Operators and invites.
use super::{OLGA, Stage};
use crate::browser::{Browser, PASSWORD, secret};
use crate::invites::{SAM, accept, invite_sam, path};
use crate::people::{add, ask, form, invite, press, record, submit};

const ANA: &str = "ana@example.org";

pub fn perform(stage: &mut Stage) {
    operators(stage);
    stale_forms(stage);
    ended(stage);
    invites(stage);
}

fn operators(stage: &mut Stage) {
    let owner = stage.owner();
    let values = [("email", ANA), ("name", "Ana Ruiz"), ("pool", "edge")];
    submit(&owner, "/operators/new", &values).expect(200);
    let who = [OLGA, "Ana Ruiz"];
    stage.done("operator.create", &who, "/operators/", &["role", "method"]);
    stage.done(
        "operator.assign",
        &[OLGA, "Ana Ruiz", "Edge EU"],
        "/operators/",
        &["role"],
    );
    submit(&owner, "/operators/new", &values).expect(409);
    stage.refused(
        "operator.create",
        &[OLGA, "Name is already in use"],
        "",
        &[],
    );
    let edit = format!("{}/edit", record(&owner, ANA));
    let values = [("name", "Ana Lang"), ("pool", "core")];
    submit(&owner, &edit, &values).expect(303);
    stage.done(
        "operator.update",
        &[OLGA, "Ana Lang"],
        "/operators/",
        &["name"],
    );
    stage.done(
        "operator.unassign",
        &[OLGA, "Edge EU"],
        "/operators/",
        &["cause"],
    );
    submit(&owner, &edit, &[("email", "olga@example.org")]).expect(409);
    let why = "Name is already in use";
    stage.refused(
        "operator.update",
        &[OLGA, why, "Ana Lang"],
        "/operators/",
        &[],
    );
    secret(&ask(&owner, ANA, "reset-password"));
    let who = [OLGA, "Ana Lang"];
    stage.done(
        "operator.password_reset",
        &who,
        "/operators/",
        &["session_count"],
    );
    ask(&owner, "olga@example.org", "reset-password");
    let why = "Not possible on one's own account";
    stage.refused("operator.password_reset", &[OLGA, why], "/operators/", &[]);
    ask(&owner, "olga@example.org", "deactivate");
    stage.refused("operator.deactivate", &[OLGA, why], "/operators/", &[]);
}

/// Somebody else was first: what this form would have done is refused.
fn stale_forms(stage: &mut Stage) {
    let owner = stage.owner();
    let edit = format!("{}/edit", record(&owner, ANA));
    let outdated = form(&owner, &edit);
    submit(&owner, &edit, &[("name", "Ana Ruiz")]).expect(303);
    let send = |pools: &[&str]| {
        let mut fields: Vec<_> = outdated
            .iter()
            .filter(|(name, _)| name != "pool" && name != "name")
            .cloned()
            .collect();
        fields.push(("name".to_owned(), "Ana Ruiz".to_owned()));
        fields.extend(pools.iter().map(|it| ("pool".to_owned(), (*it).to_owned())));
        owner.post(&edit, &fields).expect(409);
    };
    let why = "Changed by someone else first";
    send(&["core", "edge"]);
    stage.refused(
        "operator.assign",
        &[OLGA, why, "Edge EU"],
        "/operators/",
        &[],
    );
    send(&[]);
    stage.refused(
        "operator.unassign",
        &[OLGA, why, "Core"],
        "/operators/",
        &[],
    );
}

fn ended(stage: &mut Stage) {
    let owner = stage.owner();
    let gone = "gone@example.org";
    add(&owner, gone, "Gone Girl");
    let delete = format!("{}/delete", record(&owner, gone));
    press_form(&owner, gone, &delete, stage, "operator.delete");
    ask(&owner, gone, "deactivate");
    let who = [OLGA, "Gone Girl"];
    let counts = &["session_count", "token_count"];
    stage.done("operator.deactivate", &who, "", counts);
    let reactivate = format!("{}/reactivate", record(&owner, gone));
    let outdated = form(&owner, &reactivate);
    secret(&press(&owner, &reactivate));
    stage.done("operator.reactivate", &who, "", &[]);
    ask(&owner, gone, "deactivate");
    owner.post(&reactivate, &outdated).expect(409);
    let why = "Changed by someone else first";
    stage.refused("operator.reactivate", &[OLGA, why, "Gone Girl"], "", &[]);
    ask(&owner, gone, "delete");
    stage.done("operator.delete", &who, "", &[]);
}

fn press_form(owner: &Browser, email: &str, page: &str, stage: &mut Stage, action: &'static str) {
    // The page of an active operator offers no deletion; a form of another page does not help.
    let token = owner.csrf("/account");
    let version = form(owner, &format!("{}/edit", record(owner, email)))
        .into_iter()
        .find(|(name, _)| name == "version")
        .unwrap();
    let fields = [("csrf".to_owned(), token), version];
    let reply = owner.post(page, &fields);
    assert_eq!(reply.status, 409, "{}", reply.text());
    let why = "Not possible in its present state";
    stage.refused(action, &[OLGA, why], "", &[]);
}

fn invites(stage: &mut Stage) {
    let owner = stage.owner();
    let link = invite_sam(&owner);
    let who = [OLGA, SAM];
    stage.done(
        "invite.create",
        &who,
        "/invites/id/",
        &["role", "pool_count", "expires_at"],
    );
    submit(&owner, "/invites/new", &[("email", ANA)]).expect(409);
    stage.refused("invite.create", &[OLGA, "Name is already in use"], "", &[]);
    let id = invite(&owner, SAM);
    let (renew, revoke) = (format!("{id}/renew"), format!("{id}/revoke"));
    let outdated = [form(&owner, &renew), form(&owner, &revoke)];
    let link = {
        let replaced = path(&secret(&press(&owner, &renew).expect(200)));
        assert_ne!(link, replaced);
        replaced
    };
    stage.done("invite.renew", &who, "/invites/id/", &["expires_at"]);
    let why = "Changed by someone else first";
    owner.post(&renew, &outdated[0]).expect(409);
    stage.refused("invite.renew", &[OLGA, why, SAM], "/invites/id/", &[]);
    owner.post(&revoke, &outdated[1]).expect(409);
    stage.refused("invite.revoke", &[OLGA, why, SAM], "/invites/id/", &[]);
    accept(&Browser::new(&stage.app), &link).expect(200);
    stage.done(
        "invite.accept",
        &["Sam Adeyemi", SAM],
        "/invites/id/",
        &["role"],
    );
    let late = "late@example.org";
    let values = [("email", late), ("pool", "edge")];
    let link = path(&secret(
        &submit(&owner, "/invites/new", &values).expect(200),
    ));
    let somebody = Browser::new(&stage.app);
    press(&owner, &format!("{}/revoke", invite(&owner, late))).expect(303);
    stage.done("invite.revoke", &[OLGA, late], "/invites/id/", &[]);
    let fields = [("name", "Eve Adams"), ("password", PASSWORD)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    somebody.post(&link, &fields).expect(404);
    stage.refused(
        "invite.accept",
        &["It was revoked", late],
        "/invites/id/",
        &[],
    );
}
