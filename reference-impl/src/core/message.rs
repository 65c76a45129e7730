//! Messages to participants.

use super::authenticate::Caller;
use super::call::{Call, Refusal};
use super::transaction::{Transaction, respond_empty};
use invite_spec::error::Failure;
use invite_spec::push::ConferenceMessageReceived;
use invite_spec::{rest, sdk};
use serde_json::Value;

/// An application server sends a message in the name of a person.
pub(super) fn send_by_rest(
    tx: &mut Transaction<'_>,
    call: &Call,
    _: &Caller,
) -> Result<Value, Refusal> {
    let conference = tx.conference_of(call)?;
    let request: rest::message::Request = call.read()?;
    tx.rules.messages().check_message(&request.message)?;
    let sender = tx.tenant.by_external_id(&request.from);
    let sender = sender.filter(|person| {
        conference.membership(&person.id).is_some_and(|membership| !membership.is_kicked())
    });
    let Some(sender) = sender else {
        return Err(Refusal::new(
            Failure::NoSuchParticipant,
            "from: there is no such participant in this conference",
        ));
    };
    let to = request.to.as_deref();
    let to = tx.rules.messages().recipients_of_rest_message(tx.tenant, conference, &sender.id, to);
    let message = ConferenceMessageReceived {
        conference_id: Some((&conference.id).into()),
        user_id: (&sender.id).into(),
        message: request.message,
    };
    tx.deliver(to, message);
    respond_empty()
}

/// A participant sends a message.
pub(super) fn send_by_sdk(
    tx: &mut Transaction<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let admission = tx.admit(call, caller)?;
    let request: sdk::send::Request = call.read()?;
    tx.rules.messages().check_message(&request.message)?;
    let conference = tx.conference(admission.conference.as_str())?;
    let to = tx.rules.messages().recipients_of_sdk_message(tx.tenant, conference, &admission.user);
    let message = ConferenceMessageReceived {
        conference_id: Some((&admission.conference).into()),
        user_id: (&admission.user).into(),
        message: request.message,
    };
    tx.deliver(to, message);
    respond_empty()
}
