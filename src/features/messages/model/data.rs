//! The values of a message in the template's order, kept as one JSON object.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};

/// Keys and values in the template's order; as JSON an object such as `{"thing1":"秋末观鸟"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Data(pub Vec<(String, String)>);

impl Data {
    /// The value of a key, or an empty text.
    pub fn get(&self, key: &str) -> &str {
        self.0.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value.as_str())
    }

    /// Puts known keys into the order of `keys`; others follow as they came.
    pub fn ordered(mut self, keys: &[&str]) -> Self {
        self.0.sort_by_key(|(key, _)| keys.iter().position(|known| known == key).unwrap_or(usize::MAX));
        self
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Data;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Data(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn order_survives_the_database() {
        let data = Data(vec![("thing2".into(), "b\"<".into()), ("amount1".into(), "9元".into())]);
        let json = serde_json::to_string(&data).expect("writes");
        assert_eq!(json, r#"{"thing2":"b\"<","amount1":"9元"}"#);
        assert_eq!(serde_json::from_str::<Data>(&json).expect("reads"), data);
        assert_eq!(data.ordered(&["amount1", "thing2"]).0[0].0, "amount1");
    }
}
