//! Pool API keys.
use super::{Act, OLGA, STALE, Stage};
use crate::people::submit;
use crate::world;

const KEY: &[&str] = &[OLGA, "told key", "Edge EU"];
const WHERE: &str = "/api-keys/";
const PREFIX: &[&str] = &["key_prefix"];
/// Nobody's version any more.
const OLD: (&str, &str) = ("version", "1");

pub fn perform(stage: &mut Stage) {
    let owner = stage.owner();
    owner.create_key("edge", "edge writer", "write");
    owner.create_key("edge", "told key", "write");
    let told = &["key_prefix", "permission", "expires_at"];
    // It is deleted in the end: nothing leads to it any more.
    stage.done("api_key.create", KEY, "", told);
    let same = [("name", "edge writer"), ("pool", "edge")];
    owner.submit("/api-keys", &same).expect(409);
    let why = "Name is already in use";
    stage.refused("api_key.create", &[OLGA, why, "Edge EU"], "", &[]);
    let data = stage.app.folder.data();
    let page = world::concrete(&data, "/api-keys/{pool_key/told key}");
    let acts: [Act; 6] = [
        ("edit", "api_key.update", &[("name", "told key")], &["name"]),
        (
            "rotate",
            "api_key.rotate",
            &[("grace_hours", "4")],
            &["key_prefix", "previous_key_prefix", "overlap_until_at"],
        ),
        ("pause", "api_key.pause", &[], PREFIX),
        ("resume", "api_key.resume", &[], PREFIX),
        ("revoke", "api_key.revoke", &[], PREFIX),
        ("delete", "api_key.delete", &[], PREFIX),
    ];
    submit(&owner, &format!("{page}/edit"), &[("name", "old name")]).expect(303);
    for (verb, action, values, details) in acts {
        let at = format!("{page}/{verb}");
        let mut outdated = values.to_vec();
        outdated.push(OLD);
        assert_eq!(submit(&owner, &at, &outdated).status, 409, "{verb}");
        stage.refused(action, &[OLGA, STALE, "Edge EU"], "", &[]);
        let reply = submit(&owner, &at, values);
        assert!(reply.status < 400, "{verb}: {}", reply.text());
        stage.done(action, &[OLGA, "Edge EU"], "", details);
    }
    owner.create_key("edge", "moved key", "write");
    let page = world::concrete(&data, "/api-keys/{pool_key/moved key}/move");
    submit(&owner, &page, &[OLD, ("pool", "core")]).expect(409);
    stage.refused("api_key.move_out", &[OLGA, STALE, "Edge EU"], WHERE, &[]);
    submit(&owner, &page, &[("pool", "core")]).expect(303);
    let moved = [OLGA, "moved key", "Edge EU"];
    stage.done("api_key.move_out", &moved, WHERE, PREFIX);
    let moved = [OLGA, "moved key", "Core"];
    stage.done("api_key.move_in", &moved, WHERE, PREFIX);
}
