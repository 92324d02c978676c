//! Why something failed: a closed list of words, each with one fixed phrase.
use std::borrow::Cow;

use super::wording;

macro_rules! reasons {
    ($($variant:ident $word:literal $phrase:literal)+) => {
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Reason {
            $($variant,)+
        }

        impl Reason {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word as stored.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// What a person reads: at most `Reason::PHRASE_MAX` characters, nothing from outside.
            pub fn phrase(self) -> &'static str {
                match self {
                    $(Self::$variant => $phrase,)+
                }
            }
        }
    };
}

reasons! {
    UnknownAccount "unknown_account" "No account has this address"
    WrongPassword "wrong_password" "Wrong password"
    WrongCode "wrong_code" "Wrong code"
    CodeReused "code_reused" "Code was already used"
    AccountDeactivated "account_deactivated" "Account is deactivated"
    Paused "paused" "Paused at that time"
    SetupCodeWrong "setup_code_wrong" "Setup code was wrong"
    WeakPassword "weak_password" "Password is too easy to guess"
    Forbidden "forbidden" "The role does not allow it"
    Conflict "conflict" "Changed by someone else first"
    InvalidState "invalid_state" "Not possible in its present state"
    NameTaken "name_taken" "Name is already in use"
    ConfirmationMismatch "confirmation_mismatch" "Typed confirmation did not match"
    LastOwner "last_owner" "The last owner has to stay"
    OwnAccount "own_account" "Not possible on one's own account"
    NotArchived "not_archived" "Pool is not archived"
    Expired "expired" "It had expired"
    Revoked "revoked" "It was revoked"
    InvalidDocument "invalid_document" "Document could not be read"
    SignatureMismatch "signature_mismatch" "Signature did not match"
    InvalidItems "invalid_items" "Some items broke the rules"
    Silent "silent" "Nothing arrived within the limit"
    OutOfRange "out_of_range" "Value is out of range"
    DiskFull "disk_full" "Disk is full"
    IoError "io_error" "Disk could not be read or written"
    Timeout "timeout" "No answer in time"
    Interrupted "interrupted" "Interrupted before it was done"
    Denied "denied" "Access was denied"
}

impl Reason {
    #[cfg(test)]
    pub const PHRASE_MAX: usize = 40;

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.as_str() == word)
    }
}

/// The phrase of a stored reason. A delivered word outside the list reads as its own parts.
pub fn phrase(word: &str) -> Cow<'static, str> {
    match Reason::parse(word) {
        Some(reason) => Cow::Borrowed(reason.phrase()),
        None => Cow::Owned(wording::plain(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_short_and_every_word_reads_back() {
        for reason in Reason::ALL {
            assert!(reason.phrase().chars().count() <= Reason::PHRASE_MAX);
            assert_eq!(Reason::parse(reason.as_str()), Some(*reason));
        }
    }

    #[test]
    fn a_foreign_reason_reads_as_its_parts() {
        assert_eq!(phrase("wrong_code"), "Wrong code");
        assert_eq!(phrase("quota_exceeded"), "Quota exceeded");
    }
}
