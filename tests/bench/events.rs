//! Realistic events from a seed: few actions, thousands of actors, a hundred thousand targets,
//! two years, two failures in a hundred, some of them late.
use std::fmt::Write;

const ACTIONS: [&str; 8] = [
    "service.scale",
    "service.deploy",
    "member.add",
    "policy.update",
    "secret.rotate",
    "route.update",
    "quota.update",
    "policy.archive",
];
const NAMES: [&str; 10] = [
    "Ana Ruiz",
    "Tom Smith",
    "Mei Lindqvist",
    "Priya Nair",
    "Jonas Weber",
    "Dara Quinn",
    "Lior Katz",
    "Noor Haddad",
    "Ivo Marek",
    "Eva Sand",
];
const TWO_YEARS_MS: u64 = 2 * 365 * 86_400_000;
/// 2024-11-26T00:00:00Z
const FIRST_MS: u64 = 1_732_579_200_000;

pub struct Events {
    dice: u64,
    seed: u64,
    count: u64,
}

impl Events {
    pub fn new(seed: u64) -> Self {
        Self {
            dice: 0x9e37_79b9_7f4a_7c15 ^ seed.wrapping_mul(0xd134_2543_de82_ef95),
            seed,
            count: 0,
        }
    }

    /// One body for each event.
    pub fn json(&mut self, count: usize) -> Vec<String> {
        (0..count)
            .map(|_| {
                let mut text = String::new();
                self.event(&mut text, 0.5);
                text
            })
            .collect()
    }

    /// Bodies of `size` lines each. Times rise over two years as the log grows.
    pub fn ndjson(&mut self, count: usize, size: usize) -> Vec<String> {
        let mut bodies = vec![String::new(); count / size];
        let all = bodies.len() * size;
        for (place, body) in bodies.iter_mut().enumerate() {
            for line in 0..size {
                let done = (place * size + line) as u32;
                self.event(body, f64::from(done) / all as f64);
                body.push('\n');
            }
        }
        bodies
    }

    fn event(&mut self, text: &mut String, progress: f64) {
        self.count += 1;
        let (seed, count) = (self.seed, self.count);
        let late = if self.below(200) == 0 { 0.9 } else { 1.0 };
        let at = FIRST_MS + (TWO_YEARS_MS as f64 * progress * late) as u64;
        // The smaller of two throws, and of three: a few are met again and again.
        let action = self.below(8).min(self.below(8)).min(self.below(8)) as usize;
        let actor = self.below(5_000).min(self.below(5_000));
        let target = self.below(100_000);
        let is_system = self.below(10) == 0;
        let outcome = if action < 7 && self.below(50) == 0 {
            "failure"
        } else {
            "success"
        };
        let kind = if is_system { "system" } else { "user" };
        let name = NAMES[(actor % 10) as usize];
        let (hours, minutes) = (at / 3_600_000 % 24, at / 60_000 % 60);
        let (seconds, millis) = (at / 1000 % 60, at % 1000);
        let day = date(at / 86_400_000);
        let _ = write!(
            text,
            "{{\"id\":\"e-{seed}-{count}\",\
             \"occurred_at\":\"{day}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z\",\
             \"action\":\"{}\",\"outcome\":\"{outcome}\",\
             \"actor\":{{\"type\":\"{kind}\",\"id\":\"u-{actor}\",\
             \"email\":\"user{actor}@northwind.example\",\"label\":\"{name}\"}},\
             \"target\":{{\"kind\":\"service\",\"id\":\"svc-{target}\",\
             \"label\":\"service {target}\"}},\
             \"request_id\":\"r-{count}\",\"ip\":\"203.0.113.{}\",\
             \"changes\":[{{\"field\":\"replica_count\",\"from\":2,\"to\":4}}],\
             \"details\":{{\"trigger\":\"manual\",\"attempt\":1,\"region\":\"eu-west-1\",\
             \"changed_fields\":[\"label\"]}}}}",
            ACTIONS[action],
            count % 250,
        );
    }

    fn below(&mut self, end: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 11) % end
    }
}

/// The date of a day since 1970.
fn date(days: u64) -> String {
    let (mut year, mut rest) = (1970, days);
    let length = |year: u64| if year.is_multiple_of(4) { 366 } else { 365 };
    while rest >= length(year) {
        rest -= length(year);
        year += 1;
    }
    let leap = u64::from(year.is_multiple_of(4));
    let months = [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while rest >= months[month] {
        rest -= months[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, rest + 1)
}
