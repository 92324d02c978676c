//! The first page of the log, asked in every way: each filter alone, and the combinations that
//! are hardest to answer.
use std::time::Instant;

use crate::appliance::{BUSY_ADMIN, OWNER, PASSWORD, QUIET_ADMIN};
use crate::http::Connection;
use crate::world::{self, PEOPLE, POOLS};

const REPEATS: usize = 40;
const WARM_UP: usize = 3;
const DAY_MS: i64 = 86_400_000;

/// What a question is called, who asks it, and the query.
pub struct Question {
    pub name: &'static str,
    pub who: Who,
    pub query: String,
}

#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Who {
    Owner,
    BusyAdmin,
    QuietAdmin,
}

/// Milliseconds of whole answers.
pub struct Times {
    pub matches: String,
    pub page_median: f64,
    pub page_worst: f64,
    /// None where a key cannot ask it.
    pub api_median: Option<f64>,
}

pub struct Asking {
    address: String,
    cookies: [String; 3],
    read_key: String,
}

impl Asking {
    pub fn new(address: &str, read_key: &str) -> Self {
        let people = [OWNER, BUSY_ADMIN, QUIET_ADMIN];
        Self {
            address: address.to_owned(),
            cookies: people.map(|it| sign_in(address, it)),
            read_key: read_key.to_owned(),
        }
    }

    pub fn ask(&self, question: &Question) -> Times {
        let cookie = &self.cookies[question.who as usize];
        let path = format!("/audit-logs?{}", question.query);
        let (page, pages) = self.repeat(&path, ("Cookie", cookie));
        let bearer = format!("Bearer {}", self.read_key);
        let path = format!("/api/v1/events?{}", question.query);
        let for_keys = question.who == Who::Owner && !question.query.contains("pool=");
        let api = for_keys.then(|| self.repeat(&path, ("Authorization", &bearer)).1);
        Times {
            matches: matches(&page),
            page_median: pages[REPEATS / 2],
            page_worst: pages[REPEATS - 1],
            api_median: api.map(|it| it[REPEATS / 2]),
        }
    }

    /// Milliseconds of one page.
    pub fn once(&self, connection: &mut Connection, question: &Question) -> f64 {
        let cookie = self.cookies[question.who as usize].as_str();
        let path = format!("/audit-logs?{}", question.query);
        let began = Instant::now();
        let reply = connection.send("GET", &path, &[("Cookie", cookie)], b"");
        let ms = began.elapsed().as_secs_f64() * 1e3;
        reply.expect(200);
        ms
    }

    pub fn connect(&self) -> Connection {
        Connection::open(&self.address)
    }

    /// The owner's session.
    pub fn owner(&self) -> &str {
        &self.cookies[Who::Owner as usize]
    }

    /// The answer, and the times sorted.
    fn repeat(&self, path: &str, who: (&str, &str)) -> (String, Vec<f64>) {
        let mut connection = Connection::open(&self.address);
        let mut text = String::new();
        let mut times = Vec::with_capacity(REPEATS);
        for round in 0..WARM_UP + REPEATS {
            let began = Instant::now();
            let reply = connection.send("GET", path, &[who], b"");
            let ms = began.elapsed().as_secs_f64() * 1e3;
            if round >= WARM_UP {
                times.push(ms);
            }
            text = reply.expect(200).text();
        }
        assert!(
            !text.contains("data-warning"),
            "a filter was ignored: {path}"
        );
        times.sort_by(f64::total_cmp);
        (text, times)
    }
}

