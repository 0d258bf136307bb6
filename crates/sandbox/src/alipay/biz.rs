//! `biz_content`: the parameters of the business as one JSON object.

use serde_json::{Map, Value};

use super::call::{Method, Refusal};
use crate::money::Fen;

/// The parsed object. A field is read under the name that Alipay publishes; unknown fields are ignored, as there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Biz {
    fields: Map<String, Value>,
}

impl Biz {
    /// An absent `biz_content` is an empty object; anything but an object is `None`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.trim().is_empty() {
            return Some(Self::default());
        }
        match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => Some(Self { fields }),
            _ => None,
        }
    }

    /// A non-empty text; a number is taken as it is written, because amounts are typed "price" and may come bare.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.fields.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        }
    }

    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        match self.fields.get(name) {
            Some(Value::Object(fields)) => Some(Self { fields: fields.clone() }),
            _ => None,
        }
    }

    pub(crate) fn required(&self, method: Method, name: &str, longest: usize) -> Result<String, Refusal> {
        let text = self.text(name).ok_or_else(|| Refusal::invalid(method, name, "必填，不能为空"))?;
        if text.chars().count() > longest {
            return Err(Refusal::invalid(method, name, &format!("长度不能超过 {longest}")));
        }
        Ok(text)
    }

    /// An amount in yuan, more than nothing.
    pub(crate) fn amount(&self, method: Method, name: &str) -> Result<Fen, Refusal> {
        let wanted = "单位为元，大于 0，最多两位小数，例如 88.88";
        let text = self.required(method, name, 16)?;
        Fen::parse(&text).filter(|amount| *amount > Fen::ZERO).ok_or_else(|| Refusal::invalid(method, name, wanted))
    }
}
