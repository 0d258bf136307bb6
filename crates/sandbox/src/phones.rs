//! Phones: where texts end up, whoever sends them.
//!
//! A bank's code and a merchant's message arrive in the same phone; only the sender of a message learns what became of
//! it. What the payer sees is [`Phones::read`], and it marks nothing: no carrier tells whether a text was read. A phone
//! can lose, delay, reject or intercept what is sent to it; one that nobody has set up receives everything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

/// What a phone does with texts that come from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Behaviour {
    /// It shows them.
    #[default]
    Receives,
    /// They vanish on the way, and nobody is told.
    Loses,
    /// The carrier holds them for so many seconds of business time.
    Delays(i64),
    /// The carrier refuses them: the number is barred or does not exist.
    Rejects,
    /// The phone takes them and hides them in its list of intercepted texts.
    Intercepts,
}

/// The names of the behaviours on the control port.
pub(crate) const BEHAVIOURS: [&str; 5] = ["receives", "loses", "delays", "rejects", "intercepts"];

impl Behaviour {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Receives => "receives",
            Self::Loses => "loses",
            Self::Delays(_) => "delays",
            Self::Rejects => "rejects",
            Self::Intercepts => "intercepts",
        }
    }
}

/// What the carrier knows of a text that it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Shown,
    Lost,
    /// Shown at this business time.
    Held(Timestamp),
    Rejected,
    /// The phone acknowledged it and did not show it.
    Hidden,
}

/// A text in a phone.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) from: String,
    pub(crate) body: String,
    pub(crate) shown_at: Timestamp,
    pub(crate) intercepted: bool,
}

/// One phone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phone {
    pub(crate) behaviour: Behaviour,
    pub(crate) texts: Vec<Text>,
}

/// All phones of one sandbox.
pub(crate) struct Phones {
    clock: Arc<Clock>,
    phones: Mutex<BTreeMap<String, Phone>>,
}

impl Phones {
    pub(crate) fn new(clock: Arc<Clock>) -> Self {
        Self { clock, phones: Mutex::default() }
    }

    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<String, Phone>) -> T) -> T {
        act(&mut self.phones.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sends a text; what the carrier then knows is for its sender alone.
    pub(crate) fn send(&self, from: &str, to: &str, body: &str) -> Fate {
        let now = self.clock.business_now();
        self.with(|phones| {
            let phone = phones.entry(to.to_owned()).or_default();
            let fate = match phone.behaviour {
                Behaviour::Receives => Fate::Shown,
                Behaviour::Loses => Fate::Lost,
                Behaviour::Delays(seconds) => {
                    Fate::Held(now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now))
                }
                Behaviour::Rejects => Fate::Rejected,
                Behaviour::Intercepts => Fate::Hidden,
            };
            let shown_at = if let Fate::Held(until) = fate { until } else { now };
            if !matches!(fate, Fate::Lost | Fate::Rejected) {
                let intercepted = fate == Fate::Hidden;
                phone.texts.push(Text { from: from.to_owned(), body: body.to_owned(), shown_at, intercepted });
            }
            fate
        })
    }

    /// The texts that the phone shows by now, or those that it hides; the newest last.
    pub(crate) fn read(&self, number: &str, intercepted: bool) -> Vec<Text> {
        let now = self.clock.business_now();
        let shows = |text: &&Text| text.intercepted == intercepted && text.shown_at <= now;
        self.with(|phones| {
            phones.get(number).map(|phone| phone.texts.iter().filter(shows).cloned().collect()).unwrap_or_default()
        })
    }

    /// Sets what the phone does from now on.
    pub(crate) fn set(&self, number: &str, behaviour: Behaviour) {
        self.with(|phones| phones.entry(number.to_owned()).or_default().behaviour = behaviour);
    }

    pub(crate) fn behaviour(&self, number: &str) -> Behaviour {
        self.with(|phones| phones.get(number).map(|phone| phone.behaviour).unwrap_or_default())
    }

    /// Every phone that was set up or was sent something, with how many texts it took.
    pub(crate) fn list(&self) -> Vec<(String, Behaviour, usize)> {
        self.with(|phones| {
            phones.iter().map(|(number, phone)| (number.clone(), phone.behaviour, phone.texts.len())).collect()
        })
    }
}
