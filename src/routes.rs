//! Every address the appliance answers, and who may ask: the security policy.
use crate::app::App;
use crate::gate::{
    confirmed_owner, confirmed_owner_change, form, local_program, open_page, open_program, owner,
    owner_change, person, person_change, person_document, person_download, read_key, write_key,
};
use crate::http::{Method, Route, Router};
use crate::{api, pages};

#[rustfmt::skip]
pub fn router() -> Router<App> {
    let mut routes = vec![
        open_program (Method::GET,  "/healthz",                     api::health::alive),
        open_program (Method::GET,  "/readyz",                      api::health::ready),
        local_program(              "/metrics",                     api::metrics::show),
        open_program (Method::GET,  "/api/v1/openapi.json",         api::openapi::document),
        write_key    (Method::POST, "/api/v1/events",               api::events::record),
        read_key     (Method::GET,  "/api/v1/events",               api::events::list),
        read_key     (Method::GET,  "/api/v1/events/{seq}",         api::events::one),

        open_page    (Method::GET,  "/",                            pages::audit_logs::home),
        open_page    (Method::GET,  "/assets/{fingerprint}/{name}", pages::assets::file),
        open_page    (Method::GET,  "/setup",                       pages::setup::show),
        form         (              "/setup",                       pages::setup::create),
        open_page    (Method::GET,  "/sign-in",                     pages::sign_in::show),
        form         (              "/sign-in",                     pages::sign_in::sign_in),
        person_change(              "/sign-out",                    pages::sign_in::sign_out),

        person       (              "/audit-logs",                  pages::audit_logs::list),
        person_download(            "/audit-logs.csv",              pages::exports::csv),
        person_download(            "/audit-logs.ndjson",           pages::exports::ndjson),
        person       (              "/events",                      pages::event_catalogue::show),
        person       (              "/pools",                       pages::pools::list),
        owner_change (              "/pools",                       pages::pools::create),
        person       (              "/pools/{id}",                  pages::pools::record),
        person       (              "/api-keys",                    pages::api_keys::list),
        person_change(              "/api-keys",                    pages::api_keys::create),
        person       (              "/api-keys/{id}",               pages::api_keys::record),
        person       (              "/api-keys/{id}/pause",         pages::api_keys::ask_pause),
        person_change(              "/api-keys/{id}/pause",         pages::api_keys::pause),
        person       (              "/api-keys/{id}/resume",        pages::api_keys::ask_resume),
        person_change(              "/api-keys/{id}/resume",        pages::api_keys::resume),
        person       (              "/api-keys/{id}/revoke",        pages::api_keys::ask_revoke),
        person_change(              "/api-keys/{id}/revoke",        pages::api_keys::revoke),
        person       (              "/account",                     pages::account::show),
        person_change(              "/account",                     pages::account::save),
        person_change(              "/account/theme",               pages::account::prefer),
        person       (              "/confirm",                     pages::step_up::show),
        person_change(              "/confirm",                     pages::step_up::confirm),
        person       (              "/shortcuts",                   pages::account::keys),
    ];
    routes.extend(operators());
    routes.extend(invites());
    routes.extend(upstreams());
    routes.extend(settings());
    Router::new(routes)
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
