//! Forty lines that turn the events of other systems into ours, as an operator would write them.
use std::net::IpAddr;

use serde_json::{Value, json};

use crate::mapping_leaves::leaves;

const ACTOR: &str = ".actor.displayname .actor.name .sender.login .user.username .display_name \
    .actor.login .user_username .username .user_name .actor.username .actor.user.display_name \
    .principalname .user.name .uname .operator .actor .user";
const ACTOR_ID: &str = ".actor.user_id .actor.id .sender.id .user_id .userid";
const EMAIL: &str = ".actor.email .actor.email_address .user.email .email";
const ACTION: &str = ".event_name .eventtype .actionname .action .event .verb .operation \
    .object_kind .event_type .data.type .type .unit";
const TARGET: &str = ".repository.full_name .repo .objectref.name .project.path_with_namespace \
    .request.path .topic .object .service .host .resource";
const TIME: &str = ".created_at .time .requestreceivedtimestamp .date .published";
const REQUEST: &str = ".request_id .request.id .auditid .requestid .traceid";
const FAILED: &str = "fail denied invalid unauth error refused forbidden";

pub fn map(record: &Value) -> Value {
    let leaves = leaves(&record["raw"]);
    let find = |end: &str| {
        leaves
            .iter()
            .find(|(path, it)| path.ends_with(end) && !it.is_empty())
    };
    let first = |ends: &str| {
        ends.split(' ')
            .find_map(|end| Some((end.to_owned(), find(end)?.1.clone())))
    };
    let text = |ends: &str| first(ends).map(|it| it.1);
    let verb = text(ACTION).unwrap_or_else(|| "line".to_owned());
    let verb = verb.replace(|it: char| !it.is_ascii_alphanumeric(), "_");
    let failed = |text: &str| FAILED.split(' ').any(|it| text.to_lowercase().contains(it));
    let outcome = if leaves.iter().any(|(_, it)| failed(it)) {
        "failure"
    } else {
        "success"
    };
    let action = format!("{}.{verb:.48}", record["system"].as_str().unwrap());
    let mut event = json!({ "id": record["id"], "action": action, "outcome": outcome });
    for (field, ends) in [("id", ACTOR_ID), ("email", EMAIL), ("label", ACTOR)] {
        if let Some(text) = text(ends) {
            event["actor"]["type"] = json!("user");
            event["actor"][field] = json!(text);
        }
    }
    if let Some((end, label)) = first(TARGET) {
        let kind = end[1..].split('.').next();
        event["target"] = json!({ "kind": kind, "label": label });
    }
    // One sample has a second of three digits, one the year 1: then the time of arrival counts.
    let has = |it: &str, at, any: &str| it.get(at..=at).is_some_and(|it| any.contains(it));
    let is_moment = |it: &str| it.starts_with("20") && has(it, 10, "T") && has(it, 19, ".Z");
    let time = text(TIME).filter(|it| is_moment(it) && it.ends_with('Z'));
    let ip = leaves.iter().find(|(_, it)| it.parse::<IpAddr>().is_ok());
    let ip = ip.map(|it| it.1.clone());
    for (field, text) in [
        ("occurred_at", time),
        ("ip", ip),
        ("request_id", text(REQUEST)),
    ] {
        if let Some(text) = text {
            event[field] = json!(text);
        }
    }
    event
}
