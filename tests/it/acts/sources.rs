//! Upstreams.
use super::{OLGA, STALE, Stage};
use crate::upstreams::{NEW_SECRET, import, post};

const NAME: &str = "gitea prod";
const WHO: &[&str] = &[OLGA, NAME, "Edge EU"];
const WHERE: &str = "/upstreams/";

pub fn perform(stage: &mut Stage) {
    let owner = stage.owner();
    let id = import(&owner, "edge", NAME);
    stage.done("upstream.import", WHO, "", &["format", "gate_mode"]);
    let wrong = [("pool", "edge"), ("mode", "gated"), ("document", "{}")];
    post(&owner, "/upstreams", &wrong).expect(400);
    let why = "Document could not be read";
    stage.refused("upstream.import", &[OLGA, why], "", &[]);
    let path = format!("/upstreams/{id}");
    let edit = format!("{path}/edit");
    let both = [("name", "gitea main"), ("mode", "sealed")];
    owner.submit(&edit, &both).expect(200);
    stage.done("upstream.rename", WHO, "", &["name"]);
    let now = [OLGA, "gitea main", "Edge EU"];
    stage.done("upstream.update", &now, "", &["gate_mode"]);
    let outdated = [("version", "1"), ("name", "other"), ("mode", "sealed")];
    post(&owner, &edit, &outdated).expect(409);
    stage.refused("upstream.rename", &[OLGA, STALE], "", &[]);
    let outdated = [("version", "1"), ("name", "gitea main"), ("mode", "gated")];
    post(&owner, &edit, &outdated).expect(409);
    stage.refused("upstream.update", &[OLGA, STALE], "", &[]);
    for (verb, action) in [
        ("pause", "upstream.pause"),
        ("reactivate", "upstream.reactivate"),
    ] {
        let page = format!("{path}/{verb}");
        post(&owner, &page, &[("version", "1")]).expect(409);
        stage.refused(action, &[OLGA, STALE, "gitea main"], "", &[]);
        owner.press(&page, verb).expect(200);
        stage.done(action, &now, "", &[]);
    }
    let refresh = format!("{path}/refresh");
    let new = [("secret", NEW_SECRET), ("overlap", "24")];
    owner.submit(&refresh, &new).expect(200);
    stage.done(
        "upstream.refresh",
        &now,
        "",
        &["secret", "overlap_until_at"],
    );
    let outdated = [("version", "1"), ("secret", NEW_SECRET), ("overlap", "0")];
    post(&owner, &refresh, &outdated).expect(409);
    stage.refused("upstream.refresh", &[OLGA, STALE], "", &[]);
    let delete = format!("{path}/delete");
    post(&owner, &delete, &[("version", "1")]).expect(409);
    stage.refused("upstream.delete", &[OLGA, STALE], "", &[]);
    owner.press(&delete, "delete").expect(200);
    stage.done("upstream.delete", &now, "", &[]);
    // One that stays: its events lead to it.
    import(&owner, "edge", "gitea kept");
    stage.done("upstream.import", &[OLGA, "gitea kept"], WHERE, &["format"]);
}
