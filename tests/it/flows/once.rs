//! What else is shown once or taken and never shown: an MCP token, the document of an upstream, a
//! temporary password and the one that replaces it.
use super::hands::{Way, saying};
use super::stage::Stage;
use crate::site::ADMIN;

const OWN: &str = "Velvet <anchor> & \"thistle\" 6640";
const METRICS: &str = "Mt5-flow-Metrics-Token-of-32-letters-82";
const UPSTREAM: &str = "Kq8-flow-Upstream-Secret-0417";

pub fn flow(way: Way) {
    let mut stage = Stage::of_owner(way);
    import_upstream(&mut stage);
    set_metrics_token(&mut stage);
    create_token(&mut stage);
    let temporary = reset_password(&mut stage);
    replace_password(&mut stage, &temporary);
    stage.end();
}

fn import_upstream(stage: &mut Stage) {
    let hands = &stage.hands;
    hands.press(saying(".nav-l a", "Upstreams"));
    hands.arrive("/upstreams", "Upstreams");
    hands.press(saying(".acts a", "Import upstream"));
    let document = serde_json::json!({ "name": "gitea", "format": "gitea", "secret": UPSTREAM });
    hands.write("#doc", &document.to_string());
    hands.press(saying("button", "Import"));
    hands.arrive("/upstreams/", "gitea");
    stage.secrets.keep("secret of an upstream", UPSTREAM);
}

fn set_metrics_token(stage: &mut Stage) {
    let hands = &stage.hands;
    hands.open("/settings/network");
    hands.arrive("/settings/network", "Network settings");
    hands.pick("metrics_token", "replace");
    hands.write("#metrics_token_new", METRICS);
    hands.reveals("#metrics_token_new");
    hands.enter("#metrics_token_new");
    hands.arrive("/settings?saved=network", "Settings");
    stage.secrets.keep("metrics token", METRICS);
}

fn create_token(stage: &mut Stage) {
    let hands = &stage.hands;
    hands.open("/settings/agents");
    hands.arrive("/settings/agents", "Agents settings");
    hands.pick("mcp_enabled", "yes");
    hands.press(saying("button", "Save"));
    hands.arrive("/settings?saved=agents", "Settings");
    hands.open("/account");
    hands.arrive("/account", "Account");
    hands.press(saying("a.btn", "MCP tokens"));
    hands.arrive("/account/mcp-tokens", "MCP tokens");
    hands.press(saying(".acts a", "Create token"));
    hands.write("#tn", "laptop");
    hands.enter("#tn");
    hands.arrive_at("/account/mcp-tokens", "MCP tokens", "rc");
    let token = hands.receipt();
    stage.secrets.keep_token("MCP token", &token);
    stage.hands.store("/account/mcp-tokens", "MCP tokens");
}

fn reset_password(stage: &mut Stage) -> String {
    let hands = &stage.hands;
    hands.press(saying(".nav-l a", "Operators"));
    hands.arrive("/operators", "Operators");
    hands.press(saying("[popovertarget]", "More for Ana Ruiz"));
    hands.press(saying(":popover-open a", "Reset password…"));
    let page = hands.arrive("/operators/", "Reset password of Ana Ruiz");
    hands.press(saying("form.ask button", "Reset password"));
    hands.arrive_at(&page, "Temporary password for Ana Ruiz", "rc");
    let temporary = hands.receipt();
    stage.secrets.keep_spelled("temporary password", &temporary);
    stage.hands.store("/operators/", "Ana Ruiz");
    temporary
}

fn replace_password(stage: &mut Stage, temporary: &str) {
    let ana = stage.newcomer();
    ana.open("/sign-in");
    ana.arrive("/sign-in", "Sign in");
    ana.write("#email", ADMIN);
    ana.write("#pw", temporary);
    ana.press("button[type=submit]");
    ana.arrive("/password?next=%2Faudit%2Dlogs", "Choose your own password");
    ana.write("#pw", OWN);
    ana.press(saying("button", "Save password"));
    ana.arrive("/audit-logs", "Audit logs");
    stage.secrets.keep("password", OWN);
    stage.others.push(ana);
}
