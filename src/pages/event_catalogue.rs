//! `/events`: what can be recorded, from the one registry.
use super::around::shell;
use super::log_address::Address;
use crate::app::App;
use crate::base::Result;
use crate::gate::Person;
use crate::http::{Request, Response};
use crate::model::{Action, ActionChoice, Family, Filter};
use crate::views::event_catalogue::{HREF, Line, Page, page};

pub async fn show(_: App, request: Request, person: Person) -> Result<Response> {
    let lines = Action::ALL.iter().map(|action| Line {
        action: *action,
        events_href: is_seen_by(&person, *action).then(|| events(*action)),
    });
    let html = page(&Page {
        shell: shell(&request, &person, HREF),
        lines: lines.collect(),
    });
    Ok(Response::html(html))
}

/// Whether events of this action can be in what the person sees.
fn is_seen_by(person: &Person, action: Action) -> bool {
    let is_filed_in_pools = matches!(
        action.family(),
        Family::Pool | Family::Upstream | Family::ApiKey | Family::Delivery | Family::Redaction
    );
    person.is_owner() || is_filed_in_pools
}

fn events(action: Action) -> String {
    Address::of(&Filter {
        action: Some(ActionChoice::One(action.name().to_owned())),
        ..Filter::default()
    })
}