fn sign_in(address: &str, email: &str) -> String {
    let form = [("email", email), ("password", PASSWORD), ("next", "")];
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let mut connection = Connection::open(address);
    let reply = connection.send("POST", "/sign-in", &[kind], body.finish().as_bytes());
    let reply = reply.expect(303);
    let cookie = reply.header("set-cookie").expect("no session");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

/// What the page says of how many there are.
fn matches(page: &str) -> String {
    let said = page
        .split("data-range")
        .nth(1)
        .and_then(|it| it.split_once('>'))
        .and_then(|(_, it)| it.split('<').next());
    let count = said.and_then(|it| it.rsplit("of ").next());
    count.unwrap_or("0").to_owned()
}

pub fn each_filter(now_ms: i64) -> Vec<Question> {
    let ago = |days: i64| world::day(now_ms - days * DAY_MS);
    let rare = world::email(PEOPLE - 1);
    let target = world::target_id("service", 42);
    vec![
        owner("none", String::new()),
        owner("pool = busiest", format!("pool={}", world::pool_slug(0))),
        owner(
            "pool = quietest",
            format!("pool={}", world::pool_slug(POOLS - 1)),
        ),
        owner("outcome = failure", "outcome=failure".to_owned()),
        owner("outcome = success", "outcome=success".to_owned()),
        owner(
            "event = most frequent",
            format!("action={}", world::action(0)),
        ),
        owner(
            "event = rarest",
            format!("action={}", world::rarest_action()),
        ),
        owner("actor type = system", "actor_type=system".to_owned()),
        owner("actor type = user", "actor_type=user".to_owned()),
        owner("actor ~ one rare", format!("actor={rare}")),
        owner("actor ~ smith (100)", "actor=smith".to_owned()),
        owner("actor ~ example.org (all)", "actor=example.org".to_owned()),
        owner("actor ~ nobody", "actor=nobody-at-all".to_owned()),
        owner("target ~ one id", format!("target={target}")),
        owner("target ~ alert (3 kinds)", "target=alert".to_owned()),
        owner("target ~ 777 (few ids)", "target=777".to_owned()),
        owner("target ~ quay (10,000 ids)", "target=quay".to_owned()),
        owner("target ~ a (most)", "target=a".to_owned()),
        owner("target ~ nothing", "target=nothing-at-all".to_owned()),
        owner(
            "3 days a year ago",
            format!("from={}&to={}", ago(365), ago(363)),
        ),
        owner(
            "a month last year",
            format!("from={}&to={}", ago(400), ago(370)),
        ),
        owner("last 7 days", "range=7d".to_owned()),
        asked("scope of 3 quiet Pools", Who::QuietAdmin, String::new()),
        asked("scope of 3 busy Pools", Who::BusyAdmin, String::new()),
    ]
}

pub fn combinations(now_ms: i64) -> Vec<Question> {
    let ago = |days: i64| world::day(now_ms - days * DAY_MS);
    let (busy, quiet) = (world::pool_slug(0), world::pool_slug(POOLS - 1));
    let (top, safe) = (world::action(0), world::safe_action());
    let rare = world::email(PEOPLE - 1);
    let all = format!(
        "pool={busy}&outcome=failure&actor_type=user&actor=smith&from={}&to={}",
        ago(600),
        ago(30)
    );
    vec![
        owner(
            "failure + rare actor",
            format!("outcome=failure&actor={rare}"),
        ),
        owner(
            "failure + event that never fails",
            format!("outcome=failure&action={safe}"),
        ),
        owner(
            "many actors × many targets = 0",
            "actor=smith&target=vault-0".to_owned(),
        ),
        owner(
            "busiest Pool + session + top event = 0",
            format!("pool={busy}&target=session&action={top}"),
        ),
        owner(
            "user + success + smith + few ids",
            "actor_type=user&outcome=success&actor=smith&target=777".to_owned(),
        ),
        owner(
            "quietest Pool + top event + smith",
            format!("pool={quiet}&action={top}&actor=smith"),
        ),
        asked(
            "far past + failure + scope of 3",
            Who::BusyAdmin,
            format!("outcome=failure&from={}&to={}", ago(700), ago(690)),
        ),
        owner(
            "top event + system + failure",
            format!("action={top}&actor_type=system&outcome=failure"),
        ),
        owner(
            "all filters",
            format!("{all}&action={top}&target=service-0"),
        ),
        owner(
            "all filters = 0",
            format!("{all}&action={top}&target=vault-0"),
        ),
    ]
}

fn owner(name: &'static str, query: String) -> Question {
    asked(name, Who::Owner, query)
}

fn asked(name: &'static str, who: Who, query: String) -> Question {
    Question { name, who, query }
}
