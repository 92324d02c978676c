//! What an action is about: its family by name, and the icon that families share.

/// The picture of a row. One icon may stand for several families.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Icon {
    SignIn,
    Session,
    Operator,
    Invite,
    Pool,
    Upstream,
    ApiKey,
    McpToken,
    Settings,
    Export,
    System,
    /// An action that is not Annals' own.
    Other,
}

/// The part of an action's name before the dot.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Family {
    Auth,
    Session,
    Operator,
    Invite,
    Pool,
    Upstream,
    ApiKey,
    McpToken,
    Settings,
    Audit,
    Delivery,
    Redaction,
    Access,
    Backup,
    System,
}

impl Icon {
    pub const ALL: [Self; 12] = [
        Self::SignIn,
        Self::Session,
        Self::Operator,
        Self::Invite,
        Self::Pool,
        Self::Upstream,
        Self::ApiKey,
        Self::McpToken,
        Self::Settings,
        Self::Export,
        Self::System,
        Self::Other,
    ];

    /// What the icon is called where it cannot be seen, and above a group of actions.
    pub fn label(self) -> &'static str {
        match self {
            Self::SignIn => "Sign-in",
            Self::Session => "Session",
            Self::Operator => "Operator",
            Self::Invite => "Invite",
            Self::Pool => "Pool",
            Self::Upstream => "Upstream",
            Self::ApiKey => "API key",
            Self::McpToken => "MCP token",
            Self::Settings => "Settings",
            Self::Export => "Audit log",
            Self::System => "System",
            Self::Other => "Other",
        }
    }
}

impl Family {
    #[cfg(test)]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Session => "session",
            Self::Operator => "operator",
            Self::Invite => "invite",
            Self::Pool => "pool",
            Self::Upstream => "upstream",
            Self::ApiKey => "api_key",
            Self::McpToken => "mcp_token",
            Self::Settings => "settings",
            Self::Audit => "audit",
            Self::Delivery => "delivery",
            Self::Redaction => "redaction",
            Self::Access => "access",
            Self::Backup => "backup",
            Self::System => "system",
        }
    }

    pub fn icon(self) -> Icon {
        match self {
            Self::Auth => Icon::SignIn,
            Self::Session => Icon::Session,
            Self::Operator => Icon::Operator,
            Self::Invite => Icon::Invite,
            Self::Pool => Icon::Pool,
            Self::Upstream => Icon::Upstream,
            Self::ApiKey => Icon::ApiKey,
            Self::McpToken => Icon::McpToken,
            Self::Settings => Icon::Settings,
            Self::Audit => Icon::Export,
            Self::Delivery | Self::Redaction | Self::Access | Self::Backup | Self::System => {
                Icon::System
            }
        }
    }
}
