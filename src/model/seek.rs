//! An event looked for by what people call it: a part of its title or of its name.
use super::actions::Action;
use super::catalogue;
use super::kinds::Outcome;

/// The actions that a typed text may mean. Those in scope come before those that only the
/// catalogue knows, and a whole title before parts of other titles.
pub fn seek(text: &str, seen: &[String]) -> Vec<String> {
    let text = text.to_lowercase();
    let among_seen = closest(&text, seen.iter().map(String::as_str));
    if among_seen.is_empty() {
        return closest(&text, Action::ALL.iter().map(|it| it.name()));
    }
    among_seen
}

fn closest<'a>(text: &str, actions: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let with = |holds: &dyn Fn(&str) -> bool| -> Vec<String> {
        let found = actions
            .clone()
            .filter(|it| names(it).iter().any(|it| holds(it)));
        found.map(str::to_owned).collect()
    };
    let whole = with(&|name| name == text);
    if whole.is_empty() {
        return with(&|name| name.contains(text));
    }
    whole
}

/// Everything that an action is called, in lower case.
fn names(action: &str) -> [String; 3] {
    let title = |outcome| catalogue::title(action, outcome).to_lowercase();
    [
        action.to_lowercase(),
        title(Outcome::Success),
        title(Outcome::Failure),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_found_by_title_and_by_name() {
        fn case(text: &str, found: &[&str]) {
            let seen = ["api_key.rotate", "api_key.create", "member.add", "ci.Run"];
            assert_eq!(seek(text, &seen.map(str::to_owned)), found, "{text}");
        }
        case("API key rotated", &["api_key.rotate"]);
        case("api KEY rotation failed", &["api_key.rotate"]);
        case("rotat", &["api_key.rotate"]);
        case("api_key.c", &["api_key.create"]);
        case("api key", &["api_key.rotate", "api_key.create"]);
        case("ci.run", &["ci.Run"]);
        case("Member added", &["member.add"]);
        // Nothing of the kind has happened yet.
        case("Pool archived", &["pool.archive"]);
        case("zebra", &[]);
        case("%", &[]);
    }
}
