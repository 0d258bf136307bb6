//! Reading a control request strictly, and refusing it so that the reader knows what to write instead.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// A refusal: what is wrong, in which field, and what would be right.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    field: Option<String>,
    error: String,
    allowed: Vec<String>,
}

impl Problem {
    pub(crate) fn field(name: &str, error: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, field: Some(name.to_owned()), error: error.into(), allowed: Vec::new() }
    }

    pub(crate) fn not_found(error: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, field: None, error: error.into(), allowed: Vec::new() }
    }

    fn malformed(error: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, field: None, error: error.into(), allowed: Vec::new() }
    }

    pub(crate) fn allowing<'a>(mut self, allowed: impl IntoIterator<Item = &'a str>) -> Self {
        self.allowed = allowed.into_iter().map(str::to_owned).collect();
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("error".to_owned(), Value::from(self.error));
        if let Some(field) = self.field {
            body.insert("field".to_owned(), Value::from(field));
        }
        if !self.allowed.is_empty() {
            body.insert("allowed".to_owned(), json!(self.allowed));
        }
        (self.status, axum::Json(Value::Object(body))).into_response()
    }
}

pub(crate) async fn no_such_route() -> Problem {
    Problem::not_found("no such address on the control port").allowing([
        "GET /credentials",
        "GET|POST|DELETE /faults",
        "DELETE /faults/{id}",
        "GET /truth",
        "GET /calls",
        "GET|POST /clock",
        "GET|POST /alipay/buyers",
        "GET|PATCH /alipay/buyers/{id}",
        "POST /alipay/buyers/{id}/top-up",
        "POST /alipay/buyers/{id}/payment-code",
        "POST /alipay/trades/{out_trade_no}/confirm",
        "GET /alipay/buyers/{id}/agreements",
        "PATCH /alipay/agreements/{agreement_no}",
        "POST /alipay/agreements/{agreement_no}/unsign",
        "GET|POST /unionpay/merchants",
        "PATCH /unionpay/merchants/{mer_id}",
        "GET /unionpay/orders",
        "GET /unionpay/orders/{order_id}",
        "GET /unionpay/tokens",
        "PATCH /unionpay/tokens/{token}",
        "GET /banks",
        "PATCH /banks/{id}",
        "GET|POST /cards",
        "GET|PATCH /cards/{number}",
        "POST /cards/{number}/pay-in",
        "GET /phones",
        "GET|PATCH /phones/{number}",
        "GET /phones/{number}/messages",
        "GET|POST /people",
        "DELETE /people/{certificate_number}",
        "GET|PATCH /registry",
    ])
}

/// A JSON object whose fields are all known.
pub(crate) struct Body {
    fields: Map<String, Value>,
}

impl Body {
    /// No body at all is an empty object.
    pub(crate) fn read(bytes: &[u8], known: &[&str]) -> Result<Self, Problem> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self { fields: Map::new() });
        }
        let fields = match serde_json::from_slice(bytes) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err(Problem::malformed("the body has to be a JSON object").allowing(known.iter().copied())),
            Err(error) => return Err(Problem::malformed(format!("the body is not JSON: {error}"))),
        };
        match fields.keys().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => Err(Problem::field(unknown, "unknown field").allowing(known.iter().copied())),
            None => Ok(Self { fields }),
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(Value::is_null)
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
            Some(_) => Err(Problem::field(name, "has to be a non-empty text")),
        }
    }

    /// A list of non-empty texts.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Problem> {
        let wanted = || Problem::field(name, "has to be a list of non-empty texts");
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => {
                let text = |item: &Value| item.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
                items.iter().map(text).collect::<Option<Vec<_>>>().map(Some).ok_or_else(wanted)
            }
            Some(_) => Err(wanted()),
        }
    }

    /// One of several names, if it is there.
    pub(crate) fn some_of<T: Copy>(&self, name: &str, allowed: &[(&str, T)]) -> Result<Option<T>, Problem> {
        if self.text(name)?.is_none() {
            return Ok(None);
        }
        let names: Vec<&str> = allowed.iter().map(|(name, _)| *name).collect();
        let text = self.one_of(name, &names)?;
        Ok(allowed.iter().find(|(name, _)| *name == text).map(|(_, value)| *value))
    }

    pub(crate) fn one_of(&self, name: &str, allowed: &[&str]) -> Result<String, Problem> {
        let text = self.text(name)?;
        let text = text.ok_or_else(|| Problem::field(name, "is required").allowing(allowed.iter().copied()))?;
        if allowed.contains(&text.as_str()) {
            return Ok(text);
        }
        Err(Problem::field(name, format!("unknown value {text:?}")).allowing(allowed.iter().copied()))
    }

    /// A whole number that is not negative.
    pub(crate) fn count(&self, name: &str) -> Result<Option<i64>, Problem> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let count = value.as_i64().filter(|count| *count >= 0);
                count.map(Some).ok_or_else(|| Problem::field(name, "has to be a whole number, nought or more"))
            }
        }
    }

    pub(crate) fn small_count(&self, name: &str) -> Result<Option<u32>, Problem> {
        let Some(count) = self.count(name)? else { return Ok(None) };
        u32::try_from(count).map(Some).map_err(|_| Problem::field(name, "has to be less than 4294967296"))
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(Problem::field(name, "has to be true or false")),
        }
    }
}
