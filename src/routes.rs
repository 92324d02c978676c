//! Every address the appliance answers, and who may ask: the security policy.
use crate::app::App;
use crate::gate::{
    Debt, confirmed, confirmed_change, confirmed_owner, confirmed_owner_change, form,
    local_program, open_page, open_program, owner, owner_change, pending, pending_try, person,
    person_change, person_document, person_download, person_glance, reader, signed_in,
    signed_in_change, write_key,
};
use crate::http::{Method, Route, Router};
use crate::model::{KeyAct, PoolAct};
use crate::{api, pages};

#[rustfmt::skip]
pub fn router() -> Router<App> {
    let mut routes = vec![
        open_program (Method::GET,  "/healthz",                     api::health::alive),
        open_program (Method::GET,  "/readyz",                      api::health::ready),
        local_program(              "/metrics",                     api::metrics::show),
        open_program (Method::GET,  "/api/v1/openapi.json",         api::openapi::document),
        write_key    (Method::POST, "/api/v1/events",               api::events::record),
        reader       (Method::GET,  "/api/v1/events",               api::events::list),
        reader       (Method::GET,  "/api/v1/events/{seq}",         api::events::one),

        open_page    (Method::GET,  "/",                            pages::audit_logs::home),
        open_page    (Method::GET,  "/assets/{fingerprint}/{name}", pages::assets::file),
        open_page    (Method::GET,  "/setup",                       pages::setup::show),
        form         (              "/setup",                       pages::setup::create),
        open_page    (Method::GET,  "/sign-in",                     pages::sign_in::show),
        form         (              "/sign-in",                     pages::sign_in::sign_in),

        person       (              "/audit-logs",                  pages::audit_logs::list),
        person_download(            "/audit-logs.csv",              pages::exports::csv),
        person_download(            "/audit-logs.ndjson",           pages::exports::ndjson),
        person_glance(              "/audit-logs/newer",            pages::live::newer),
        person       (              "/audit-logs/first",            pages::audit_logs::first),
        person       (              "/events",                      pages::event_catalogue::show),
        person       (              "/account",                     pages::account::show),
        person_change(              "/account",                     pages::account::save),
        person_change(              "/account/theme",               pages::account::prefer),
        person       (              "/views",                       pages::saved_views::list),
        person_change(              "/views",                       pages::saved_views::save),
        person       (              "/views/{id}/delete",           pages::saved_views::ask_delete),
        person_change(              "/views/{id}/delete",           pages::saved_views::delete),
        person       (              "/shortcuts",                   pages::account::keys),
    ];
    routes.extend(own_record());
    routes.extend(pools());
    routes.extend(api_keys());
    routes.extend(identity());
    routes.extend(operators());
    routes.extend(invites());
    routes.extend(upstreams());
    routes.extend(settings());
    routes.extend(mcp_tokens());
    Router::new(routes)
}

/// What people change about themselves.
#[rustfmt::skip]
fn own_record() -> Vec<Route<App>> {
    use pages::{account, own_sessions as own};
    vec![
        person_change("/account/name",                      account::rename),
        person       ("/account/sessions",                  own::list),
        person       ("/account/sessions/revoke",           own::ask_others),
        person_change("/account/sessions/revoke",           own::end_others),
        person       ("/account/sessions/{session}/revoke", own::ask_one),
        person_change("/account/sessions/{session}/revoke", own::end_one),
    ]
}

/// What changes retention or assignments, or cannot be taken back, needs a factor proved lately.
#[rustfmt::skip]
fn pools() -> Vec<Route<App>> {
    use pages::{pool, pools};
    vec![
        person                ("/pools",                   pools::list),
        owner_change          ("/pools",                   pools::create),
        person                ("/pools/{id}",              pool::record),
        confirmed_owner       ("/pools/{id}/edit",         pool::edit),
        confirmed_owner_change("/pools/{id}/edit",         pool::save),
        owner                 ("/pools/{id}/disable",      pool::ask(PoolAct::Disable)),
        owner_change          ("/pools/{id}/disable",      pool::act(PoolAct::Disable)),
        owner                 ("/pools/{id}/enable",       pool::ask(PoolAct::Enable)),
        owner_change          ("/pools/{id}/enable",       pool::act(PoolAct::Enable)),
        confirmed_owner       ("/pools/{id}/archive",      pool::ask(PoolAct::Archive)),
        confirmed_owner_change("/pools/{id}/archive",      pool::act(PoolAct::Archive)),
        owner                 ("/pools/{id}/restore",      pool::ask(PoolAct::Restore)),
        owner_change          ("/pools/{id}/restore",      pool::act(PoolAct::Restore)),
        confirmed_owner       ("/pools/{id}/delete",       pool::ask(PoolAct::Delete)),
        confirmed_owner_change("/pools/{id}/delete",       pool::act(PoolAct::Delete)),
    ]
}

