//! The steps of a plan as something to press: each operation that we can carry out is a button.

use std::cell::RefCell;

use maud::{Markup, html};
use tantu_domain::cause::Who;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{InstrumentId, PaymentId};
use tantu_domain::operation::Operation;
use tantu_explain::Step;
use tantu_explain::words::{OperationWords, fill, step as step_words, who_label};

use crate::app::App;
use crate::pages::cases;
use crate::pages::cashier::{Opened, path};
use crate::pages::identity;
use crate::pages::limits;
use crate::pages::pay_later;
use crate::pages::visitor::{Visitor, from_order};
use crate::secret::fresh_token;

/// What a step's button does.
enum Door {
    /// A form that is sent to this path, about this instrument.
    Form(&'static str, Option<InstrumentId>),
    /// A link.
    Link(String),
}

/// The buttons of one page. Forms cannot stand within forms, so each button names its form and the forms
/// are written once, at the end.
pub(crate) struct Steps<'a> {
    visitor: &'a Visitor,
    opened: &'a Opened,
    forms: RefCell<Vec<(String, &'static str, Option<InstrumentId>)>>,
}

/// The page that explains what stops an instrument.
pub(crate) fn explained(app: &App, payment: PaymentId, instrument: InstrumentId) -> String {
    format!("{}&instrument={instrument}", path(app, payment, "/result"))
}

/// Whether a step only lets time pass, or others act.
pub(crate) fn is_wait(step: &Step) -> bool {
    matches!(step.operation, Operation::Wait | Operation::WaitUntil)
}

impl<'a> Steps<'a> {
    pub(crate) fn new(visitor: &'a Visitor, opened: &'a Opened) -> Self {
        Self { visitor, opened, forms: RefCell::default() }
    }

    /// The small button beside a blocked instrument: the first step if we can carry it out, else the page
    /// that explains everything.
    pub(crate) fn way_out(&self, findings: &[Finding], instrument: InstrumentId) -> Markup {
        let telling = self.opened.telling(self.visitor);
        let payable = self.opened.verdict.can_pay_with();
        let plan = telling.plan(findings, &payable, Some(instrument));
        let context = telling.context(&payable);
        let first = plan.steps.iter().find(|step| step.operation != Operation::Resume);
        let first = first.filter(|step| !is_wait(step));
        let pressed = first.and_then(|step| {
            let door = self.door(step)?;
            let title = self.title(&door, step, &step_words(step, self.visitor.lang, &context));
            Some((door, title))
        });
        let why = explained(&self.visitor.app, self.opened.payment.id, instrument);
        html! {
            span.ways {
                @if let Some((door, title)) = &pressed {
                    (self.control(door, title, "small"))
                    a.why href=(why) { (self.visitor.words.why) }
                } @else {
                    a.button.small href=(why) { (self.visitor.words.way_out) }
                }
            }
        }
    }

    /// One step of a plan, with its number, and its button unless that would be of no use yet. Who acts is said if it
    /// is not the payer; where, if it is not here.
    pub(crate) fn step(&self, number: usize, step: &Step, said: &OperationWords, button: Option<&str>) -> Markup {
        let words = self.visitor.words;
        let door = self.door(step);
        let elsewhere = door.is_none() && !said.place.is_empty();
        html! {
            li.step {
                span.number aria-hidden="true" { (number) }
                div {
                    h3 { (said.title) }
                    p { (said.what) }
                    dl.facts {
                        @if step.who != Who::Payer {
                            dt { (words.who_label) } dd { (who_label(step.who, self.visitor.lang)) }
                        }
                        @if elsewhere { dt { (words.where_label) } dd { (said.place) } }
                        @if !said.takes.is_empty() { dt { (words.takes_label) } dd { (said.takes) } }
                    }
                    @if let (Some(door), Some(class)) = (door, button) {
                        (self.control(&door, &self.title(&door, step, said), class))
                    }
                }
            }
        }
    }

    /// Whether a step is carried out here.
    pub(crate) fn is_here(&self, step: &Step) -> bool {
        self.door(step).is_some()
    }

    /// What stands on a step's button: one that may charge says how much, and a wait has only a look to offer.
    fn title(&self, door: &Door, step: &Step, said: &OperationWords) -> String {
        let words = self.visitor.words;
        match door {
            Door::Form("/recheck", _) => {
                fill(words.recheck_pay_button, &[("amount", &self.opened.payment.amount.to_string())])
            }
            Door::Link(_) if is_wait(step) => words.refresh_button.to_owned(),
            Door::Form(..) | Door::Link(_) => said.title.clone(),
        }
    }

