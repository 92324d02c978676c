//! How single fields of a body are read from JSON, and details written.

/// Milliseconds as RFC 3339 in UTC.
pub mod timestamp {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer};

    use super::super::time;
    use crate::base::Millis;

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Millis, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        time::parse_rfc3339(&text)
            .map(|(ms, _)| ms)
            .ok_or_else(|| D::Error::custom("not a time"))
    }
}

/// Details as a JSON object that keeps its order.
pub mod details {
    use std::fmt;
    use std::marker::PhantomData;

    use serde::de::{MapAccess, Visitor};
    use serde::ser::SerializeMap;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    type Pairs<V> = Vec<(String, V)>;

    pub fn serialize<S: Serializer, V: Serialize>(
        details: &[(String, V)],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(details.len()))?;
        for (key, value) in details {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }

    pub fn deserialize<'de, D, V>(from: D) -> Result<Pairs<V>, D::Error>
    where
        D: Deserializer<'de>,
        V: Deserialize<'de>,
    {
        struct InOrder<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for InOrder<V> {
            type Value = Pairs<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of details")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Pairs<V>, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }

        from.deserialize_map(InOrder(PhantomData))
    }
}
