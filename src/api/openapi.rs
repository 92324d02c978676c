//! `GET /api/v1/openapi.json`: what programs may ask, written down once.
use crate::app::App;
use crate::base::Result;
use crate::http::{Request, Response};

/// OpenAPI 3.1. A query parameter takes any text, because what cannot be used is only ignored.
const DOCUMENT: &str = include_str!("openapi.json");

pub async fn document(_: App, _: Request) -> Result<Response> {
    Ok(Response::json_text(DOCUMENT))
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::*;
    use crate::model::Field;

    #[test]
    fn the_document_is_json() {
        assert!(serde_json::from_str::<IgnoredAny>(DOCUMENT).is_ok());
    }

    #[test]
    fn every_filter_is_a_documented_parameter() {
        let positions = ["before", "after", "limit", "after_seq"];
        let filters = Field::ALL.into_iter().map(Field::name);
        for name in filters.chain(positions) {
            let parameter = format!("\"name\": \"{name}\",\n            \"in\": \"query\"");
            assert!(DOCUMENT.contains(&parameter), "{name}");
        }
    }
}
