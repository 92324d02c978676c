//! What programs are refused, what they read, and the tokens of agents.
use serde_json::json;

use super::{OLGA, STALE, Stage};
use crate::mcp_tokens::create;
use crate::people::{press, submit};
use crate::site::{EVENTS, deliver, event_with, get};

const TOKENS: &str = "/account/mcp-tokens";
const NO: &str = "The role does not allow it";

pub fn perform(stage: &mut Stage) {
    let owner = stage.owner();
    submit(&owner, "/settings/agents", &[("mcp_enabled", "yes")]).expect(303);
    let write = owner.create_key("edge", "program writer", "write");
    let read = owner.create_key("edge", "program reader", "read");
    deliver(&mut stage.app.connect(), &write, &json!({})).expect(422);
    let who = ["program writer", "Edge EU", "Some items broke the rules"];
    stage.refused("delivery.refuse", &who, "/api-keys/", &["rejected_count"]);
    let token = "ghp_plantedplanted0123456789";
    let named = json!({ "actor": { "type": "user", "label": token } });
    let alarming = event_with("alarming", named);
    deliver(&mut stage.app.connect(), &write, &alarming).expect(200);
    let who = ["program writer", "Edge EU"];
    let told = &["field", "pattern", "hit_count"];
    stage.done("redaction.credential_seen", &who, "/api-keys/", told);
    get(&mut stage.app.connect(), &read, EVENTS).expect(200);
    let who = ["program reader", "Edge EU"];
    stage.done("audit.read", &who, "/api-keys/", &["tool"]);
    get(&mut stage.app.connect(), &write, EVENTS).expect(403);
    let who = ["program writer", NO, "Edge EU"];
    stage.refused("audit.read", &who, "/api-keys/", &["tool"]);
    tokens(stage);
}

fn tokens(stage: &mut Stage) {
    let owner = stage.owner();
    let (_, kept) = create(&owner, "kept agent");
    let told = &["token_prefix", "expires_at"];
    stage.done("mcp_token.create", &[OLGA, "kept agent"], "/account", told);
    owner.submit(TOKENS, &[("name", "kept agent")]).expect(409);
    let why = "Name is already in use";
    stage.refused("mcp_token.create", &[OLGA, why], "", &[]);
    let rename = format!("{TOKENS}/{kept}/rename");
    submit(&owner, &rename, &[("name", "other"), ("version", "1")]).expect(409);
    stage.refused("mcp_token.rename", &[OLGA, STALE], "/account", &[]);
    submit(&owner, &rename, &[("name", "new agent")]).expect(303);
    stage.done("mcp_token.rename", &[OLGA, "agent"], "/account", &["name"]);
    let (_, gone) = create(&owner, "gone agent");
    let delete = format!("{TOKENS}/{gone}/delete");
    submit(&owner, &delete, &[("version", "1")]).expect(409);
    stage.refused("mcp_token.delete", &[OLGA, STALE], "", &[]);
    press(&owner, &delete).expect(303);
    stage.done(
        "mcp_token.delete",
        &[OLGA, "gone agent"],
        "",
        &["token_prefix"],
    );
}
