//! The names of details that a Pool keeps beyond the documented ones, each with a kind of value.
use std::sync::Arc;

use super::gate;
use super::vocabulary::{self, DetailKind};

/// By name; almost every Pool has none, so asking costs nothing then.
#[derive(Clone, Default)]
pub struct DetailKeys(Option<Arc<[(String, DetailKind)]>>);

/// Names that one Pool can add.
const DETAIL_KEYS_MAX: usize = 50;
const NAME_MAX: usize = 48;

/// What may be added, by the word that the database and the form use.
const KINDS: [(&str, DetailKind); 6] = [
    ("label", DetailKind::Label),
    ("id", DetailKind::Id),
    ("word", DetailKind::Word),
    ("count", DetailKind::Count),
    ("bool", DetailKind::Bool),
    ("timestamp", DetailKind::Timestamp),
];

/// Why a name cannot be added.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unfit {
    Form,
    Secret,
    Documented,
    Twice,
    TooMany,
}

impl DetailKeys {
    pub fn stored(mut keys: Vec<(String, DetailKind)>) -> Self {
        keys.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        Self((!keys.is_empty()).then(|| keys.into()))
    }

    /// These without some and with others. What is kept was checked when it was added.
    pub fn edited(
        &self,
        is_removed: impl Fn(&str) -> bool,
        added: Vec<(String, DetailKind)>,
    ) -> Result<Self, Unfit> {
        for (name, _) in &added {
            check(name)?;
        }
        let kept = self.iter().filter(|it| !is_removed(&it.0)).cloned();
        let keys: Vec<_> = kept.chain(added).collect();
        if keys.len() > DETAIL_KEYS_MAX {
            return Err(Unfit::TooMany);
        }
        let keys = Self::stored(keys);
        let is_repeated = keys
            .iter()
            .zip(keys.iter().skip(1))
            .any(|(a, b)| a.0 == b.0);
        if is_repeated {
            Err(Unfit::Twice)
        } else {
            Ok(keys)
        }
    }

    pub fn kind_of(&self, name: &str) -> Option<DetailKind> {
        let keys = self.0.as_deref()?;
        let found = keys.binary_search_by(|it| it.0.as_str().cmp(name)).ok()?;
        keys.get(found).map(|it| it.1)
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = &(String, DetailKind)> {
        self.0.as_deref().unwrap_or_default().iter()
    }

    /// The keys that the other has not, in this kind.
    pub fn without<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = &'a (String, DetailKind)> {
        self.iter()
            .filter(|(name, kind)| other.kind_of(name) != Some(*kind))
    }
}

/// The word of a kind that a Pool may add.
pub fn kind_word(kind: DetailKind) -> &'static str {
    let found = KINDS.iter().find(|it| it.1 == kind);
    found.map_or("label", |it| it.0)
}

pub fn kind_named(word: &str) -> Option<DetailKind> {
    KINDS.iter().find(|it| it.0 == word).map(|it| it.1)
}

/// Lower snake case, of ordinary words, and nothing that is or guards a secret. What a name says
/// is shown to everybody who sees the Pool, so it must not be a credential itself.
fn check(name: &str) -> Result<(), Unfit> {
    let is_ordinary = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
    let is_snake = name.len() <= NAME_MAX
        && name.starts_with(|it: char| it.is_ascii_lowercase())
        && name
            .split('_')
            .all(|it| !it.is_empty() && it.bytes().all(is_ordinary));
    if !is_snake {
        return Err(Unfit::Form);
    }
    if vocabulary::is_sensitive(name) || gate::label(name).is_err() {
        return Err(Unfit::Secret);
    }
    match vocabulary::kind_of(name) {
        Some(_) => Err(Unfit::Documented),
        None => Ok(()),
    }
}

impl Unfit {
    /// What a form shows.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Form => {
                "A detail key has at most 48 lower-case letters, digits and single underscores, \
                 and begins with a letter."
            }
            Self::Secret => "A detail key must not look like a secret or like the name of one.",
            Self::Documented => "This detail key is kept anyway.",
            Self::Twice => "This detail key is there already.",
            Self::TooMany => "A Pool can have 50 detail keys of its own.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> (String, DetailKind) {
        (name.to_owned(), DetailKind::Word)
    }

    fn none(_: &str) -> bool {
        false
    }

    #[test]
    fn a_key_is_snake_case_no_secret_and_not_known_already() {
        #[track_caller]
        fn case(name: &str, expected: Result<(), Unfit>) {
            let added = DetailKeys::default().edited(none, vec![key(name)]);
            assert_eq!(added.map(|_| ()), expected, "{name}");
        }
        case("shard", Ok(()));
        case("warehouse_aisle2", Ok(()));
        case("", Err(Unfit::Form));
        case("Shard", Err(Unfit::Form));
        case("_shard", Err(Unfit::Form));
        case("shard__name", Err(Unfit::Form));
        case("9lives", Err(Unfit::Form));
        case("aisle-2", Err(Unfit::Form));
        case("größe", Err(Unfit::Form));
        case(&"a_".repeat(24), Err(Unfit::Form));
        case("db_password", Err(Unfit::Secret));
        case("api_token", Err(Unfit::Secret));
        case("x9f3kq27zz1b", Err(Unfit::Secret));
        case("role", Err(Unfit::Documented));
        case("replica_count", Err(Unfit::Documented));
    }

    #[test]
    fn keys_are_found_by_name_and_named_once() {
        let keys = DetailKeys::stored(vec![key("shard"), key("aisle")]);
        assert_eq!(keys.kind_of("aisle"), Some(DetailKind::Word));
        assert_eq!(keys.kind_of("shelf"), None);
        assert_eq!(DetailKeys::default().kind_of("aisle"), None);
        let twice = keys.edited(none, vec![key("shard")]);
        assert_eq!(twice.err(), Some(Unfit::Twice));
        let again = keys.edited(|it| it == "shard", vec![key("shard")]);
        assert_eq!(again.unwrap().iter().count(), 2);
        let many = (1..DETAIL_KEYS_MAX).map(|it| key(&format!("shelf{it}")));
        let many = keys.edited(none, many.collect());
        assert_eq!(many.err(), Some(Unfit::TooMany));
    }

    #[test]
    fn a_key_of_another_kind_is_another_key() {
        let one = DetailKeys::stored(vec![("shard".to_owned(), DetailKind::Word)]);
        let other = DetailKeys::stored(vec![("shard".to_owned(), DetailKind::Label)]);
        assert_eq!(one.without(&other).count(), 1);
        assert_eq!(one.without(&one).count(), 0);
    }

    #[test]
    fn every_kind_has_a_word_that_reads_back() {
        for (word, kind) in KINDS {
            assert_eq!((kind_word(kind), kind_named(word)), (word, Some(kind)));
        }
        assert_eq!(kind_named("prefix"), None);
    }
}