    /// The button that pays with an instrument.
    pub(crate) fn pay(&self, instrument: InstrumentId, class: &str) -> Markup {
        let label = self.opened.telling(self.visitor).label(instrument).unwrap_or_default();
        let amount = self.opened.payment.amount.to_string();
        let title = fill(self.visitor.words.pay_with_amount, &[("instrument", &label), ("amount", &amount)]);
        self.control(&Door::Form("/pay", Some(instrument)), &title, class)
    }

    /// The forms that the buttons name. Written after all buttons.
    pub(crate) fn forms(&self) -> Markup {
        html! {
            @for (id, under, instrument) in self.forms.borrow().iter() {
                form id=(id) method="post" action=(path(&self.visitor.app, self.opened.payment.id, under)) {
                    input type="hidden" name="csrf" value=(self.visitor.form_token());
                    @if matches!(*under, "/pay" | "/recheck") { input type="hidden" name="nonce" value=(fresh_token("").unwrap_or_default()); }
                    @if let Some(instrument) = instrument { input type="hidden" name="instrument" value=(instrument); }
                }
            }
        }
    }

    fn control(&self, door: &Door, title: &str, class: &str) -> Markup {
        match door {
            Door::Link(href) => html! { a class={ "button " (class) } href=(href) { (title) } },
            Door::Form(under, instrument) => {
                let mut forms = self.forms.borrow_mut();
                let id = format!("step-{}", forms.len());
                forms.push((id.clone(), under, *instrument));
                html! { button type="submit" class=(class) form=(id) { (title) } }
            }
        }
    }

    fn door(&self, step: &Step) -> Option<Door> {
        let payment = self.opened.payment.id;
        let chosen = step.instrument.or_else(|| self.opened.payment.instrument());
        match step.operation {
            Operation::ChooseInstrument => {
                let cashier = path(&self.visitor.app, payment, "");
                Some(Door::Link(step.instrument.map_or(cashier.clone(), |id| format!("{cashier}&instrument={id}"))))
            }
            Operation::SignMandate => Some(Door::Form("/mandates", step.instrument)),
            Operation::SetPaymentPassword | Operation::AuthenticateStronger => {
                Some(Door::Link(path(&self.visitor.app, payment, "/set-password")))
            }
            Operation::ResetPaymentPassword => Some(Door::Link(path(&self.visitor.app, payment, "/reset-password"))),
            Operation::VerifyIdentity
            | Operation::RenewDocument
            | Operation::ConfirmInfo
            | Operation::BindPhone
            | Operation::RaiseTier
                if step.at.is_none() =>
            {
                Some(Door::Link(from_order(&self.visitor.app, payment, identity::PATH)))
            }
            Operation::Appeal | Operation::SecureAccount if step.at.is_none() => {
                Some(Door::Link(from_order(&self.visitor.app, payment, cases::PATH)))
            }
            Operation::RaiseLimit if step.at.is_none() => Some(Door::Link(limits::PATH.to_owned())),
            Operation::TopUp if step.at.is_none() => Some(Door::Link(path(&self.visitor.app, payment, "/top-up"))),
            // At a third party it is asked for there.
            Operation::RequestUnfreeze if step.at.is_none() => Some(Door::Form("/unfreeze-requests", None)),
            Operation::OpenTicket => Some(Door::Link(path(&self.visitor.app, payment, "/ticket"))),
            Operation::RepayBill | Operation::UnfreezeLine => Some(Door::Link(pay_later::PATH.to_owned())),
            Operation::EnableAutoRepay => Some(Door::Link(format!("{}/auto-repay", pay_later::PATH))),
            Operation::ViewCreditReport => Some(Door::Link(format!("{}/credit", pay_later::PATH))),
            Operation::Recheck => step.instrument.map(|id| Door::Form("/recheck", Some(id))),
            Operation::Resume => Some(Door::Form("/pay", chosen)),
            Operation::AwaitResult => Some(Door::Link(path(&self.visitor.app, payment, "/result"))),
            Operation::Wait | Operation::WaitUntil => {
                let look = path(&self.visitor.app, payment, "/result");
                Some(Door::Link(chosen.map_or(look, |id| explained(&self.visitor.app, payment, id))))
            }
            _ => None,
        }
    }
}
