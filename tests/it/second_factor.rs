//! Codes of an authenticator app and recovery codes: each opens once, beside the password.
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::appliance::cli;
use crate::browser::{Browser, FORM, OWNER, PASSWORD, encode, secret};
use crate::ended::with_changed;
use crate::html;
use crate::http::Reply;
use crate::people::{ask, press, refusal, told};
use crate::site::{ADMIN, Site, event};

pub const PAGE: &str = "/account/second-factor";

/// The app on the phone.
pub struct App(pub Vec<u8>);

impl App {
    /// Reads the key off the page.
    pub fn scan(page: &str) -> Self {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let text = html::by_id(page, "secret").unwrap().text().replace(' ', "");
        let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
        for letter in text.chars() {
            held = (held << 5) | u32::try_from(ALPHABET.find(letter).unwrap()).unwrap();
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push((held >> bits & 255) as u8);
            }
        }
        assert_eq!(bytes.len(), 20, "{text}");
        Self(bytes)
    }

    /// What it shows, so many steps from now.
    pub fn code(&self, later: i64) -> String {
        let seconds = || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            i64::try_from(now.as_secs()).unwrap()
        };
        // Not so late in a step that it is over when the code arrives.
        while seconds() % 30 > 24 {
            thread::sleep(Duration::from_millis(200));
        }
        let step = seconds() / 30 + later;
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).unwrap();
        mac.update(&step.to_be_bytes());
        let mac = mac.finalize().into_bytes();
        let at = usize::from(mac[19] & 15);
        let word: [u8; 4] = mac[at..at + 4].try_into().unwrap();
        let code = (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000;
        format!("{code:06}")
    }
}

/// Sets an app up; the receipt has the recovery codes. The code is that of the step before, so that
/// the present one is still good.
pub fn enroll(browser: &Browser) -> (App, Vec<String>) {
    let page = browser.page(PAGE);
    let app = App::scan(&page);
    let (reply, _) = send_code(browser, &page, &app.code(-1));
    let receipt = reply.expect(200).text();
    let codes = html::by_id(&receipt, "codes").unwrap().text();
    let codes: Vec<_> = codes.split_whitespace().map(str::to_owned).collect();
    assert_eq!(codes.len(), 10, "{receipt}");
    (app, codes)
}

pub fn send_code(browser: &Browser, page: &str, code: &str) -> (Reply, Vec<(String, String)>) {
    let fields = with_code(page, code);
    (browser.post(PAGE, &fields), fields)
}

/// The fields of the form that sets an app up.
pub fn with_code(page: &str, code: &str) -> Vec<(String, String)> {
    let mut forms = html::forms(page).into_iter();
    let mut fields = forms.find(|it| it.action == PAGE).unwrap().fields;
    fields.retain(|(name, _)| name != "code");
    fields.push(("code".to_owned(), code.to_owned()));
    fields
}

/// Right password; where that leads.
fn begin(site: &Site, email: &str) -> Browser {
    let browser = Browser::new(&site.app);
    let page = browser.sign_in(email, PASSWORD).expect(200).text();
    assert!(page.contains("Enter the code"), "{page}");
    browser
}

pub fn finish(browser: &Browser, step: &str, code: &str) -> Reply {
    let body = encode(&[("code", code), ("next", "/account")]);
    browser.send("POST", step, &[FORM], body.as_bytes())
}

#[test]
fn an_app_is_on_once_a_code_proved_it_and_then_asked_for() {
    let site = Site::new();
    let (admin, elsewhere) = (site.admin(), site.admin());
    let page = admin.page(PAGE);
    let (wrong, _) = send_code(&admin, &page, "000000");
    assert_eq!(wrong.status, 422);
    assert_eq!(refusal(&site, "auth.totp_enroll").0, "wrong_code");
    site.admin();
    let (app, _) = enroll(&admin);
    let events = told(&site, "auth.totp_enroll");
    assert_eq!(events.last().unwrap()["details"]["session_count"], 2);
    assert_eq!(told(&site, "auth.recovery_codes_create").len(), 1);
    assert!(
        elsewhere
            .open("/account")
            .text()
            .contains("Your session has ended")
    );
    assert!(html::text(&admin.page("/account")).contains("Authenticator app On"));
    let pending = begin(&site, ADMIN);
    let reply = finish(&pending, "/sign-in/code", &app.code(0)).expect(303);
    assert_eq!(reply.header("location"), Some("/account"));
    pending.open("/account").expect(200);
    let signed_in = told(&site, "auth.sign_in").pop().unwrap();
    assert_eq!(signed_in["details"]["method"], "totp");
}

