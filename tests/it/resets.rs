//! The last resort: a password or a second factor that is lost, reset from the host.
use crate::appliance::Appliance;
use crate::browser::{Browser, OWNER, PASSWORD};
use crate::command_line::{run, stopped, told};
use crate::people::{ask, give_second_factor};
use crate::second_factor;
use crate::site::{ADMIN, OTHER_ADMIN, Site};
use crate::system_events::payloads;

#[test]
fn a_temporary_password_is_printed_once_and_lets_its_operator_in_again() {
    let site = Site::new();
    let ana = site.admin();
    assert_eq!(ana.open("/account").status, 200);
    let folder = stopped(site.app);
    let reset = run(&folder, "operator reset-password --email ANA@example.org").expect(0);
    let password = reset.stdout.trim().to_owned();
    assert_eq!(reset.stdout, format!("{password}\n"), "alone, for a script");
    assert_eq!(password.len(), 24, "{password}");
    assert!(reset.stderr.contains("72 hours"), "{}", reset.stderr);
    assert!(!reset.stderr.contains(&password), "{}", reset.stderr);
    let event = told(&folder, "operator.password_reset");
    assert_eq!(event["outcome"], "success");
    assert_eq!(event["target"]["label"], "Ana Ruiz");
    assert_eq!(event["details"]["session_count"], 1);
    assert!(!event.to_string().contains(&password));

    let app = Appliance::start_in(folder);
    let old = app.send("GET", "/account", &[("Cookie", &ana.cookie_header())], b"");
    assert_eq!(old.status, 303, "a session of before still opens pages");
    assert_eq!(Browser::new(&app).sign_in(ADMIN, PASSWORD).status, 403);
    let ana = Browser::new(&app);
    let page = ana.sign_in(ADMIN, &password).expect(200).text();
    assert!(page.contains("Choose your own password"), "{page}");
    ana.submit("/password", &[("password", "a quite different one")])
        .expect(200);
    Browser::signed_in(&app, OWNER);
}

#[test]
fn guesses_of_strangers_do_not_keep_a_reset_operator_out() {
    let site = Site::new();
    for _ in 0..8 {
        Browser::new(&site.app).sign_in(ADMIN, "a wrong guess of mine");
    }
    let paused = Browser::new(&site.app).sign_in(ADMIN, PASSWORD);
    assert_eq!(paused.status, 403, "the guesses did not pause anything");
    let folder = stopped(site.app);
    let reset = run(&folder, "operator reset-password --email ana@example.org").expect(0);
    let app = Appliance::start_in(folder);
    let ana = Browser::new(&app);
    ana.sign_in(ADMIN, reset.stdout.trim()).expect(200);
}

#[test]
fn an_owner_who_lost_the_authenticator_app_too_gets_in_by_two_commands() {
    let site = Site::new();
    let (code, _) = second_factor::enroll(&site.owner());
    let folder = stopped(site.app);
    let reset = run(&folder, "operator reset-password --email olga@example.org").expect(0);
    assert!(
        reset.stderr.contains("reset-second-factor"),
        "{}",
        reset.stderr
    );
    let app = Appliance::start_in(folder);
    let olga = Browser::new(&app);
    let password = reset.stdout.trim();
    let page = olga.sign_in(OWNER, password).expect(200).text();
    assert!(
        page.contains("Enter the code"),
        "the factor is gone: {page}"
    );
    drop(code);

    let folder = stopped(app);
    let reset = run(
        &folder,
        "operator reset-second-factor --email olga@example.org",
    )
    .expect(0);
    assert_eq!(reset.stdout, "");
    let event = told(&folder, "operator.totp_reset");
    assert_eq!(event["outcome"], "success");
    let before = payloads(&folder).len();
    let again = run(
        &folder,
        "operator reset-second-factor --email olga@example.org",
    )
    .expect(0);
    assert!(
        again.stderr.contains("no second factor"),
        "{}",
        again.stderr
    );
    assert_eq!(payloads(&folder).len(), before, "nothing happened again");
    let app = Appliance::start_in(folder);
    let olga = Browser::new(&app);
    let page = olga.sign_in(OWNER, password).expect(200).text();
    assert!(page.contains("Choose your own password"), "{page}");
}

#[test]
fn a_deactivated_operator_is_reactivated_by_an_owner_and_not_from_the_host() {
    let site = Site::new();
    ask(&site.owner(), OTHER_ADMIN, "deactivate");
    let folder = stopped(site.app);
    give_second_factor(&folder.data(), OTHER_ADMIN);
    for (verb, action) in [
        ("reset-password", "operator.password_reset"),
        ("reset-second-factor", "operator.totp_reset"),
    ] {
        let refused = run(&folder, &format!("operator {verb} --email {OTHER_ADMIN}")).expect(1);
        assert_eq!(refused.stdout, "");
        assert!(refused.stderr.contains("reactivates"), "{}", refused.stderr);
        assert_eq!(told(&folder, action)["reason"], "invalid_state");
    }
    let app = Appliance::start_in(folder);
    let otto = Browser::new(&app).sign_in(OTHER_ADMIN, PASSWORD);
    assert_eq!(otto.status, 403);
}
