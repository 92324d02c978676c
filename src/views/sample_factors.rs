//! The pages of second factors, for the tests of this box.
use super::sample_world::World;
use super::second_factor::{self, Question};
use super::sign_in_code::{self, Step};

pub fn factor_pages(world: &World) -> Vec<(&'static str, String)> {
    let code = |step, is_wrong: bool| {
        sign_in_code::page(&sign_in_code::Page {
            bare: World::bare(),
            step,
            next: world.say("/audit-logs"),
            error: is_wrong.then(|| world.say("That is not the code.")),
        })
    };
    let setup = |is_required| {
        second_factor::setup(&second_factor::Setup {
            bare: World::bare(),
            csrf: world.say("c0ffee"),
            email: world.say("ana.reyes@northwind.example"),
            is_required,
            is_replacement: !is_required,
            // Made by us of what has limits: a picture holds no more.
            address: "otpauth://totp/Annals:ana?secret=GEZDGNBVGY3TQOJQ&issuer=Annals",
            secret: world.say("GEZD GNBV GY3T QOJQ"),
            sealed: world.say("c0ffee"),
            error: is_required.then(|| world.say("That is not the code.")),
        })
    };
    let ask = |question, is_refused: bool| {
        second_factor::ask(&second_factor::Ask {
            bare: World::bare(),
            csrf: world.say("c0ffee"),
            question,
            error: is_refused.then(|| world.say("This instance requires one.")),
        })
    };
    vec![
        ("sign-in-code", code(Step::Code, false)),
        ("sign-in-code-wrong", code(Step::Code, true)),
        ("sign-in-recovery", code(Step::Recovery, false)),
        ("second-factor", setup(false)),
        ("second-factor-required", setup(true)),
        ("second-factor-remove", ask(Question::Remove, true)),
        ("recovery-codes", ask(Question::RenewCodes, false)),
        (
            "recovery-codes-receipt",
            second_factor::codes(&second_factor::Codes {
                bare: World::bare(),
                codes: vec![world.say("AAAAA-BBBBB-CCCCC-DDDDD-EEEEEE")],
            }),
        ),
    ]
}
