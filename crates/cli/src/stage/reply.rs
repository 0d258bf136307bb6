//! What a server answered, and the parts of a refusal that matter.

use serde_json::Value;

use crate::output::Failure;

/// A status and a body.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) async fn of(response: reqwest::Response) -> Result<Self, Failure> {
        let status = response.status().as_u16();
        let text = response.text().await?;
        let body =
            if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
        Ok(Self { status, body })
    }

    /// Fails unless the request was taken.
    pub(crate) fn expect(self, what: &str) -> Result<Self, Failure> {
        if self.status < 300 {
            return Ok(self);
        }
        Err(Failure::usage(format!("{what} was answered {}: {}", self.status, self.body)))
    }

    pub(crate) fn text(&self, field: &str) -> Result<String, Failure> {
        text(&self.body, field)
    }

    /// The payment, wherever this kind of answer names it.
    pub(crate) fn payment(&self) -> Result<String, Failure> {
        text(&self.body, "payment").or_else(|_| text(&self.body, "id"))
    }

    /// The causes, the first first.
    pub(crate) fn causes(&self) -> Vec<&str> {
        let causes = self.body["causes"].as_array().map(Vec::as_slice).unwrap_or_default();
        causes.iter().filter_map(|cause| cause["id"].as_str()).collect()
    }

    /// The causes that stop this instrument, or every one, the first first.
    pub(crate) fn causes_of(&self, instrument: &str) -> Vec<&str> {
        let causes = self.body["causes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let own = causes.iter().filter(|cause| cause["instrument"].is_null() || cause["instrument"] == instrument);
        own.filter_map(|cause| cause["id"].as_str()).collect()
    }

    /// The evidence of the first cause with this id.
    pub(crate) fn evidence(&self, cause: &str) -> Value {
        let causes = self.body["causes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = causes.iter().find(|found| found["id"] == cause);
        found.map_or(Value::Null, |found| found["evidence"].clone())
    }
}

/// A text field of a JSON object.
pub(crate) fn text(body: &Value, field: &str) -> Result<String, Failure> {
    let found = body[field].as_str().map(str::to_owned);
    found.ok_or_else(|| Failure::usage(format!("the answer has no {field}: {body}")))
}
