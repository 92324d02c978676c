//! Pools, from creation to tombstone.
use super::{Act, OLGA, STALE, Stage};
use crate::people::submit;
use crate::world;

const WHO: &[&str] = &[OLGA, "Stage"];
const OLD: (&str, &str) = ("version", "1");

pub fn perform(stage: &mut Stage) {
    let owner = stage.owner();
    owner.create_pool("stage", "Stage").expect(200);
    let data = stage.app.folder.data();
    let page = world::concrete(&data, "/pools/{pool/stage}");
    let edited = &["name", "retention_days", "added_key_count"];
    let edit: &[(&'static str, &'static str)] = &[
        ("name", "Stage Two"),
        ("retention_days", "90"),
        ("key_0", "aisle"),
        ("kind_0", "label"),
    ];
    let acts: [Act; 6] = [
        ("edit", "pool.update", edit, edited),
        ("disable", "pool.disable", &[], &[]),
        ("enable", "pool.enable", &[], &[]),
        ("archive", "pool.archive", &[], &["assignment_count"]),
        ("restore", "pool.restore", &[], &[]),
        ("archive", "pool.archive", &[], &["assignment_count"]),
    ];
    for (verb, action, values, details) in acts {
        let at = format!("{page}/{verb}");
        let mut outdated = values.to_vec();
        outdated.push(OLD);
        assert_eq!(submit(&owner, &at, &outdated).status, 409, "{verb}");
        stage.refused(action, &[OLGA, STALE, "Stage"], "", &[]);
        let reply = submit(&owner, &at, values);
        assert_eq!(reply.status, 303, "{verb}: {}", reply.text());
        // It is deleted in the end: nothing leads to it any more.
        stage.done(action, WHO, "", details);
    }
    let delete = format!("{page}/delete");
    submit(&owner, &delete, &[("slug", "stages")]).expect(400);
    let why = "Typed confirmation did not match";
    stage.refused("pool.delete", &[OLGA, why], "", &[]);
    submit(&owner, &delete, &[("slug", "stage")]).expect(303);
    let counts = &["key_count", "upstream_count"];
    stage.done("pool.delete", WHO, "", counts);
}
