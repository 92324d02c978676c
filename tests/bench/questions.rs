//! The first page of the log, asked in every way: each filter alone, and the combinations that
//! are hardest to answer.
use std::time::Instant;

use crate::appliance::{BUSY_ADMIN, OWNER, PASSWORD, QUIET_ADMIN};
use crate::http::Connection;
use crate::world::{self, PEOPLE, POOLS, Span};

const REPEATS: usize = 40;
const WARM_UP: usize = 3;
const TOKENS: &str = "/account/mcp-tokens";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

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

/// Milliseconds in the median, unless named otherwise.
pub struct Times {
    pub matches: String,
    pub page: f64,
    pub page_worst: f64,
    pub first_byte: f64,
    /// A page from the middle of the log; none where the question is about a time of its own.
    pub deep: Option<f64>,
    /// The page of 50 and the exact count for a program; none where nobody has a token.
    pub api: Option<f64>,
}

pub struct Asking {
    address: String,
    cookies: [String; 3],
    token: String,
}

impl Asking {
    pub fn new(address: &str, token: &str) -> Self {
        let people = [OWNER, BUSY_ADMIN, QUIET_ADMIN];
        Self {
            address: address.to_owned(),
            cookies: people.map(|it| sign_in(address, it)),
            token: token.to_owned(),
        }
    }

    pub fn all(&self, questions: Vec<Question>, span: Span) -> Vec<(Question, Times)> {
        let asked = questions.into_iter();
        let both = |it: Question| {
            let times = self.ask(&it, span);
            (it, times)
        };
        asked.map(both).collect()
    }

    pub fn ask(&self, question: &Question, span: Span) -> Times {
        let cookie = ("Cookie", self.cookies[question.who as usize].as_str());
        let path = format!("/audit-logs?{}", question.query);
        let page = self.repeat(&path, cookie);
        let bearer = format!("Bearer {}", self.token);
        let is_owner = question.who == Who::Owner;
        let api = is_owner.then(|| {
            let path = format!("/api/v1/events?{}", question.query);
            self.repeat(&path, ("Authorization", &bearer)).whole
        });
        let deep = (!question.query.contains("from=")).then(|| {
            let middle = span.start_ms.midpoint(span.end_ms);
            self.repeat(&format!("{path}&before={middle}-1"), cookie)
                .whole
        });
        let middle = |it: Vec<f64>| it[REPEATS / 2];
        Times {
            matches: matches(&page.text),
            page_worst: page.whole[REPEATS - 1],
            page: middle(page.whole),
            first_byte: middle(page.first_byte),
            deep: deep.map(middle),
            api: api.map(middle),
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

    pub fn address(&self) -> &str {
        &self.address
    }

    /// The owner's session.
    pub fn owner(&self) -> &str {
        &self.cookies[Who::Owner as usize]
    }

    fn repeat(&self, path: &str, who: (&str, &str)) -> Repeated {
        let mut connection = Connection::open(&self.address);
        let mut repeated = Repeated::default();
        for round in 0..WARM_UP + REPEATS {
            let began = Instant::now();
            let head = connection.begin(path, &[who]).unwrap();
            let first_byte = began.elapsed().as_secs_f64() * 1e3;
            let reply = connection.finish(head).unwrap();
            let whole = began.elapsed().as_secs_f64() * 1e3;
            if round >= WARM_UP {
                repeated.first_byte.push(first_byte);
                repeated.whole.push(whole);
            }
            repeated.text = reply.expect(200).text();
        }
        assert!(
            !repeated.text.contains("data-warning"),
            "a filter was ignored: {path}"
        );
        repeated.first_byte.sort_by(f64::total_cmp);
        repeated.whole.sort_by(f64::total_cmp);
        repeated
    }
}

/// The last answer, and how long each took, sorted.
#[derive(Default)]
struct Repeated {
    text: String,
    first_byte: Vec<f64>,
    whole: Vec<f64>,
}

/// A token that reads for the owner.
pub fn token(address: &str) -> String {
    let cookie = sign_in(address, OWNER);
    let mut connection = Connection::open(address);
    let cookie = ("Cookie", cookie.as_str());
    let page = connection.send("GET", "/account", &[cookie], b"").text();
    let csrf = page.split(r#"name="csrf" value=""#).nth(1);
    let csrf = csrf.and_then(|it| it.split('"').next()).expect("no form");
    let body = encode(&[("csrf", csrf), ("name", "benchmark"), ("expires", "90")]);
    let receipt = connection.send("POST", TOKENS, &[FORM, cookie], body.as_bytes());
    let receipt = receipt.expect(200).text();
    let begin = receipt.find("anm_").expect("no token");
    let is_token = |it: char| it.is_alphanumeric() || it == '_';
    receipt[begin..]
        .split(|it| !is_token(it))
        .next()
        .unwrap()
        .to_owned()
}

fn sign_in(address: &str, email: &str) -> String {
    let body = encode(&[("email", email), ("password", PASSWORD), ("next", "")]);
    let mut connection = Connection::open(address);
    let reply = connection.send("POST", "/sign-in", &[FORM], body.as_bytes());
    let reply = reply.expect(303);
    let cookie = reply.header("set-cookie").expect("no session");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

fn encode(fields: &[(&str, &str)]) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields).finish()
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

pub fn each_filter(span: Span) -> Vec<Question> {
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
            "3 days in the middle",
            format!("from={}&to={}", span.day(500), span.day_after(500, 2)),
        ),
        owner(
            "a month in the middle",
            format!("from={}&to={}", span.day(450), span.day_after(450, 30)),
        ),
        owner(
            "the last 7 days",
            format!("from={}", span.day_after(1_000, -6)),
        ),
        asked("scope of 3 quiet Pools", Who::QuietAdmin, String::new()),
        asked("scope of 3 busy Pools", Who::BusyAdmin, String::new()),
    ]
}

pub fn combinations(span: Span) -> Vec<Question> {
    let (busy, quiet) = (world::pool_slug(0), world::pool_slug(POOLS - 1));
    let (top, safe) = (world::action(0), world::safe_action());
    let rare = world::email(PEOPLE - 1);
    let all = format!(
        "pool={busy}&outcome=failure&actor_type=user&actor=smith&from={}&to={}",
        span.day(180),
        span.day(960)
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
            format!("outcome=failure&from={}&to={}", span.day(40), span.day(54)),
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