#[test]
fn a_pending_sign_in_opens_nothing_else() {
    let site = Site::new();
    enroll(&site.admin());
    let pending = begin(&site, ADMIN);
    let listed = cli(&["routes"], "").expect(0).stdout;
    let mut tried = 0;
    for line in listed.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let (method, path, who) = (words[0], words[1], words[2..].join(" "));
        let is_closed = ["person", "owner", "whoever"]
            .iter()
            .any(|it| who.starts_with(it));
        if !is_closed {
            continue;
        }
        let reply = pending.send(method, path, &[FORM], b"");
        let to = reply.expect(303).header("location").unwrap().to_owned();
        assert!(to.starts_with("/sign-in"), "{method} {path}: {to}");
        tried += 1;
    }
    assert!(tried > 50, "{tried}");
}

#[test]
fn a_pending_sign_in_has_five_tries() {
    let site = Site::new();
    let (app, _) = enroll(&site.admin());
    let pending = begin(&site, ADMIN);
    for _ in 0..5 {
        assert_eq!(finish(&pending, "/sign-in/code", "000000").status, 403);
    }
    let reply = finish(&pending, "/sign-in/code", &app.code(0)).expect(303);
    assert_eq!(reply.header("location"), Some("/sign-in"));
    assert!(pending.open("/account").text().contains("Sign in"));
    let failed = told(&site, "auth.sign_in").pop().unwrap();
    assert_eq!(failed["reason"], "wrong_code");
    assert_eq!(failed["details"]["attempt_count"], 5);
    assert!(failed["details"]["session"].is_null(), "{failed}");
}

#[test]
fn twenty_wrong_codes_close_the_step_until_the_password_is_replaced() {
    let site = Site::new();
    let (app, codes) = enroll(&site.admin());
    for _ in 0..4 {
        let pending = begin(&site, ADMIN);
        for _ in 0..5 {
            finish(&pending, "/sign-in/code", "000000").expect(403);
        }
    }
    let locked = told(&site, "auth.lockout").pop().unwrap();
    assert_eq!(locked["details"]["attempt_count"], 20);
    let reply = finish(&begin(&site, ADMIN), "/sign-in/code", &app.code(0)).expect(403);
    assert!(reply.text().contains("too many wrong codes"));
    // Nobody guesses these: the person comes in.
    finish(&begin(&site, ADMIN), "/sign-in/recovery", &codes[0]).expect(303);
    let temporary = secret(&ask(&site.owner(), ADMIN, "reset-password").expect(200));
    let admin = Browser::new(&site.app);
    admin.sign_in(ADMIN, &temporary).expect(200);
    finish(&admin, "/sign-in/code", &app.code(0)).expect(303);
    assert!(
        admin
            .open("/account")
            .text()
            .contains("Choose your own password")
    );
}

#[test]
fn of_twenty_who_send_one_code_one_comes_in() {
    let site = Site::new();
    let (app, _) = enroll(&site.admin());
    let racers: Vec<_> = (0..20).map(|_| begin(&site, ADMIN)).collect();
    let code = app.code(0);
    let start = Barrier::new(racers.len());
    let race = |racer: Browser| {
        start.wait();
        finish(&racer, "/sign-in/code", &code).status
    };
    let opened = thread::scope(|threads| {
        let all: Vec<_> = racers
            .into_iter()
            .map(|it| threads.spawn(|| race(it)))
            .collect();
        let all = all.into_iter().map(|it| it.join().unwrap());
        all.filter(|it| *it == 303).count()
    });
    assert_eq!(opened, 1);
    let reused = told(&site, "auth.sign_in");
    assert!(reused.iter().any(|it| it["reason"] == "code_reused"));
}

#[test]
fn a_code_two_steps_off_is_none() {
    let site = Site::new();
    let (app, _) = enroll(&site.admin());
    let pending = begin(&site, ADMIN);
    finish(&pending, "/sign-in/code", &app.code(-3)).expect(403);
    finish(&pending, "/sign-in/code", &app.code(3)).expect(403);
    // The one that set it up opens nothing any more.
    finish(&pending, "/sign-in/code", &app.code(-1)).expect(403);
    finish(&pending, "/sign-in/code", &app.code(0)).expect(303);
}

