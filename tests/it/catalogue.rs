//! Every action of the catalogue, done and refused, found again in the log with its own title,
//! icon, actor, context and details.
use std::collections::BTreeSet;

use crate::acts::{self, Told};
use crate::browser::{Browser, drawer, row, rows};
use crate::html::{self, Element};
use crate::site::Site;

/// Action, icon, title when done, title when it failed; blank: that never happens.
#[rustfmt::skip]
pub const CATALOGUE: &[(&str, &str, &str, &str)] = &[
    ("auth.bootstrap", "Sign-in", "First owner created", "First-run setup failed"),
    ("auth.sign_in", "Sign-in", "Operator signed in", "Sign-in failed"),
    ("auth.sign_out", "Sign-in", "Operator signed out", ""),
    ("auth.lockout", "Sign-in", "", "Sign-in paused"),
    ("auth.step_up", "Sign-in", "Identity confirmed", "Identity confirmation failed"),
    ("auth.password_change", "Sign-in", "Password changed", "Password change failed"),
    ("auth.totp_enroll", "Sign-in", "Authenticator app added", "Authenticator setup failed"),
    ("auth.totp_remove", "Sign-in", "Authenticator app removed",
        "Removing authenticator app failed"),
    ("auth.recovery_code_use", "Sign-in", "Recovery code used", "Recovery code refused"),
    ("auth.recovery_codes_create", "Sign-in", "Recovery codes created",
        "Creating recovery codes failed"),
    ("session.revoke", "Session", "Session revoked", "Revoking session failed"),
    ("session.revoke_all", "Session", "Other sessions revoked", "Revoking sessions failed"),
    ("access.deny", "System", "", "Access refused"),
    ("operator.create", "Operator", "Operator added", "Adding operator failed"),
    ("operator.update", "Operator", "Operator updated", "Operator update failed"),
    ("operator.assign", "Operator", "Operator assigned to Pool", "Assigning operator failed"),
    ("operator.unassign", "Operator", "Operator removed from Pool", "Removing operator failed"),
    ("operator.deactivate", "Operator", "Operator deactivated", "Deactivating operator failed"),
    ("operator.reactivate", "Operator", "Operator reactivated", "Reactivating operator failed"),
    ("operator.password_reset", "Operator", "Temporary password issued",
        "Issuing temporary password failed"),
    ("operator.totp_reset", "Operator", "Second factor reset", "Resetting second factor failed"),
    ("operator.delete", "Operator", "Operator deleted", "Operator deletion failed"),
    ("invite.create", "Invite", "Invite created", "Invite not created"),
    ("invite.renew", "Invite", "Invite link replaced", "Replacing invite link failed"),
    ("invite.revoke", "Invite", "Invite revoked", "Revoking invite failed"),
    ("invite.accept", "Invite", "Invite accepted", "Invite not accepted"),
    ("invite.expire", "Invite", "Invite expired", ""),
    ("pool.create", "Pool", "Pool created", "Pool creation failed"),
    ("pool.update", "Pool", "Pool updated", "Pool update failed"),
    ("pool.disable", "Pool", "Pool disabled", "Disabling Pool failed"),
    ("pool.enable", "Pool", "Pool enabled", "Enabling Pool failed"),
    ("pool.archive", "Pool", "Pool archived", "Archiving Pool failed"),
    ("pool.restore", "Pool", "Pool restored", "Restoring Pool failed"),
    ("pool.delete", "Pool", "Pool deleted", "Pool deletion failed"),
    ("upstream.import", "Upstream", "Upstream imported", "Upstream import failed"),
    ("upstream.rename", "Upstream", "Upstream renamed", "Upstream rename failed"),
    ("upstream.update", "Upstream", "Upstream updated", "Upstream update failed"),
    ("upstream.pause", "Upstream", "Upstream paused", "Pausing upstream failed"),
    ("upstream.reactivate", "Upstream", "Upstream reactivated", "Reactivating upstream failed"),
    ("upstream.refresh", "Upstream", "Upstream secret refreshed", "Upstream refresh failed"),
    ("upstream.delete", "Upstream", "Upstream deleted", "Upstream deletion failed"),
    ("api_key.create", "API key", "API key created", "API key creation failed"),
    ("api_key.update", "API key", "API key updated", "API key update failed"),
    ("api_key.move_out", "API key", "API key moved out", "Moving API key failed"),
    ("api_key.move_in", "API key", "API key moved in", ""),
    ("api_key.rotate", "API key", "API key rotated", "API key rotation failed"),
    ("api_key.pause", "API key", "API key paused", "Pausing API key failed"),
    ("api_key.resume", "API key", "API key resumed", "Resuming API key failed"),
    ("api_key.revoke", "API key", "API key revoked", "Revoking API key failed"),
    ("api_key.expire", "API key", "API key expired", ""),
    ("api_key.delete", "API key", "API key deleted", "API key deletion failed"),
    ("delivery.refuse", "System", "", "Delivery refused"),
    ("redaction.credential_seen", "System", "Credential seen in delivery", ""),
    ("mcp_token.create", "MCP token", "MCP token created", "MCP token creation failed"),
    ("mcp_token.rename", "MCP token", "MCP token renamed", "MCP token rename failed"),
    ("mcp_token.expire", "MCP token", "MCP token expired", ""),
    ("mcp_token.delete", "MCP token", "MCP token deleted", "MCP token deletion failed"),
    ("settings.update", "Settings", "Settings updated", "Settings update failed"),
    ("audit.export", "Audit log", "Audit log exported", "Audit log export failed"),
    ("audit.read", "Audit log", "Audit log read over API", "API read refused"),
    ("backup.create", "System", "Backup written", "Backup failed"),
    ("system.start", "System", "Annals started", ""),
    ("system.stop", "System", "Annals stopped", ""),
    ("system.migrate", "System", "Database upgraded", "Database upgrade failed"),
    ("system.clock_step", "System", "Clock step observed", ""),
];

