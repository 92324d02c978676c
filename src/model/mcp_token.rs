//! MCP tokens: an operator's own credentials for reading the log by program.
use super::id::RecordId;
use crate::base::Millis;

#[derive(Clone)]
pub struct McpToken {
    pub no: i64,
    pub id: RecordId,
    pub operator_no: i64,
    pub name: String,
    pub state: McpTokenState,
    /// The public beginning.
    pub prefix: String,
    pub expires_ms: Option<Millis>,
    pub created_ms: Millis,
    pub used_ms: Option<Millis>,
    pub recorded_seq: i64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum McpTokenState {
    Active,
    Expired,
    Deleted,
}

impl McpToken {
    /// Past its date it is expired from that instant on, whether or not it was written down.
    pub fn state_at(&self, now: Millis) -> McpTokenState {
        let is_past = self.expires_ms.is_some_and(|it| it <= now);
        match self.state {
            McpTokenState::Active if is_past => McpTokenState::Expired,
            state => state,
        }
    }
}

impl McpTokenState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Expired, Self::Deleted]
            .into_iter()
            .find(|it| it.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::super::id::RecordKind;
    use super::*;

    #[test]
    fn a_token_is_expired_from_its_date_on() {
        let token = |state, expires_ms| McpToken {
            no: 1,
            id: RecordId::new(RecordKind::McpToken, [0; 16]),
            operator_no: 1,
            name: "agent".to_owned(),
            state,
            prefix: "anm_00000001".to_owned(),
            expires_ms,
            created_ms: 0,
            used_ms: None,
            recorded_seq: 1,
        };
        let (active, deleted) = (McpTokenState::Active, McpTokenState::Deleted);
        assert_eq!(token(active, None).state_at(i64::MAX), active);
        assert_eq!(token(active, Some(10)).state_at(9), active);
        assert_eq!(token(active, Some(10)).state_at(10), McpTokenState::Expired);
        assert_eq!(token(deleted, Some(10)).state_at(10), deleted);
        for state in ["active", "expired", "deleted"] {
            assert_eq!(McpTokenState::parse(state).unwrap().as_str(), state);
        }
    }
}
