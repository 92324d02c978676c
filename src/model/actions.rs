//! The table of everything Annals records about itself.
use super::carried::{ANY_EDIT, count, edit, fields, flag, label, number, prefix, time, word};
use super::category::Family;
use super::facts::{Facts, NEVER_DONE, NEVER_FAILED, done, implied, named, told, tried};

macro_rules! actions {
    ($($variant:ident: $name:literal, $family:ident, $target:expr,
        $done:expr, $failed:expr, $when:literal $(, [$($carried:expr),+])?;)+) => {
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Action {
            $($variant,)+
        }

        impl Action {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];
        }

        /// In the order of the variants.
        const FACTS: &[Facts] = &[$(Facts {
            name: $name,
            family: Family::$family,
            target: $target,
            done: $done,
            failed: $failed,
            when: $when,
            carries: &[$($($carried),+)?],
        },)+];
    };
}

impl Action {
    pub fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }
}

actions! {
    AuthBootstrap: "auth.bootstrap", Auth, implied("operator"),
        done("First owner created", "set up this instance as its first owner"),
        tried("First-run setup failed", "set up this instance"),
        "The set-up page creates the first owner, or refuses to.", [word("method")];
    AuthSignIn: "auth.sign_in", Auth, implied("session"),
        done("Operator signed in", "signed in"), tried("Sign-in failed", "sign in"),
        "Somebody signs in, or tries to.",
        [word("method"), flag("is_known_browser"), count("attempt_count")];
    AuthSignOut: "auth.sign_out", Auth, implied("session"),
        done("Operator signed out", "signed out"), NEVER_FAILED,
        "An operator ends the own session.";
    AuthLockout: "auth.lockout", Auth, named("operator"),
        NEVER_DONE, told("Sign-in paused", "paused sign-in for"),
        "A limit of failed sign-ins is first reached.", [count("attempt_count"), time("until_at")];
    AuthStepUp: "auth.step_up", Auth, implied("operator"),
        done("Identity confirmed", "confirmed their identity"),
        tried("Identity confirmation failed", "confirm their identity"),
        "An operator proves a factor again before a sensitive change.",
        [word("method"), word("purpose")];
    AuthPasswordChange: "auth.password_change", Auth, implied("operator"),
        done("Password changed", "changed their password"),
        tried("Password change failed", "change their password"),
        "An operator changes the own password, or fails to.",
        [flag("is_required"), count("session_count")];
    AuthTotpEnroll: "auth.totp_enroll", Auth, implied("operator"),
        done("Authenticator app added", "added an authenticator app"),
        tried("Authenticator setup failed", "add an authenticator app"),
        "An operator sets up an authenticator app.", [count("session_count")];
    AuthTotpRemove: "auth.totp_remove", Auth, implied("operator"),
        done("Authenticator app removed", "removed their authenticator app"),
        tried("Removing authenticator app failed", "remove their authenticator app"),
        "An operator removes the own authenticator app.", [count("session_count")];
    AuthRecoveryCodeUse: "auth.recovery_code_use", Auth, implied("operator"),
        done("Recovery code used", "used a recovery code"),
        tried("Recovery code refused", "use a recovery code"),
        "Somebody signs in with a recovery code, or tries to.", [count("remaining_count")];
    AuthRecoveryCodesCreate: "auth.recovery_codes_create", Auth, implied("operator"),
        done("Recovery codes created", "created new recovery codes"),
        tried("Creating recovery codes failed", "create new recovery codes"),
        "An operator makes a new set of recovery codes.", [count("code_count")];
    SessionRevoke: "session.revoke", Session, named("session"),
        done("Session revoked", "revoked the session"),
        tried("Revoking session failed", "revoke the session"),
        "A session is ended by its operator or an owner.", [flag("is_current")];
    SessionRevokeAll: "session.revoke_all", Session, named("operator"),
        done("Other sessions revoked", "revoked the other sessions of"),
        tried("Revoking sessions failed", "revoke the other sessions of"),
        "All sessions of an operator but the present one are ended.", [count("session_count")];
    AccessDeny: "access.deny", Access, named("route"),
        NEVER_DONE, told("Access refused", "was refused access to"),
        "A person opens a page or sends a change that is closed to the role.",
        [word("route"), word("method")];
    OperatorCreate: "operator.create", Operator, named("operator"),
        done("Operator added", "added operator"), tried("Adding operator failed", "add operator"),
        "An operator is added in the console, by an invite or on the command line.",
        [word("role"), word("method")];
    OperatorUpdate: "operator.update", Operator, named("operator"),
        done("Operator updated", "updated operator"),
        tried("Operator update failed", "update operator"),
        "Name, e-mail or role of an operator changes.", [edit("name"), edit("email"), edit("role")];
    OperatorAssign: "operator.assign", Operator, named("operator"),
        done("Operator assigned to Pool", "assigned operator"),
        tried("Assigning operator failed", "assign operator"),
        "An operator gets access to a Pool; one event a Pool.", [word("role")];
    OperatorUnassign: "operator.unassign", Operator, named("operator"),
        done("Operator removed from Pool", "removed operator"),
        tried("Removing operator failed", "remove operator"),
        "An operator loses access to a Pool; one event a Pool.", [word("cause")];
    OperatorDeactivate: "operator.deactivate", Operator, named("operator"),
        done("Operator deactivated", "deactivated operator"),
        tried("Deactivating operator failed", "deactivate operator"),
        "An operator may no longer sign in.", [count("session_count"), count("token_count")];
    OperatorReactivate: "operator.reactivate", Operator, named("operator"),
        done("Operator reactivated", "reactivated operator"),
        tried("Reactivating operator failed", "reactivate operator"),
        "A deactivated operator may sign in again.";
    OperatorPasswordReset: "operator.password_reset", Operator, named("operator"),
        done("Temporary password issued", "issued a temporary password for"),
        tried("Issuing temporary password failed", "issue a temporary password for"),
        "An operator gets a temporary password.", [count("session_count")];
    OperatorTotpReset: "operator.totp_reset", Operator, named("operator"),
        done("Second factor reset", "reset the second factor of"),
        tried("Resetting second factor failed", "reset the second factor of"),
        "An owner takes away the second factor of an operator.", [count("session_count")];
    OperatorDelete: "operator.delete", Operator, named("operator"),
        done("Operator deleted", "deleted operator"),
        tried("Operator deletion failed", "delete operator"),
        "A deactivated operator is deleted; the name stays in past events.";
    InviteCreate: "invite.create", Invite, named("invite"),
        done("Invite created", "invited"), tried("Invite not created", "invite"),
        "An owner invites somebody.", [word("role"), count("pool_count"), time("expires_at")];
    InviteRenew: "invite.renew", Invite, named("invite"),
        done("Invite link replaced", "replaced the invite link for"),
        tried("Replacing invite link failed", "replace the invite link for"),
        "An invite gets a new link.", [time("expires_at")];
    InviteRevoke: "invite.revoke", Invite, named("invite"),
        done("Invite revoked", "revoked the invite for"),
        tried("Revoking invite failed", "revoke the invite for"),
        "An owner takes back an invite.";
    InviteAccept: "invite.accept", Invite, named("invite"),
        done("Invite accepted", "accepted the invite for"),
        tried("Invite not accepted", "accept the invite for"),
        "The invited person accepts, or is refused.", [word("role")];
    InviteExpire: "invite.expire", Invite, named("invite"),
        done("Invite expired", "ended the invite for"), NEVER_FAILED,
        "An invite was not accepted in time.";
    PoolCreate: "pool.create", Pool, named("pool"),
        done("Pool created", "created Pool"), tried("Pool creation failed", "create Pool"),
        "A Pool is created.";
    PoolUpdate: "pool.update", Pool, named("pool"),
        done("Pool updated", "updated Pool"), tried("Pool update failed", "update Pool"),
        "Name, retention or mode of a Pool changes.",
        [edit("name"), edit("retention_days"), edit("gate_mode"), count("added_key_count"),
         count("removed_key_count")];
    PoolDisable: "pool.disable", Pool, named("pool"),
        done("Pool disabled", "disabled Pool"), tried("Disabling Pool failed", "disable Pool"),
        "A Pool takes no more deliveries.";
    PoolEnable: "pool.enable", Pool, named("pool"),
        done("Pool enabled", "enabled Pool"), tried("Enabling Pool failed", "enable Pool"),
        "A disabled Pool takes deliveries again.";
    PoolArchive: "pool.archive", Pool, named("pool"),
        done("Pool archived", "archived Pool"), tried("Archiving Pool failed", "archive Pool"),
        "A Pool is archived; its assignments end.", [count("assignment_count")];
    PoolRestore: "pool.restore", Pool, named("pool"),
        done("Pool restored", "restored Pool"), tried("Restoring Pool failed", "restore Pool"),
        "An archived Pool is disabled again.";
    PoolDelete: "pool.delete", Pool, named("pool"),
        done("Pool deleted", "deleted Pool"), tried("Pool deletion failed", "delete Pool"),
        "An archived Pool is deleted; slug and name stay in past events.",
        [count("key_count"), count("upstream_count")];
    UpstreamImport: "upstream.import", Upstream, named("upstream"),
        done("Upstream imported", "imported upstream"),
        tried("Upstream import failed", "import upstream"),
        "An upstream is set up from its document.", [word("format"), word("gate_mode")];
    UpstreamRename: "upstream.rename", Upstream, named("upstream"),
        done("Upstream renamed", "renamed upstream"),
        tried("Upstream rename failed", "rename upstream"),
        "An upstream gets another name.", [edit("name")];
    UpstreamUpdate: "upstream.update", Upstream, named("upstream"),
        done("Upstream updated", "updated upstream"),
        tried("Upstream update failed", "update upstream"),
        "The mode of an upstream changes.", [edit("gate_mode")];
    UpstreamPause: "upstream.pause", Upstream, named("upstream"),
        done("Upstream paused", "paused upstream"),
        tried("Pausing upstream failed", "pause upstream"),
        "An upstream's deliveries are refused for now.";
    UpstreamReactivate: "upstream.reactivate", Upstream, named("upstream"),
        done("Upstream reactivated", "reactivated upstream"),
        tried("Reactivating upstream failed", "reactivate upstream"),
        "A paused upstream delivers again.";
    UpstreamRefresh: "upstream.refresh", Upstream, named("upstream"),
        done("Upstream secret refreshed", "refreshed the secret of upstream"),
        tried("Upstream refresh failed", "refresh the secret of upstream"),
        "An upstream gets a new secret.", [edit("secret"), time("overlap_until_at")];
    UpstreamDelete: "upstream.delete", Upstream, named("upstream"),
        done("Upstream deleted", "deleted upstream"),
        tried("Upstream deletion failed", "delete upstream"),
        "An upstream and its secret are deleted.";
    ApiKeyCreate: "api_key.create", ApiKey, named("api_key"),
        done("API key created", "created API key"),
        tried("API key creation failed", "create API key"),
        "A key is created; its secret is shown once.",
        [word("permission"), word("gate_mode"), prefix("key_prefix"), time("expires_at")];
    ApiKeyUpdate: "api_key.update", ApiKey, named("api_key"),
        done("API key updated", "updated API key"),
        tried("API key update failed", "update API key"),
        "Name, expiry or mode of a key changes.",
        [edit("name"), edit("expires_at"), edit("gate_mode")];
    ApiKeyMoveOut: "api_key.move_out", ApiKey, named("api_key"),
        done("API key moved out", "moved API key"),
        tried("Moving API key failed", "move API key"),
        "A key leaves this Pool.", [prefix("key_prefix")];
    ApiKeyMoveIn: "api_key.move_in", ApiKey, named("api_key"),
        done("API key moved in", "moved API key"), NEVER_FAILED,
        "A key arrives in this Pool.", [prefix("key_prefix")];
    ApiKeyRotate: "api_key.rotate", ApiKey, named("api_key"),
        done("API key rotated", "rotated API key"),
        tried("API key rotation failed", "rotate API key"),
        "A key gets a new secret.",
        [prefix("key_prefix"), prefix("previous_key_prefix"), time("overlap_until_at")];
    ApiKeyPause: "api_key.pause", ApiKey, named("api_key"),
        done("API key paused", "paused API key"), tried("Pausing API key failed", "pause API key"),
        "A key is refused until it is resumed.", [prefix("key_prefix")];
    ApiKeyResume: "api_key.resume", ApiKey, named("api_key"),
        done("API key resumed", "resumed API key"),
        tried("Resuming API key failed", "resume API key"),
        "A paused key works again.", [prefix("key_prefix")];
    ApiKeyRevoke: "api_key.revoke", ApiKey, named("api_key"),
        done("API key revoked", "revoked API key"),
        tried("Revoking API key failed", "revoke API key"),
        "A key is refused for good.", [prefix("key_prefix")];
    ApiKeyExpire: "api_key.expire", ApiKey, named("api_key"),
        done("API key expired", "ended API key"), NEVER_FAILED,
        "A key reaches its last day.", [prefix("key_prefix")];
    ApiKeyDelete: "api_key.delete", ApiKey, named("api_key"),
        done("API key deleted", "deleted API key"),
        tried("API key deletion failed", "delete API key"),
        "A revoked or expired key leaves the list.", [prefix("key_prefix")];
    DeliveryRefuse: "delivery.refuse", Delivery, named("api_key"),
        NEVER_DONE, told("Delivery refused", "refused a delivery from"),
        "A delivery, or a part of it, is not taken.", [count("rejected_count")];
    RedactionCredentialSeen: "redaction.credential_seen", Redaction, named("api_key"),
        done("Credential seen in delivery", "saw what looks like a credential in a delivery from"),
        NEVER_FAILED,
        "Something shaped like a credential arrives; once a day each.",
        [word("field"), word("pattern"), count("hit_count")];
    McpTokenCreate: "mcp_token.create", McpToken, named("mcp_token"),
        done("MCP token created", "created MCP token"),
        tried("MCP token creation failed", "create MCP token"),
        "An operator makes a token for an agent.", [prefix("token_prefix"), time("expires_at")];
    McpTokenRename: "mcp_token.rename", McpToken, named("mcp_token"),
        done("MCP token renamed", "renamed MCP token"),
        tried("MCP token rename failed", "rename MCP token"),
        "A token gets another name.", [edit("name")];
    McpTokenExpire: "mcp_token.expire", McpToken, named("mcp_token"),
        done("MCP token expired", "ended MCP token"), NEVER_FAILED,
        "A token reaches its last day.";
    McpTokenDelete: "mcp_token.delete", McpToken, named("mcp_token"),
        done("MCP token deleted", "deleted MCP token"),
        tried("MCP token deletion failed", "delete MCP token"),
        "A token is deleted by its operator.", [prefix("token_prefix")];
    SettingsUpdate: "settings.update", Settings, named("settings"),
        done("Settings updated", "updated settings"),
        tried("Settings update failed", "update settings"),
        "An owner changes a section of the settings.", [word("section"), ANY_EDIT];
    AuditExport: "audit.export", Audit, implied("export"),
        done("Audit log exported", "exported the audit log"),
        tried("Audit log export failed", "export the audit log"),
        "An export starts, before its first byte.",
        [word("format"), count("row_count"), fields("filters"), time("from_at"), time("to_at")];
    AuditRead: "audit.read", Audit, named("api_key"),
        done("Audit log read over API", "read the audit log with"),
        tried("API read refused", "read the audit log with"),
        "A credential reads events; once an hour each.", [word("tool")];
    BackupCreate: "backup.create", Backup, implied("backup"),
        done("Backup written", "wrote a backup"), tried("Backup failed", "write a backup"),
        "A copy of the database is written, or cannot be.", [count("size_bytes")];
    SystemStart: "system.start", System, implied("system"),
        done("Annals started", "started"), NEVER_FAILED,
        "The server starts.", [label("version")];
    SystemStop: "system.stop", System, implied("system"),
        done("Annals stopped", "stopped"), NEVER_FAILED,
        "The server stops in order.";
    SystemMigrate: "system.migrate", System, implied("system"),
        done("Database upgraded", "upgraded the database"),
        tried("Database upgrade failed", "upgrade the database"),
        "A newer version changes the database.", [number("from_schema"), number("to_schema")];
    SystemClockStep: "system.clock_step", System, implied("system"),
        done("Clock step observed", "observed a step of the clock"), NEVER_FAILED,
        "The system's clock jumps.", [number("step_ms")];
}