#[rustfmt::skip]
fn api_keys() -> Vec<Route<App>> {
    use pages::{api_key, api_keys};
    vec![
        person       ("/api-keys",              api_keys::list),
        person_change("/api-keys",              api_keys::create),
        person       ("/api-keys/{id}",         api_key::record),
        person       ("/api-keys/{id}/edit",    api_key::edit),
        person_change("/api-keys/{id}/edit",    api_key::save),
        person       ("/api-keys/{id}/rotate",  api_key::ask(KeyAct::Rotate)),
        person_change("/api-keys/{id}/rotate",  api_key::act(KeyAct::Rotate)),
        person       ("/api-keys/{id}/pause",   api_key::ask(KeyAct::Pause)),
        person_change("/api-keys/{id}/pause",   api_key::act(KeyAct::Pause)),
        person       ("/api-keys/{id}/resume",  api_key::ask(KeyAct::Resume)),
        person_change("/api-keys/{id}/resume",  api_key::act(KeyAct::Resume)),
        person       ("/api-keys/{id}/move",    api_key::ask(KeyAct::Move)),
        person_change("/api-keys/{id}/move",    api_key::act(KeyAct::Move)),
        person       ("/api-keys/{id}/revoke",  api_key::ask(KeyAct::Revoke)),
        person_change("/api-keys/{id}/revoke",  api_key::act(KeyAct::Revoke)),
        person       ("/api-keys/{id}/delete",  api_key::ask(KeyAct::Delete)),
        person_change("/api-keys/{id}/delete",  api_key::act(KeyAct::Delete)),
    ]
}

/// What whoever signed in does about that, some of it before anything else opens.
#[rustfmt::skip]
fn identity() -> Vec<Route<App>> {
    use pages::{password, second_factor as factor, sign_in, sign_in_code, step_up};
    const PASSWORD: &[Debt] = &[Debt::Password];
    const FACTOR: &[Debt] = &[Debt::SecondFactor];
    const ANY: &[Debt] = &[Debt::Password, Debt::SecondFactor];
    vec![
        pending         ("/sign-in/code",                      sign_in_code::show),
        pending_try     ("/sign-in/code",                      sign_in_code::check),
        pending         ("/sign-in/recovery",                  sign_in_code::show_recovery),
        pending_try     ("/sign-in/recovery",                  sign_in_code::recover),
        signed_in       ("/password",                PASSWORD, password::show),
        signed_in_change("/password",                PASSWORD, password::change),
        signed_in       ("/confirm",                   FACTOR, step_up::show),
        signed_in_change("/confirm",                   FACTOR, step_up::confirm),
        signed_in_change("/sign-out",                     ANY, sign_in::sign_out),
        confirmed       ("/account/second-factor",     FACTOR, factor::show),
        confirmed_change("/account/second-factor",     FACTOR, factor::enroll),
        confirmed       ("/account/second-factor/remove", &[], factor::ask_remove),
        confirmed_change("/account/second-factor/remove", &[], factor::remove),
        confirmed       ("/account/recovery-codes",       &[], factor::ask_codes),
        confirmed_change("/account/recovery-codes",       &[], factor::renew_codes),
    ]
}

