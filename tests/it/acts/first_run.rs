//! The first owner, the first Pools, and the system itself.
use super::{OLGA, Stage};
use crate::browser::{Browser, OWNER, PASSWORD};

pub fn perform(stage: &mut Stage) {
    let nobody = Browser::new(&stage.app);
    let values = [
        ("setup_code", "AAAA-AAAA-AAAA"),
        ("name", "Eve Adams"),
        ("email", "eve@example.org"),
        ("password", PASSWORD),
    ];
    nobody.submit("/setup", &values);
    let why = "Setup code was wrong";
    stage.refused(
        "auth.bootstrap",
        &["set-up page", why],
        "",
        &["method", "attempt_count"],
    );
    nobody.set_up(&stage.app, "UTC").expect(200);
    stage.done("auth.bootstrap", &[OLGA, OWNER], "/operators/", &["method"]);
    stage.done(
        "auth.sign_in",
        &[OLGA, "Session"],
        "/operators/",
        &["method", "session"],
    );
    let owner = stage.owner();
    for (slug, name) in [("edge", "Edge EU"), ("core", "Core")] {
        owner.create_pool(slug, name).expect(200);
    }
    stage.done("pool.create", &[OLGA, "Edge EU"], "/pools/", &["session"]);
    owner.create_pool("edge", "Another").expect(409);
    stage.refused("pool.create", &[OLGA, "Name is already in use"], "", &[]);
}
