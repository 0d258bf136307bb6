//! Callers who wait for a payment to move. Everything that moves one wakes them; they look for themselves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantu_domain::ids::PaymentId;
use tokio::sync::Notify;

/// The callers who wait.
#[derive(Debug, Default)]
pub(crate) struct WaitingCallers {
    bells: Mutex<HashMap<PaymentId, Arc<Notify>>>,
}

impl WaitingCallers {
    /// A bell for a payment. Take it before looking at the payment, so that no ring is missed.
    pub(crate) fn bell(&self, payment: PaymentId) -> Arc<Notify> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        bells.retain(|_, bell| Arc::strong_count(bell) > 1);
        bells.entry(payment).or_default().clone()
    }

    /// Rings it.
    pub(crate) fn ring(&self, payment: PaymentId) {
        self.ring_all([payment]);
    }

    /// Rings those of several payments.
    pub(crate) fn ring_all(&self, payments: impl IntoIterator<Item = PaymentId>) {
        let bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        if bells.is_empty() {
            return;
        }
        for bell in payments.into_iter().filter_map(|payment| bells.get(&payment)) {
            bell.notify_waiters();
        }
    }
}
