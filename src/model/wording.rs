//! Names made for machines (`api_key.rotate`, `UserLoggedIn`), read aloud.

/// Parts that people write in capitals.
const CAPITALS: &[&str] = &[
    "acl", "api", "cpu", "csv", "dns", "http", "https", "id", "ip", "json", "jwt", "ldap", "mcp",
    "mfa", "oidc", "otp", "saml", "scim", "sha", "smtp", "sql", "ssh", "sso", "tls", "totp", "ui",
    "uri", "url", "utc", "uuid", "vm", "vpn",
];

/// Verbs as programs name them, and what has happened when they succeeded.
const VERBS: &[(&str, &str)] = &[
    ("accept", "accepted"),
    ("activate", "activated"),
    ("add", "added"),
    ("approve", "approved"),
    ("archive", "archived"),
    ("assign", "assigned"),
    ("attach", "attached"),
    ("authorize", "authorized"),
    ("block", "blocked"),
    ("cancel", "canceled"),
    ("change", "changed"),
    ("clear", "cleared"),
    ("clone", "cloned"),
    ("close", "closed"),
    ("configure", "configured"),
    ("confirm", "confirmed"),
    ("connect", "connected"),
    ("copy", "copied"),
    ("create", "created"),
    ("deactivate", "deactivated"),
    ("delete", "deleted"),
    ("demote", "demoted"),
    ("deny", "denied"),
    ("deploy", "deployed"),
    ("destroy", "destroyed"),
    ("detach", "detached"),
    ("disable", "disabled"),
    ("disconnect", "disconnected"),
    ("download", "downloaded"),
    ("edit", "edited"),
    ("enable", "enabled"),
    ("expire", "expired"),
    ("export", "exported"),
    ("grant", "granted"),
    ("import", "imported"),
    ("install", "installed"),
    ("invite", "invited"),
    ("issue", "issued"),
    ("join", "joined"),
    ("leave", "left"),
    ("link", "linked"),
    ("lock", "locked"),
    ("merge", "merged"),
    ("modify", "modified"),
    ("move", "moved"),
    ("open", "opened"),
    ("pause", "paused"),
    ("promote", "promoted"),
    ("publish", "published"),
    ("purge", "purged"),
    ("reactivate", "reactivated"),
    ("register", "registered"),
    ("reject", "rejected"),
    ("release", "released"),
    ("remove", "removed"),
    ("rename", "renamed"),
    ("renew", "renewed"),
    ("replace", "replaced"),
    ("reset", "reset"),
    ("restart", "restarted"),
    ("restore", "restored"),
    ("resume", "resumed"),
    ("revoke", "revoked"),
    ("rollback", "rolled back"),
    ("rotate", "rotated"),
    ("scale", "scaled"),
    ("send", "sent"),
    ("set", "set"),
    ("share", "shared"),
    ("start", "started"),
    ("stop", "stopped"),
    ("suspend", "suspended"),
    ("sync", "synced"),
    ("terminate", "terminated"),
    ("transfer", "transferred"),
    ("trigger", "triggered"),
    ("unassign", "unassigned"),
    ("unblock", "unblocked"),
    ("uninstall", "uninstalled"),
    ("unlink", "unlinked"),
    ("unlock", "unlocked"),
    ("update", "updated"),
    ("upgrade", "upgraded"),
    ("upload", "uploaded"),
    ("verify", "verified"),
];

/// "api_key" is "API key", "UserLoggedIn" is "User logged in". Empty only for a name of
/// separators alone.
pub fn plain(name: &str) -> String {
    sentence(&words(name))
}

/// What an action says when it succeeded: "member.add" is "Member added". A name whose past
/// tense is not known reads plainly.
pub fn past(action: &str) -> String {
    let mut said = words(subject(action));
    let mut done = words(verb(action));
    let past = |word: &String| {
        let pair = VERBS.iter().find(|(now, _)| now == word)?;
        Some(pair.1.to_owned())
    };
    if let Some(it) = done.last().and_then(past) {
        done.pop();
        done.push(it);
    } else if let Some(it) = done.first().and_then(past) {
        done.remove(0);
        done.push(it);
    }
    said.append(&mut done);
    sentence(&said)
}

/// The last two segments, in the words of the name itself.
pub fn last_two(action: &str) -> String {
    let mut said = words(subject(action));
    said.append(&mut words(verb(action)));
    sentence(&said)
}

fn subject(action: &str) -> &str {
    segments(action).nth(1).unwrap_or_default()
}

fn verb(action: &str) -> &str {
    segments(action).next().unwrap_or_default()
}

/// From the last to the first.
fn segments(action: &str) -> impl Iterator<Item = &str> {
    action.rsplit(['.', ':', '/']).filter(|it| !it.is_empty())
}

/// Lower-case words, split at separators and at the humps of camel case.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        let hump = letter.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit());
        if (hump || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn sentence(words: &[String]) -> String {
    let mut text = String::new();
    for (place, word) in words.iter().enumerate() {
        if place > 0 {
            text.push(' ');
        }
        if CAPITALS.contains(&word.as_str()) {
            text.push_str(&word.to_uppercase());
        } else if place == 0 {
            let mut letters = word.chars();
            text.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            text.push_str(letters.as_str());
        } else {
            text.push_str(word);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_aloud() {
        fn case(name: &str, read: &str) {
            assert_eq!(plain(name), read);
        }
        case("api_key", "API key");
        case("replica_count", "Replica count");
        case("UserLoggedIn", "User logged in");
        case("LOGIN_ERROR", "Login error");
        case("pool", "Pool");
        case("_", "");
    }

    #[test]
    fn an_action_that_succeeded_reads_as_done() {
        fn case(action: &str, read: &str) {
            assert_eq!(past(action), read);
        }
        case("member.add", "Member added");
        case("github.org.add_member", "Org member added");
        case("svc:user/create", "User created");
        case("service.scale", "Service scaled");
        case("keycloak.LOGIN", "Keycloak login");
        case("deploy", "Deployed");
        case("billing.InvoiceCreated", "Billing invoice created");
    }
}
