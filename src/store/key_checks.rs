//! What the store promises about keys as time goes by, on a real file.
use std::fs;
use std::path::PathBuf;

use super::{Asked, Expires, KeyEdit, NewKey, Question, Store};
use crate::base::{Clock, DAY_MS, HOUR_MS, Kind, Millis, hex, random};
use crate::model::safe::Label;
use crate::model::{
    ApiKey, Body, By, Filter, GateMode, KeyAct, KeyState, Permission, Reason, Scope, Token, Zone,
};

const NOW: Millis = 1_796_000_000_000;

/// A store with a Pool, at a time that the test sets.
struct Place {
    folder: PathBuf,
    clock: Clock,
    store: Store,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Place {
    async fn new() -> Self {
        let unique: [u8; 8] = random::bytes();
        let folder = PathBuf::from(format!("/tmp/annals-keys-{}", hex(&unique)));
        let clock = Clock::system();
        clock.set(NOW);
        let store = Store::open(&folder, clock.clone()).unwrap();
        let by = By::command_line();
        store
            .pools
            .create(by, "edge".to_owned(), "Edge")
            .await
            .unwrap();
        Self {
            folder,
            clock,
            store,
        }
    }

    async fn key(&self, name: &str, expires_ms: Option<Millis>) -> (ApiKey, Token) {
        let new = NewKey {
            pool_slug: "edge".to_owned(),
            name: name.to_owned(),
            permission: Permission::Write,
            mode: GateMode::Gated,
            expires_ms,
        };
        let host = Scope::of_the_host();
        let keys = &self.store.api_keys;
        keys.create(By::command_line(), &host, new).await.unwrap()
    }

    /// Whether the secret opens its key now.
    fn opens(&self, token: &Token) -> bool {
        let now = self.clock.now();
        let found = self.store.api_keys.by_digest(&token.digest(), now);
        found.is_some_and(|(key, _)| key.state_at(now).is_living())
    }

    async fn rotate(&self, key: &ApiKey, hours: i64) -> Token {
        let keys = &self.store.api_keys;
        let rotated = keys.rotate(By::command_line(), asked(key), hours).await;
        rotated.unwrap().2
    }

    async fn bodies(&self) -> Vec<Body> {
        let question = Question {
            scope: Scope::of_the_host(),
            filter: Filter::default(),
            zone: Zone::utc(),
            now: i64::MAX / 2,
        };
        let events = self.store.events.feed(&question, -1, 200).await.unwrap();
        events.into_iter().map(|it| it.body).collect()
    }
}

fn asked(key: &ApiKey) -> Asked {
    Asked {
        scope: Scope::of_the_host(),
        id: key.id,
        version: None,
    }
}

#[tokio::test]
async fn a_replaced_secret_opens_until_its_time_is_over_to_the_millisecond() {
    let place = Place::new().await;
    let (key, first) = place.key("ci", None).await;
    let second = place.rotate(&key, 2).await;
    place.clock.set(NOW + 2 * HOUR_MS - 1);
    assert!(place.opens(&first) && place.opens(&second));
    place.clock.set(NOW + 2 * HOUR_MS);
    assert!(!place.opens(&first) && place.opens(&second));
}

#[tokio::test]
async fn without_grace_the_replaced_secret_ends_at_once_and_a_third_ends_the_first() {
    let place = Place::new().await;
    let (key, first) = place.key("ci", None).await;
    let second = place.rotate(&key, 0).await;
    assert!(!place.opens(&first) && place.opens(&second));
    let third = place.rotate(&key, 24).await;
    assert!(place.opens(&second) && place.opens(&third));
    let fourth = place.rotate(&key, 24).await;
    assert!(!place.opens(&second) && place.opens(&third) && place.opens(&fourth));
}

#[tokio::test]
async fn both_secrets_end_with_their_key() {
    let place = Place::new().await;
    let (key, first) = place.key("ci", Some(NOW + HOUR_MS)).await;
    let second = place.rotate(&key, 24).await;
    place.clock.set(NOW + HOUR_MS);
    assert!(!place.opens(&first) && !place.opens(&second));
    let (key, first) = place.key("other", None).await;
    let second = place.rotate(&key, 24).await;
    let keys = &place.store.api_keys;
    let by = By::command_line();
    keys.set_state(by, asked(&key), KeyAct::Revoke)
        .await
        .unwrap();
    assert!(!place.opens(&first) && !place.opens(&second));
}

#[tokio::test]
async fn a_grace_is_a_day_at_most() {
    let place = Place::new().await;
    let (key, first) = place.key("ci", None).await;
    for hours in [-1, 25, i64::MAX] {
        let keys = &place.store.api_keys;
        let refused = keys.rotate(By::command_line(), asked(&key), hours).await;
        let refused = refused.err().unwrap();
        assert_eq!(refused.public(), Reason::OutOfRange.phrase());
    }
    assert!(place.opens(&first));
}

#[tokio::test]
async fn what_expired_is_written_down_once_and_in_the_order_of_its_end() {
    let place = Place::new().await;
    let (late, _) = place.key("late", Some(NOW + 2 * HOUR_MS)).await;
    let (early, token) = place.key("early", Some(NOW + HOUR_MS)).await;
    place.key("never", None).await;
    let (revoked, _) = place.key("revoked", Some(NOW + HOUR_MS)).await;
    let keys = &place.store.api_keys;
    let by = By::command_line();
    keys.set_state(by, asked(&revoked), KeyAct::Revoke)
        .await
        .unwrap();
    let expire = async || {
        keys.expire(By::command_line(), place.clock.now())
            .await
            .unwrap()
    };
    assert_eq!(expire().await, 0);
    place.clock.set(NOW + HOUR_MS);
    assert!(!place.opens(&token), "before anybody wrote it down");
    place.clock.set(NOW + DAY_MS);
    assert_eq!(expire().await, 2);
    assert_eq!(expire().await, 0);
    let bodies = place.bodies().await.into_iter();
    let expired = bodies.filter(|it| it.action == "api_key.expire");
    let targets = expired.filter_map(|it| it.target?.id);
    let expected = [early.id.to_string(), late.id.to_string()];
    assert_eq!(targets.collect::<Vec<_>>(), expected);
    let found = keys.find(&Scope::of_the_host(), late.id).await.unwrap();
    assert_eq!(found.unwrap().state, KeyState::Expired);
}

#[tokio::test]
async fn a_key_past_its_date_changes_no_more_and_can_be_deleted() {
    let place = Place::new().await;
    let (key, _) = place.key("ci", Some(NOW + HOUR_MS)).await;
    place.clock.set(NOW + HOUR_MS);
    let keys = &place.store.api_keys;
    let edit = KeyEdit {
        name: Label::gate("ci").unwrap(),
        mode: GateMode::Gated,
        expires: Expires::Never,
    };
    let refused = keys.update(By::command_line(), asked(&key), edit).await;
    assert_eq!(refused.err().unwrap().public(), Reason::Expired.phrase());
    let again = place.key("ci", None).await.0;
    assert!(again.id != key.id, "its name is free again");
    keys.delete(By::command_line(), asked(&key)).await.unwrap();
    let gone = keys.delete(By::command_line(), asked(&key)).await;
    assert_eq!(gone.err().unwrap().kind(), Kind::NotFound);
}
