//! The kinds of events that the demo's systems deliver. Every name and id is invented.

/// Texts to choose from by number; details and changes are members of JSON objects.
pub struct Kind {
    pub action: &'static str,
    /// Names of people, or of the one job that does it.
    pub actors: &'static [&'static str],
    pub target: &'static str,
    pub targets: &'static [&'static str],
    pub reason: &'static str,
    pub details: &'static str,
    pub changes: &'static str,
    /// In percent.
    pub failures: usize,
}

const PEOPLE: &[&str] = &[
    "Priya Nair",
    "Tom Okafor",
    "Mei Lindqvist",
    "Dara Quinn",
    "Lior Ben-David",
    "Zoë Ångström",
];

/// What the system behind a key delivers.
pub fn of_key(name: &str) -> &'static [Kind] {
    match name {
        "ci-runner" | "ci-runner-staging" => CI,
        "model-gateway" => GATEWAY,
        "vault-audit" => VAULT,
        "gpu-scheduler" => SCHEDULER,
        "partner-portal" => PORTAL,
        _ => EDGE,
    }
}

const CI: &[Kind] = &[
    Kind {
        action: "service.deploy",
        actors: &["deploy"],
        target: "service",
        targets: &["checkout", "catalog", "search", "billing", "accounts"],
        reason: "timeout",
        details: r#""trigger":"schedule","environment":"production","branch":"main","attempt":1"#,
        changes: r#"{"field":"version","from":41,"to":42}"#,
        failures: 7,
    },
    Kind {
        action: "service.scale",
        actors: PEOPLE,
        target: "service",
        targets: &["checkout", "search", "accounts"],
        reason: "denied",
        details: r#""trigger":"manual","region":"eu-west-1""#,
        changes: r#"{"field":"replica_count","from":2,"to":4}"#,
        failures: 3,
    },
    Kind {
        action: "pipeline.variable_update",
        actors: PEOPLE,
        target: "project",
        targets: &["web/shop", "web/admin", "infra/edge"],
        reason: "forbidden",
        details: r#""changed_fields":["secret"],"changed_count":1"#,
        changes: r#"{"field":"secret"}"#,
        failures: 4,
    },
    Kind {
        action: "member.add",
        actors: PEOPLE,
        target: "group",
        targets: &["platform", "web", "data"],
        reason: "denied",
        details: r#""role":"maintainer","group":"platform""#,
        changes: "",
        failures: 2,
    },
];

const GATEWAY: &[Kind] = &[
    Kind {
        action: "upstream.refresh",
        actors: &["Token refresh"],
        target: "upstream",
        targets: &["eu-primary-01", "eu-primary-02", "us-fallback"],
        reason: "expired",
        details: concat!(
            r#""trigger":"schedule","attempt":3,"#,
            r#""max_attempts":3,"credential_status":"expired""#,
        ),
        changes: r#"{"field":"token"}"#,
        failures: 6,
    },
    Kind {
        action: "upstream.reactivate",
        actors: PEOPLE,
        target: "upstream",
        targets: &["eu-primary-01", "eu-primary-02", "us-fallback"],
        reason: "invalid_state",
        details: r#""previous_status":"paused","status":"active""#,
        changes: r#"{"field":"status","from":"paused","to":"active"}"#,
        failures: 3,
    },
    Kind {
        action: "route.update",
        actors: PEOPLE,
        target: "route",
        targets: &["chat-default", "batch-nightly", "embeddings"],
        reason: "conflict",
        details: concat!(
            r#""policy_mode":"selected","default_policy":"deny","#,
            r#""model_count":6,"route_method":"post""#,
        ),
        changes: r#"{"field":"routing_strategy","from":"round_robin","to":"least_loaded"}"#,
        failures: 5,
    },
    Kind {
        action: "api_key.update",
        actors: PEOPLE,
        target: "api_key",
        targets: &["mobile-gateway", "nightly-eval", "support-desk"],
        reason: "conflict",
        details: concat!(
            r#""changed_fields":["display_name","allowed_model_mode"],"#,
            r#""model_count":6,"key_prefix":"sk-ab""#,
        ),
        changes: concat!(
            r#"{"field":"display_name","from":"edge","to":"edge-01"},"#,
            r#"{"field":"model_count","from":4,"to":6}"#,
        ),
        failures: 3,
    },
];

const VAULT: &[Kind] = &[
    Kind {
        action: "vault.policy.update",
        actors: PEOPLE,
        target: "policy",
        targets: &["ci-read", "payments-write", "root-recovery"],
        reason: "denied",
        details: r#""policy_version":12,"changed_count":2"#,
        changes: "",
        failures: 5,
    },
    Kind {
        action: "vault.secret.rotate",
        actors: &["rotation"],
        target: "mount",
        targets: &["database/prod", "database/search", "pki/edge"],
        reason: "timeout",
        details: r#""trigger":"schedule","key_version":7"#,
        changes: r#"{"field":"secret","to":"replaced"}"#,
        failures: 3,
    },
    Kind {
        action: "vault.seal",
        actors: PEOPLE,
        target: "cluster",
        targets: &["vault-eu"],
        reason: "denied",
        details: r#""decision":"deny""#,
        changes: "",
        failures: 50,
    },
];

const SCHEDULER: &[Kind] = &[
    Kind {
        action: "quota.update",
        actors: PEOPLE,
        target: "team",
        targets: &["vision", "speech", "evaluation"],
        reason: "out_of_range",
        details: r#""team":"vision""#,
        changes: r#"{"field":"gpu_count","from":8,"to":16}"#,
        failures: 6,
    },
    Kind {
        action: "node.drain",
        actors: &["maintenance"],
        target: "node",
        targets: &["gpu-node-01", "gpu-node-02", "gpu-node-07"],
        reason: "timeout",
        details: r#""trigger":"schedule","duration_ms":48211"#,
        changes: r#"{"field":"state","from":"active","to":"draining"}"#,
        failures: 5,
    },
];

const PORTAL: &[Kind] = &[
    Kind {
        action: "invite.create",
        actors: PEOPLE,
        target: "invite",
        targets: &["sam.adeyemi@partner.example", "noor.haddad@partner.example"],
        reason: "denied",
        details: r#""role":"viewer","email_domain":"partner.example""#,
        changes: "",
        failures: 8,
    },
    Kind {
        action: "user.login",
        actors: &["sam.adeyemi@partner.example", "noor.haddad@partner.example"],
        target: "session",
        targets: &["portal"],
        reason: "wrong_password",
        details: r#""auth_method":"password","mfa_used":true"#,
        changes: "",
        failures: 12,
    },
];

const EDGE: &[Kind] = &[
    Kind {
        action: "certificate.renew",
        actors: &["acme"],
        target: "certificate",
        targets: &["shop.northwind.example", "api.northwind.example"],
        reason: "timeout",
        details: r#""trigger":"schedule","not_after":"2027-02-20T00:00:00Z""#,
        changes: "",
        failures: 6,
    },
    Kind {
        action: "firewall.rule_update",
        actors: PEOPLE,
        target: "rule",
        targets: &["allow-office", "deny-default", "allow-partner"],
        reason: "conflict",
        details: r#""priority":100,"protocol":"tcp","port":443"#,
        changes: r#"{"field":"priority","from":200,"to":100}"#,
        failures: 3,
    },
    Kind {
        action: "dns.record_delete",
        actors: PEOPLE,
        target: "record",
        targets: &["old-shop", "legacy-api"],
        reason: "forbidden",
        details: r#""operation":"delete","changed_count":1"#,
        changes: "",
        failures: 10,
    },
];