/// Changes of people need a factor that was proved lately; ending sessions does not wait for it.
#[rustfmt::skip]
fn operators() -> Vec<Route<App>> {
    use pages::{operator_acts as acts, operator_form, operator_sessions as sessions, operators};
    vec![
        owner                 ("/operators",                          operators::list),
        confirmed_owner       ("/operators/new",                      operator_form::show_new),
        confirmed_owner_change("/operators/new",                      operator_form::create),
        owner                 ("/operators/{id}",                     operators::record),
        confirmed_owner       ("/operators/{id}/edit",                operator_form::show_edit),
        confirmed_owner_change("/operators/{id}/edit",                operator_form::edit),
        confirmed_owner       ("/operators/{id}/deactivate",          acts::ask_deactivate),
        confirmed_owner_change("/operators/{id}/deactivate",          acts::deactivate),
        confirmed_owner       ("/operators/{id}/reactivate",          acts::ask_reactivate),
        confirmed_owner_change("/operators/{id}/reactivate",          acts::reactivate),
        confirmed_owner       ("/operators/{id}/reset-password",      acts::ask_reset_password),
        confirmed_owner_change("/operators/{id}/reset-password",      acts::reset_password),
        confirmed_owner       ("/operators/{id}/reset-second-factor", acts::ask_reset_factor),
        confirmed_owner_change("/operators/{id}/reset-second-factor", acts::reset_factor),
        confirmed_owner       ("/operators/{id}/delete",              acts::ask_delete),
        confirmed_owner_change("/operators/{id}/delete",              acts::delete),
        owner                 ("/operators/{id}/sessions/revoke",     sessions::ask_all),
        owner_change          ("/operators/{id}/sessions/revoke",     sessions::end_all),
        owner                 ("/operators/{id}/sessions/{session}/revoke", sessions::ask_one),
        owner_change          ("/operators/{id}/sessions/{session}/revoke", sessions::end_one),
    ]
}

/// The links that are passed on are `/invites/{token}`; records have an address of their own.
#[rustfmt::skip]
fn invites() -> Vec<Route<App>> {
    use pages::{invitation, invites};
    vec![
        owner                 ("/invites",                  invites::list),
        confirmed_owner       ("/invites/new",              invites::show_new),
        confirmed_owner_change("/invites/new",              invites::create),
        owner                 ("/invites/id/{id}",          invites::record),
        confirmed_owner       ("/invites/id/{id}/renew",    invites::ask_renew),
        confirmed_owner_change("/invites/id/{id}/renew",    invites::renew),
        owner                 ("/invites/id/{id}/revoke",   invites::ask_revoke),
        owner_change          ("/invites/id/{id}/revoke",   invites::revoke),
        open_page(Method::GET, "/invites/{token}",          invitation::show),
        form                  ("/invites/{token}",          invitation::accept),
    ]
}

#[rustfmt::skip]
fn upstreams() -> Vec<Route<App>> {
    use pages::{upstream, upstreams};
    vec![
        person         ("/upstreams",                 upstreams::list),
        person_document("/upstreams",                 upstreams::import),
        person         ("/upstreams/{id}",            upstream::record),
        person         ("/upstreams/{id}/edit",       upstream::ask_edit),
        person_change  ("/upstreams/{id}/edit",       upstream::edit),
        person         ("/upstreams/{id}/refresh",    upstream::ask_refresh),
        person_document("/upstreams/{id}/refresh",    upstream::refresh),
        person         ("/upstreams/{id}/pause",      upstream::ask_pause),
        person_change  ("/upstreams/{id}/pause",      upstream::pause),
        person         ("/upstreams/{id}/reactivate", upstream::ask_reactivate),
        person_change  ("/upstreams/{id}/reactivate", upstream::reactivate),
        person         ("/upstreams/{id}/delete",     upstream::ask_delete),
        person_change  ("/upstreams/{id}/delete",     upstream::delete),
    ]
}

/// What weakens sign-in, opens the network or lets events go needs a factor proved lately.
#[rustfmt::skip]
fn settings() -> Vec<Route<App>> {
    use pages::settings::{edit, list, save};
    vec![
        owner                 ("/settings",            list),
        owner                 ("/settings/instance",   edit),
        owner_change          ("/settings/instance",   save),
        confirmed_owner       ("/settings/sign-in",    edit),
        confirmed_owner_change("/settings/sign-in",    save),
        confirmed_owner       ("/settings/network",    edit),
        confirmed_owner_change("/settings/network",    save),
        confirmed_owner       ("/settings/retention",  edit),
        confirmed_owner_change("/settings/retention",  save),
        owner                 ("/settings/agents",     edit),
        owner_change          ("/settings/agents",     save),
    ]
}

#[rustfmt::skip]
fn mcp_tokens() -> Vec<Route<App>> {
    use pages::mcp_tokens;
    vec![
        person         ("/account/mcp-tokens",             mcp_tokens::list),
        person_change  ("/account/mcp-tokens",             mcp_tokens::create),
        person         ("/account/mcp-tokens/{id}/rename", mcp_tokens::ask_rename),
        person_change  ("/account/mcp-tokens/{id}/rename", mcp_tokens::rename),
        person         ("/account/mcp-tokens/{id}/delete", mcp_tokens::ask_delete),
        person_change  ("/account/mcp-tokens/{id}/delete", mcp_tokens::delete),
    ]
}
