//! An invite: who may become an operator by a link that is shown once.
use zeroize::Zeroizing;

use super::id::RecordId;
use super::operator::Role;
use super::pool::PoolNo;
use super::reason::Reason;
use crate::base::{Hash, Millis, hex, sha256};

/// Invites that can be open at once.
pub const INVITES_MAX: usize = 200;

#[derive(Clone)]
pub struct Invite {
    pub no: i64,
    pub id: RecordId,
    pub email: String,
    pub role: Role,
    /// Where an admin will be assigned, as far as the Pools are open then.
    pub pools: Vec<PoolNo>,
    pub state: InviteState,
    pub expires_ms: Millis,
    pub created_ms: Millis,
    /// Number of the operator who invited.
    pub created_by: Option<i64>,
    /// Number of the operator who came of it.
    pub accepted_by: Option<i64>,
    pub recorded_seq: i64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum InviteState {
    Active,
    Accepted,
    Revoked,
    Expired,
}

/// What the link of an invite holds. The database keeps its digest.
pub struct InviteSecret(Zeroizing<String>);

impl Invite {
    /// The state at this moment: a link is over on time, even before that is recorded.
    pub fn state_at(&self, now: Millis) -> InviteState {
        if self.state == InviteState::Active && self.expires_ms <= now {
            return InviteState::Expired;
        }
        self.state
    }

    /// Why the link does not open anything; none: it does.
    pub fn closed_for(&self, now: Millis) -> Option<Reason> {
        match self.state_at(now) {
            InviteState::Active => None,
            InviteState::Accepted => Some(Reason::InvalidState),
            InviteState::Revoked => Some(Reason::Revoked),
            InviteState::Expired => Some(Reason::Expired),
        }
    }
}

impl InviteSecret {
    pub fn new(bytes: &Zeroizing<[u8; 32]>) -> Self {
        Self(Zeroizing::new(hex(&bytes[..])))
    }

    /// As it stands in an address; whatever it is, only its digest is looked up.
    pub fn sent(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    pub fn digest(&self) -> Hash {
        sha256(&[b"annals/invite/1\0", self.0.as_bytes()])
    }

    /// The link, for the one page that shows it.
    pub fn link(&self, base_url: &str) -> Zeroizing<String> {
        Zeroizing::new(format!("{base_url}/invites/{}", *self.0))
    }
}

impl InviteState {
    pub const ALL: [Self; 4] = [Self::Active, Self::Accepted, Self::Revoked, Self::Expired];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::id::RecordKind;
    use super::*;

    #[test]
    fn a_link_is_over_on_time_and_for_one_reason() {
        #[track_caller]
        fn case(state: InviteState, now: Millis, expected: Option<Reason>) {
            let invite = Invite {
                no: 1,
                id: RecordId::new(RecordKind::Invite, [0; 16]),
                email: "ana@example.org".to_owned(),
                role: Role::Admin,
                pools: Vec::new(),
                state,
                expires_ms: 10,
                created_ms: 0,
                created_by: None,
                accepted_by: None,
                recorded_seq: 0,
            };
            assert_eq!(invite.closed_for(now), expected);
        }
        case(InviteState::Active, 9, None);
        case(InviteState::Active, 10, Some(Reason::Expired));
        case(InviteState::Accepted, 10, Some(Reason::InvalidState));
        case(InviteState::Revoked, 10, Some(Reason::Revoked));
        case(InviteState::Expired, 9, Some(Reason::Expired));
    }

    #[test]
    fn a_link_names_its_secret_and_nothing_else_does() {
        let secret = InviteSecret::new(&Zeroizing::new([7; 32]));
        let link = secret.link("https://audit.example.org");
        let text = link.rsplit('/').next().unwrap();
        assert_eq!(text.len(), 64);
        assert!(InviteSecret::sent(text).digest() == secret.digest());
        assert!(InviteSecret::sent("").digest() != secret.digest());
    }
}