#[test]
fn the_table_above_is_the_catalogue_that_people_read() {
    let site = Site::new();
    let page = site.admin().page("/events");
    let parts = html::elements(&page, "*").into_iter();
    let ids = parts.map(|it| it.attribute("id").to_owned());
    let shown: BTreeSet<_> = ids.filter(|it| it.contains('.')).collect();
    let here: BTreeSet<_> = CATALOGUE.iter().map(|it| it.0.to_owned()).collect();
    assert_eq!(shown, here);
    for (action, _, done, failed) in CATALOGUE {
        let text = html::by_id(&page, action).unwrap().text();
        assert!(text.contains(done) && text.contains(failed), "{text}");
    }
}

#[test]
fn every_action_is_found_in_the_log_as_what_it_was() {
    let stage = acts::perform();
    let owner = stage.owner();
    let mut wrong = Vec::new();
    for told in &stage.told {
        if let Err(problem) = found(&owner, told) {
            wrong.push(format!("{} {}: {problem}", told.action, told.outcome));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let told: BTreeSet<_> = stage
        .told
        .iter()
        .map(|it| (it.action, it.outcome))
        .collect();
    let never: Vec<_> = CATALOGUE
        .iter()
        .flat_map(|it| [(it.0, "success", it.2), (it.0, "failure", it.3)])
        .filter(|(action, outcome, title)| {
            !title.is_empty() && !told.contains(&(*action, *outcome))
        })
        .map(|(action, outcome, _)| format!("{action} {outcome}"))
        .collect();
    assert!(never.is_empty(), "nothing here does: {never:#?}");
}

/// Looks as a person would: filters by event and outcome, finds the row, opens the drawer.
fn found(owner: &Browser, told: &Told) -> Result<(), String> {
    let (_, icon, done, failed) = CATALOGUE
        .iter()
        .find(|it| it.0 == told.action)
        .ok_or("the catalogue has no such action")?;
    let (title, verdict) = match told.outcome {
        "success" => (*done, "succeeded"),
        _ => (*failed, "failed"),
    };
    let address = format!(
        "/audit-logs?action={}&outcome={}",
        told.action, told.outcome
    );
    let page = owner.page(&address);
    let all: Vec<_> = rows(&page)
        .iter()
        .filter_map(|it| row(&page, it.0))
        .collect();
    for line in &all {
        let text = line.text();
        if !text.contains(title) || !text.contains(&format!("{icon}, {verdict}")) {
            return Err(format!("a row reads {text}"));
        }
    }
    let fits = |it: &&Element| told.sees.iter().all(|text| it.text().contains(text));
    let line = all.iter().find(fits).ok_or_else(|| {
        let texts: Vec<_> = all.iter().map(Element::text).collect();
        format!("no row has {:?}: {texts:#?}", told.sees)
    })?;
    let links = links(line, "c-c");
    if links.iter().any(|it| it.starts_with(told.link)) == told.link.is_empty() {
        return Err(format!("the context leads to {links:?}"));
    }
    let seq = line.attribute("data-event");
    let page = owner.page(&format!("{address}&event={seq}"));
    let drawer = drawer(&page).ok_or("there is no drawer")?.text();
    let quoted = told.details.iter().map(|it| format!("\"{it}\""));
    let expected = quoted.chain([title.to_owned(), told.action.to_owned()]);
    let missing: Vec<_> = expected.filter(|it| !drawer.contains(it)).collect();
    if !missing.is_empty() {
        return Err(format!("the drawer lacks {missing:?}: {drawer}"));
    }
    Ok(())
}

/// Where the links of a cell lead.
fn links(line: &Element, cell: &str) -> Vec<String> {
    let cells = html::elements(&line.inner, "td").into_iter();
    let cells = cells.filter(|it| it.attribute("class") == cell);
    let links = cells.flat_map(|it| html::elements(&it.inner, "a"));
    links.map(|it| it.attribute("href").to_owned()).collect()
}
