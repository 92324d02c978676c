//! A team at work: records in every state, made once through the console, and how each form of
//! the console is reached and filled in.
use std::path::Path;
use std::sync::OnceLock;

use rusqlite::{Connection as Database, OpenFlags};

use crate::appliance::{Appliance, Folder};
use crate::browser::{Browser, OWNER};
use crate::html;
use crate::people;
use crate::site::{ADMIN, Keys, OTHER_ADMIN, Site, copy};

/// One form of the console.
pub struct Form {
    /// As `annals routes` prints it.
    pub route: &'static str,
    /// Where the form is. `{pool_key/edge writer}` stands for the id of that row.
    pub page: &'static str,
    pub values: &'static [(&'static str, &'static str)],
}

/// A copy of the team's data directory, and two of its keys.
pub fn folder() -> Folder {
    static TEMPLATE: OnceLock<Folder> = OnceLock::new();
    let template = TEMPLATE.get_or_init(furnish);
    let folder = Folder::new();
    copy(&template.data(), &folder.data());
    folder
}

fn furnish() -> Folder {
    let (folder, Keys { .. }) = Site::furnished();
    crate::mcp_tokens::allow(&folder);
    let app = Appliance::start_in(folder);
    let owner = Browser::signed_in(&app, OWNER);
    for name in ["paused key", "revoked key"] {
        owner.create_key("edge", name, "write");
    }
    owner.act("/api-keys", "paused key", "pause");
    owner.act("/api-keys", "revoked key", "revoke");
    furnish_pools(&owner, &app.folder.data());
    owner.invite("invited@example.org");
    people::add(&owner, "gone@example.org", "Gert Lang");
    people::ask(&owner, "gone@example.org", "deactivate").expect(200);
    let _session = Browser::signed_in(&app, ADMIN);
    crate::upstreams::import(&owner, "edge", "gitea");
    crate::mcp_tokens::create(&owner, "agent");
    let paused = crate::upstreams::import(&owner, "edge", "paused gitea");
    let pause = format!("/upstreams/{paused}/pause");
    owner.press(&pause, "/pause").expect(200);
    let (status, folder) = app.terminate();
    assert!(status.success());
    people::give_second_factor(&folder.data(), OTHER_ADMIN);
    folder
}

/// A Pool in every state, each with a key.
pub fn furnish_pools(owner: &Browser, data: &Path) {
    for (slug, verbs) in [
        ("spare", &[][..]),
        ("resting", &["disable"]),
        ("stored", &["archive"]),
        ("gone", &["archive", "delete"]),
    ] {
        owner
            .create_pool(slug, &format!("The {slug} one"))
            .expect(200);
        owner.create_key(slug, &format!("{slug} key"), "write");
        for verb in verbs {
            let page = concrete(data, &format!("/pools/{{pool/{slug}}}/{verb}"));
            people::submit(owner, &page, &[("slug", slug)]).expect(303);
        }
    }
}

/// Replaces `{table/name}` by the id of the row of that name.
pub fn concrete(data: &Path, path: &str) -> String {
    let Some((before, rest)) = path.split_once('{') else {
        return path.to_owned();
    };
    let (row, after) = rest.split_once('}').unwrap();
    let (table, name) = row.split_once('/').unwrap();
    format!("{before}{}{}", id(data, table, name), concrete(data, after))
}

/// The form on a page whose address is the route's, filled in: where it goes and what it sends.
#[track_caller]
pub fn filled(browser: &Browser, page: &str, form: &Form) -> (String, Vec<(String, String)>) {
    let html = browser.page(page);
    let parts: Vec<_> = form.route.split('/').collect();
    let fits = |action: &str| {
        let path = action.split('?').next().unwrap();
        let sent: Vec<_> = path.split('/').collect();
        let alike = |(part, sent): (&&str, &&str)| part.starts_with('{') || part == sent;
        sent.len() == parts.len() && parts.iter().zip(&sent).all(alike)
    };
    let forms = html::forms(&html).into_iter();
    let mut forms = forms.filter(|it| it.method == "post");
    let found = forms.find(|it| {
        fits(if it.action.is_empty() {
            page
        } else {
            &it.action
        })
    });
    let found = found.unwrap_or_else(|| panic!("{page} has no form {}: {html}", form.route));
    let mut fields = found.fields.clone();
    for (name, value) in form.values {
        fields.retain(|(it, _)| it != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let to = if found.action.is_empty() {
        page
    } else {
        &found.action
    };
    (to.to_owned(), fields)
}

pub fn open(data: &Path) -> Database {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Database::open_with_flags(data.join("annals.db"), flags).unwrap()
}

fn id(data: &Path, table: &str, name: &str) -> String {
    let (prefix, column) = match table {
        "pool_key" => ("key_", "name"),
        "pool" => ("pool_", "slug"),
        "operator" => ("op_", "email"),
        "upstream" => ("up_", "name"),
        "mcp_token" => ("mcp_", "name"),
        "invite" => ("inv_", "email"),
        "session" => (
            "ses_",
            "(select email from operator where no = operator_no)",
        ),
        other => panic!("{other}"),
    };
    let sql = format!("select id from {table} where {column} = ?1 order by no desc limit 1");
    let id: Vec<u8> = open(data)
        .query_row(&sql, [name], |row| row.get("id"))
        .unwrap_or_else(|error| panic!("{table} {name}: {error}"));
    format!("{prefix}{}", crockford(&id))
}

/// 16 bytes in 26 characters.
fn crockford(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let number = u128::from_be_bytes(bytes.try_into().unwrap());
    (0..26)
        .rev()
        .map(|place| char::from(ALPHABET[(number >> (place * 5) & 31) as usize]))
        .collect()
}
