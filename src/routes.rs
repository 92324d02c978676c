//! Every address the appliance answers, and who may ask: the security policy.
use crate::app::App;
use crate::gate::{
    form, local_program, open_page, open_program, owner, owner_change, person, person_change,
    person_download, read_key, write_key,
};
use crate::http::{Method, Router};
use crate::{api, pages};

#[rustfmt::skip]
pub fn router() -> Router<App> {
    Router::new(vec![
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
        person_download(            "/audit-logs.csv",             pages::exports::csv),
        person_download(            "/audit-logs.ndjson",          pages::exports::ndjson),
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
        owner        (              "/operators",                   pages::operators::list),
        owner        (              "/operators/{id}",              pages::operators::record),
        person       (              "/account",                     pages::account::show),
        person_change(              "/account",                     pages::account::save),
        person_change(              "/account/theme",               pages::account::prefer),
        person       (              "/confirm",                     pages::step_up::show),
        person_change(              "/confirm",                     pages::step_up::confirm),
        person       (              "/shortcuts",                   pages::account::keys),
    ])
}
