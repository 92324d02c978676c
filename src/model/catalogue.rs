//! How any stored action is told: its title, its icon, its sentence. Annals' own actions come
//! from the registry, all others from their names.
use std::borrow::Cow;

use super::actions::Action;
use super::carried::Carried;
use super::category::{Family, Icon};
use super::facts::Clause;
use super::kinds::Outcome;
use super::wording;

/// How the sentence about an event goes on after its actor.
pub struct Telling {
    pub clause: Clause,
    /// Whether the target's name follows.
    pub names_target: bool,
    /// What stands before the Pool: "in", "to".
    pub preposition: &'static str,
}

impl Action {
    /// `family.verb`, as stored.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }

    pub fn family(self) -> Family {
        self.facts().family
    }

    pub fn icon(self) -> Icon {
        self.family().icon()
    }

    pub fn success_title(self) -> Option<&'static str> {
        self.facts().done.map(|it| it.title)
    }

    pub fn failure_title(self) -> Option<&'static str> {
        self.facts().failed.map(|it| it.title)
    }

    /// None: this action never has this outcome.
    pub fn title(self, outcome: Outcome) -> Option<&'static str> {
        match outcome {
            Outcome::Success => self.success_title(),
            Outcome::Failure => self.failure_title(),
        }
    }

    /// The kind of record it is about. Deliveries and what is seen in them may also be about an
    /// `upstream`, reads of the log about an `mcp_token`. None: nothing in particular.
    pub fn target_kind(self, outcome: Outcome) -> Option<&'static str> {
        match (self, outcome) {
            // There is no session yet: the event is about the account that was tried.
            (Self::AuthSignIn, Outcome::Failure) => Some("operator"),
            _ => self.facts().target.kind,
        }
    }

    /// When it is recorded, as one sentence.
    pub fn when(self) -> &'static str {
        self.facts().when
    }

    /// What its events can tell beside what every event does.
    pub fn carries(self) -> &'static [Carried] {
        self.facts().carries
    }

    /// None: this action never has this outcome.
    pub fn telling(self, outcome: Outcome) -> Option<Telling> {
        let facts = self.facts();
        let clause = match outcome {
            Outcome::Success => Clause::Told(facts.done?.past),
            Outcome::Failure => facts.failed?.clause,
        };
        Some(Telling {
            clause,
            names_target: facts.target.named,
            preposition: self.preposition(),
        })
    }

    /// Whoever it was has not proved to be the account that the event names.
    pub fn is_unverified(self, outcome: Outcome) -> bool {
        outcome == Outcome::Failure && matches!(self, Self::AuthSignIn | Self::AuthRecoveryCodeUse)
    }

    fn preposition(self) -> &'static str {
        match self {
            Self::OperatorAssign => "to",
            Self::OperatorUnassign => "from",
            Self::ApiKeyMoveOut => "out of",
            Self::ApiKeyMoveIn => "into",
            _ => "in",
        }
    }
}

/// The title of a stored event. A success never has the title of a failure or the reverse.
pub fn title(action: &str, outcome: Outcome) -> Cow<'static, str> {
    let known = Action::parse(action).and_then(|it| it.title(outcome));
    if let Some(title) = known {
        return Cow::Borrowed(title);
    }
    Cow::Owned(match outcome {
        Outcome::Success => wording::past(action),
        Outcome::Failure => format!("{}: failed", wording::last_two(action)),
    })
}

/// What an action is called where its outcome is open, as in a filter: the success title, else
/// the other.
pub fn filter_title(action: &str) -> Cow<'static, str> {
    let known =
        Action::parse(action).and_then(|it| it.success_title().or_else(|| it.failure_title()));
    match known {
        Some(title) => Cow::Borrowed(title),
        None => Cow::Owned(wording::past(action)),
    }
}

pub fn icon(action: &str) -> Icon {
    Action::parse(action).map_or(Icon::Other, Action::icon)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const OUTCOMES: [Outcome; 2] = [Outcome::Success, Outcome::Failure];

    #[test]
    fn every_action_and_outcome_has_title_icon_and_sentence() {
        for action in Action::ALL {
            let name = action.name();
            assert_eq!(Action::parse(name), Some(*action));
            assert_eq!(name.split_once('.').unwrap().0, action.family().as_str());
            assert!(!action.icon().label().is_empty());
            assert!(action.when().ends_with('.'), "{name}");
            assert!(
                action.title(Outcome::Success).is_some()
                    || action.title(Outcome::Failure).is_some()
            );
            for outcome in OUTCOMES {
                let title = action.title(outcome);
                assert_eq!(title.is_some(), action.telling(outcome).is_some(), "{name}");
                assert!(title.is_none_or(|it| !it.is_empty()));
            }
        }
    }

    #[test]
    fn no_two_titles_are_equal_and_a_success_title_never_names_a_failure() {
        let mut seen = HashSet::new();
        for action in Action::ALL {
            for outcome in OUTCOMES {
                let Some(title) = action.title(outcome) else {
                    continue;
                };
                assert!(seen.insert(title), "{title}");
            }
        }
    }

    #[test]
    fn foreign_actions_are_titled_by_their_last_two_segments() {
        fn case(action: &str, done: &str, failed: &str) {
            assert_eq!(title(action, Outcome::Success), done);
            assert_eq!(title(action, Outcome::Failure), failed);
            assert_eq!(icon(action), Icon::Other);
        }
        case("member.add", "Member added", "Member add: failed");
        case("a.b.MemberAdd", "B member added", "B member add: failed");
        case("repo.push", "Repo push", "Repo push: failed");
    }

    #[test]
    fn a_delivered_action_equal_to_a_catalogue_pair_takes_its_title() {
        assert_eq!(title("api_key.rotate", Outcome::Success), "API key rotated");
        assert_eq!(
            title("auth.sign_out", Outcome::Failure),
            "Auth sign out: failed"
        );
        assert_eq!(filter_title("auth.lockout"), "Sign-in paused");
    }
}
