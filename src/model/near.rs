//! Where an investigation may go on from one event: filters for what is near it.
use super::event::Event;
use super::filter::Filter;
use super::reader;
use crate::base::{MINUTE_MS, Millis};

/// What an event shares with those that a filter of `near` matches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Look {
    Actor,
    Target,
    /// What its sender says was one request.
    Request,
    /// What came in with it.
    Delivery,
    /// Five minutes before or after.
    Time,
}

const NEAR_MS: Millis = 5 * MINUTE_MS;

/// The ways to go on, in the order in which they are offered. A filter by request may still need
/// a span of time.
pub fn near(event: &Event) -> Vec<(Look, Filter)> {
    let body = &event.body;
    let actor = &body.actor;
    let actor = first_searchable([&actor.email, &actor.label, &actor.id]).map(|it| Filter {
        actor: Some(it),
        ..Filter::default()
    });
    let target = body.target.as_ref();
    let target = target.and_then(|it| first_searchable([&it.label, &it.id]));
    let target = target.map(|it| Filter {
        target: Some(it),
        ..Filter::default()
    });
    let time =
        Filter::default().with_window(body.occurred_ms - NEAR_MS, body.occurred_ms + NEAR_MS + 1);
    let of_request = |id: &Option<String>| {
        first_searchable([id]).map(|it| Filter {
            request: Some(it),
            ..Filter::default()
        })
    };
    let looks = [
        (Look::Actor, actor),
        (Look::Target, target),
        (Look::Request, of_request(&body.request_id)),
        (Look::Delivery, of_request(&body.delivery_id)),
        (Look::Time, time),
    ];
    let looks = looks.into_iter();
    looks
        .filter_map(|(look, filter)| Some((look, filter?)))
        .collect()
}

/// The first of these that a filter takes as it is.
fn first_searchable<const N: usize>(texts: [&Option<String>; N]) -> Option<String> {
    let mut texts = texts.into_iter().flatten();
    texts.find(|it| reader::is_searchable(it)).cloned()
}
