//! The people on the registry's record, and whether the registry's sources answer.

use std::sync::atomic::Ordering;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Controlled;
use super::body::{Body, Problem};
use crate::people::{Person, is_certificate_number};

pub(crate) async fn list(State(controlled): State<Controlled>) -> Json<Value> {
    Json(controlled.registry.people.list().iter().map(view).collect())
}

/// Puts a person on record, in the place of whoever had the number.
pub(crate) async fn keep(
    State(controlled): State<Controlled>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let body = Body::read(&bytes, &["name", "certificate_number", "phones"])?;
    let name = body.text("name")?.ok_or_else(|| Problem::field("name", "is required"))?;
    let number = body.text("certificate_number")?.filter(|number| is_certificate_number(number));
    let number = number.ok_or_else(|| {
        Problem::field("certificate_number", "has to be 17 digits with a date of birth that was, and their check digit")
    })?;
    let person = Person { name, certificate_number: number, phones: body.texts("phones")?.unwrap_or_default() };
    let view = view(&person);
    controlled.registry.people.keep(person);
    Ok((StatusCode::CREATED, Json(view)))
}

pub(crate) async fn remove(
    State(controlled): State<Controlled>,
    Path(certificate_number): Path<String>,
) -> Result<Json<Value>, Problem> {
    if controlled.registry.people.remove(&certificate_number) {
        return Ok(Json(json!({ "removed": 1 })));
    }
    Err(Problem::not_found("nobody of this number is on record: GET /people lists all"))
}

pub(crate) async fn registry(State(controlled): State<Controlled>) -> Json<Value> {
    Json(json!({ "available": controlled.registry.available.load(Ordering::Relaxed) }))
}

pub(crate) async fn change_registry(
    State(controlled): State<Controlled>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, &["available"])?;
    let available = body.flag("available")?.ok_or_else(|| Problem::field("available", "is required"))?;
    controlled.registry.available.store(available, Ordering::Relaxed);
    Ok(Json(json!({ "available": available })))
}

fn view(person: &Person) -> Value {
    json!({ "name": person.name, "certificate_number": person.certificate_number, "phones": person.phones })
}
