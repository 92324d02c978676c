//! Settings, and what is read and taken out of the log.
use super::{OLGA, STALE, Stage};
use crate::people::submit;

pub fn perform(stage: &mut Stage) {
    let owner = stage.owner();
    let page = "/settings/instance";
    let name = [("instance_name", "Northwind"), ("version", "1")];
    submit(&owner, page, &name).expect(409);
    stage.refused("settings.update", &[OLGA, STALE], "/settings", &["section"]);
    submit(&owner, page, &name[..1]).expect(303);
    let told = &["section", "instance_name"];
    stage.done("settings.update", &[OLGA, "Instance"], "/settings", told);
    let export = "/audit-logs.csv?pool=edge&outcome=failure";
    owner.send("GET", export, &[], b"").expect(200);
    let told = &["format", "row_count", "filters"];
    stage.done("audit.export", &[OLGA, "Edge EU"], "", told);
    let wrong = "/audit-logs.csv?outcome=perhaps";
    owner.send("GET", wrong, &[], b"").expect(400);
    stage.refused("audit.export", &[OLGA], "", &["format"]);
}
