//! The named values of an answer or a notice: text only, and an empty one is as good as none.

use std::collections::BTreeMap;

/// Names and values whose signature has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The values of a JSON object. Lists and objects in it decide nothing and are left out.
    pub(super) fn of_json(object: &serde_json::Map<String, serde_json::Value>) -> Self {
        let text = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            serde_json::Value::Bool(_)
            | serde_json::Value::Null
            | serde_json::Value::Array(_)
            | serde_json::Value::Object(_) => None,
        };
        Self(object.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect())
    }

    /// The values of a form.
    pub(super) fn of_form(pairs: BTreeMap<String, String>) -> Self {
        Self(pairs)
    }

    /// One value, unless it is missing or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether `name` has exactly this value.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(value)
    }
}
