//! Pages about saved views, for the tests of this box.
use std::borrow::Cow;

use super::bookmarks::Save;
use super::sample_world::World;
use super::saved_views::{self, Line, List, Refused};

pub fn view_pages(world: &World) -> Vec<(&'static str, String)> {
    let line = |is_own: bool| Line {
        name: world.say("Failures this week"),
        href: world.own("/audit-logs?outcome=failure&range=7d"),
        filters: vec![
            ("Outcome", Cow::Borrowed(world.say("Failure"))),
            ("Time", Cow::Borrowed(world.say("Last 7 days"))),
        ],
        is_whole: is_own,
        is_shared: true,
        by: (!is_own).then(|| world.own("Ana Reyes")),
        delete_href: is_own.then(|| world.own("/views/1/delete")),
    };
    let list = |lines| {
        saved_views::list(&List {
            shell: world.shell(true),
            lines,
        })
    };
    vec![
        ("views", list(vec![line(true), line(false)])),
        ("views-empty", list(Vec::new())),
        (
            "views-refused",
            saved_views::refused(&Refused {
                shell: world.shell(true),
                save: Save {
                    csrf: world.say("c0ffee"),
                    query: world.say("outcome=failure"),
                    is_owner: true,
                    name: world.say("Failures"),
                    is_shared: true,
                },
                error: world.say("You have 20 views. Delete one of them first."),
            }),
        ),
    ]
}
