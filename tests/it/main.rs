//! Black-box tests: each starts the real binary on a free port, in a folder of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic, and says what it measured"
)]

mod abuse;
mod access;
mod access_table;
mod account;
mod acts;
mod api_keys;
mod appliance;
mod architecture;
mod axe;
mod backup_failures;
mod backups;
mod browser;
mod budgets;
mod canary;
mod canary_places;
mod catalogue;
mod chromium;
mod clock;
mod command_line;
mod compression;
mod confined;
mod counts;
mod crashes;
mod csv;
mod data;
mod deleted_names;
mod drawer;
mod durability;
mod ended;
mod event_catalogue;
mod every_page;
mod every_state;
mod export_million;
mod exports;
mod exports_cli;
mod exports_scope;
mod first_run;
mod floods;
mod flow_keyboard;
mod flow_no_script;
mod flow_place;
mod flows;
mod full_disk;
mod hostile_http;
mod html;
mod http;
mod ingest;
mod invite_links;
mod invites;
mod key_guards;
mod live;
mod log_page;
mod mapping;
mod mapping_leaves;
mod mcp_tokens;
mod operator_guards;
mod operators;
mod overload;
mod own_password;
mod pages_in_chromium;
mod paging;
mod people;
mod pool_states;
mod pools;
mod read_api;
mod real_events;
mod recount;
mod refusals;
mod refused_programs;
mod regressions;
mod requests;
mod resets;
mod saved_views;
mod search;
mod second_factor;
mod settings;
mod settings_effect;
mod sign_in;
mod site;
mod source;
mod step_up;
mod system_events;
mod tampering;
mod throttle;
mod upstream_refusals;
mod upstreams;
mod usage;
mod walk;
mod world;
