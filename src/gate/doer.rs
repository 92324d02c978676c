//! Who acts, as an event names them.
use crate::http::Request;
use crate::model::safe::{Client, Email, Ip, Label, OpaqueId};
use crate::model::{By, Digester, Doer, Operator, RecordId, RecordKind, ViaKind};

pub fn doer(operator: &Operator) -> Doer {
    Doer::Person {
        id: Some(OpaqueId::record(&operator.id)),
        email: Email::parse(&operator.email).ok(),
        label: Label::gate(&operator.name).ok(),
    }
}

/// Somebody who is about to be created.
pub fn person_named(email: &Email, name: &Label) -> Doer {
    Doer::Person {
        id: None,
        email: Some(email.clone()),
        label: Some(name.clone()),
    }
}

/// Somebody who is created by this very act.
pub fn newcomer(id: &RecordId, email: &str, name: &Label) -> Doer {
    Doer::Person {
        id: Some(OpaqueId::record(id)),
        email: Email::parse(email).ok(),
        label: Some(name.clone()),
    }
}

/// Somebody of whom only a typed address is known: people type passwords there too, so what is no
/// address is digested.
pub fn person_typed(digester: &Digester, email: &str) -> Doer {
    let (email, _) = Email::or_digest(email, digester);
    Doer::Person {
        id: None,
        email: Some(email),
        label: None,
    }
}

/// An act over the web of somebody who is not, or not yet, signed in.
pub fn stranger(request: &Request, doer: Doer) -> By {
    By {
        doer,
        via: ViaKind::Web,
        ip: Ip::parse(&request.client_ip().to_string()).ok(),
        client: request.user_agent().and_then(Client::from_user_agent),
        request: RecordId::parse(RecordKind::Request, request.id()),
        session: None,
    }
}