#[test]
fn a_recovery_code_opens_once_and_a_new_set_voids_the_old() {
    let site = Site::new();
    let admin = site.admin();
    let (_, codes) = enroll(&admin);
    let typed = codes[0].to_lowercase().replace('-', " ");
    let lost = begin(&site, ADMIN);
    finish(&lost, "/sign-in/recovery", &typed).expect(303);
    lost.open("/account").expect(200);
    let used = told(&site, "auth.recovery_code_use").pop().unwrap();
    assert_eq!(used["details"]["remaining_count"], 9);
    let again = begin(&site, ADMIN);
    finish(&again, "/sign-in/recovery", &codes[0]).expect(403);
    assert_eq!(refusal(&site, "auth.recovery_code_use").0, "code_reused");
    let receipt = press(&lost, "/account/recovery-codes").expect(200).text();
    let fresh = html::by_id(&receipt, "codes").unwrap().text();
    finish(&again, "/sign-in/recovery", &codes[1]).expect(403);
    let fresh = fresh.split_whitespace().next().unwrap();
    finish(&again, "/sign-in/recovery", fresh).expect(303);
}

#[test]
fn a_pending_sign_in_ends_with_the_password_and_with_the_account() {
    for verb in ["reset-password", "deactivate"] {
        let site = Site::new();
        let (app, _) = enroll(&site.admin());
        let pending = begin(&site, ADMIN);
        ask(&site.owner(), ADMIN, verb);
        let reply = finish(&pending, "/sign-in/code", &app.code(0)).expect(303);
        assert_eq!(reply.header("location"), Some("/sign-in"), "{verb}");
    }
}

#[test]
fn an_app_is_removed_with_its_codes_unless_the_instance_requires_one() {
    let site = Site::new();
    let owner = site.owner();
    enroll(&owner);
    press(&owner, "/account/second-factor/remove").expect(303);
    assert_eq!(told(&site, "auth.totp_remove").len(), 1);
    Browser::signed_in(&site.app, OWNER);
}

#[test]
fn whoever_has_to_have_a_second_factor_can_do_nothing_before() {
    let site = Site::new();
    site.deliver(&event("newest")).expect(200);
    let site = with_changed(
        site,
        "insert into setting (name, value, recorded_seq)
         values ('totp_required', 'all', (select max(seq) from event))",
    );
    let admin = Browser::new(&site.app);
    let page = admin.sign_in(ADMIN, PASSWORD).expect(200).text();
    assert!(
        page.contains("This instance requires a second factor"),
        "{page}"
    );
    for path in ["/audit-logs", "/account", "/password", "/pools"] {
        let reply = admin.send("GET", path, &[], b"").expect(303);
        let to = reply.header("location").unwrap();
        assert!(to.starts_with(PAGE), "{path}: {to}");
    }
    enroll(&admin);
    admin.open("/audit-logs").expect(200);
    let refused = press(&admin, "/account/second-factor/remove").expect(409);
    assert!(refused.text().contains("Replace the app instead"));
    assert_eq!(refusal(&site, "auth.totp_remove").0, "invalid_state");
}

#[test]
fn confirming_asks_for_the_code_instead_of_the_password() {
    let site = Site::new();
    let admin = site.admin();
    let (app, _) = enroll(&admin);
    let send = |code: &str| {
        let fields = [("csrf", admin.csrf("/confirm")), ("code", code.to_owned())];
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        admin.post("/confirm?next=/account", &fields)
    };
    assert_eq!(send("000000").status, 403);
    assert_eq!(refusal(&site, "auth.step_up").0, "wrong_code");
    let code = app.code(0);
    send(&code).expect(303);
    assert_eq!(send(&code).status, 403, "a code works twice");
}

#[test]
fn no_seed_and_no_code_is_kept_in_clear() {
    let site = Site::new();
    let (app, codes) = enroll(&site.admin());
    let folder = site.app.folder.data();
    for file in ["annals.db", "annals.db-wal"] {
        let bytes = std::fs::read(folder.join(file)).unwrap_or_default();
        let has = |secret: &[u8]| bytes.windows(secret.len()).any(|it| it == secret);
        assert!(!has(&app.0), "{file} has the seed");
        assert!(!has(codes[0].as_bytes()), "{file} has a code");
        assert!(
            !has(codes[0].replace('-', "").as_bytes()),
            "{file} has a code"
        );
    }
    assert!(!site.app.folder.log().contains(&codes[0]));
}
