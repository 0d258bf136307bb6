//! Which banks' cards can be bound.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_explain::words::bank_label;
use utoipa::ToSchema;

use crate::app::Shared;
use crate::lang::Wanted;

/// A bank whose cards can be bound.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardBankBody {
    /// Its id.
    #[schema(example = "icbc")]
    bank: &'static str,
    /// Its name in the reader's language.
    name: String,
    /// The kinds of its cards that can be bound: debit, credit, prepaid.
    kinds: Vec<&'static str>,
}

/// Lists the banks whose cards can be bound.
#[utoipa::path(
    get, path = "/v1/card-banks", tag = "bindings",
    params(("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses((status = 200, body = [CardBankBody]))
)]
pub(crate) async fn list(State(app): State<Shared>, Wanted(lang): Wanted) -> Json<Vec<CardBankBody>> {
    let body = |(bank, kinds): &(tantu_domain::bank::Bank, Vec<tantu_domain::card::CardKind>)| CardBankBody {
        bank: bank.id(),
        name: bank_label(bank.id(), lang).to_owned(),
        kinds: kinds.iter().map(|kind| kind.id()).collect(),
    };
    Json(app.engine.policy().cards.banks.iter().map(body).collect())
}
