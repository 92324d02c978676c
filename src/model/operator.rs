//! A person who signs in.
use super::id::RecordId;
use crate::base::{HOUR_MS, Millis};

pub const PASSWORD_MIN: usize = 12;
pub const PASSWORD_MAX: usize = 128;
/// How long a temporary password opens the page to change it.
pub const TEMPORARY_MS: Millis = 72 * HOUR_MS;
/// Operators that an instance can have, deleted ones not counted.
pub const OPERATORS_MAX: usize = 1000;

#[derive(Clone)]
pub struct Operator {
    pub no: i64,
    pub id: RecordId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub state: OperatorState,
    /// The password only opens the page to change it, until then; none: it is the person's own.
    pub temporary_until_ms: Option<Millis>,
    pub created_ms: Millis,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    Owner,
    Admin,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OperatorState {
    Active,
    Deactivated,
    Deleted,
}

/// Why a password cannot be used, as a sentence for the form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WeakPassword {
    Short,
    Long,
    Personal,
    Repetitive,
}

/// No composition rules: length, and nothing that is mostly the person's or the product's name.
pub fn check_password(password: &str, email: &str, name: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Err(WeakPassword::Short);
    }
    if length > PASSWORD_MAX {
        return Err(WeakPassword::Long);
    }
    let folded = password.to_lowercase();
    let local_part = email.split('@').next().unwrap_or_default();
    let personal = [email, local_part, name, "annals"].into_iter().any(|word| {
        let word = word.to_lowercase();
        let without = folded.replace(&word, "");
        word.chars().count() >= 4 && without.chars().count() < PASSWORD_MIN / 2
    });
    if personal {
        return Err(WeakPassword::Personal);
    }
    if is_repetitive(&folded) {
        return Err(WeakPassword::Repetitive);
    }
    Ok(())
}

/// One character over and over, or a plain run up or down (`abcdefghijkl`, `987654321098`).
fn is_repetitive(text: &str) -> bool {
    let steps: Vec<i64> = text
        .chars()
        .zip(text.chars().skip(1))
        .map(|(one, next)| i64::from(u32::from(next)) - i64::from(u32::from(one)))
        .collect();
    let usual = [-1, 0, 1]
        .into_iter()
        .map(|step| steps.iter().filter(|it| **it == step).count())
        .max()
        .unwrap_or_default();
    usual * 5 >= steps.len() * 4
}

impl WeakPassword {
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Short => "Use at least 12 characters.",
            Self::Long => "Use at most 128 characters.",
            Self::Personal => "Use something else than a name or an e-mail address.",
            Self::Repetitive => "Use something less regular.",
        }
    }
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Owner, Self::Admin]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

impl OperatorState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deactivated => "deactivated",
            Self::Deleted => "deleted",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Deactivated, Self::Deleted]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_refused_for_one_reason_a_person_can_act_on() {
        #[track_caller]
        fn case(password: &str, expected: Result<(), WeakPassword>) {
            let checked = check_password(password, "ana@example.org", "Ana Ruiz");
            assert_eq!(checked, expected);
        }
        case("correct horse battery", Ok(()));
        case("пароль-из-леса", Ok(()));
        case("short", Err(WeakPassword::Short));
        case(&"ab".repeat(65), Err(WeakPassword::Long));
        case("ana@example.org1", Err(WeakPassword::Personal));
        case("Annals123456", Ok(()));
        case("annalsAnnals", Err(WeakPassword::Personal));
        case("aaaaaaaaaaaaaa", Err(WeakPassword::Repetitive));
        case("abcdefghijklm", Err(WeakPassword::Repetitive));
        case("9876543210987", Err(WeakPassword::Repetitive));
    }
}
