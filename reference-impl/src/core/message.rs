//! Messages to participants.

use super::authenticate::Caller;
use super::call::{Call, Refusal};
use super::turn::{Turn, done};
use invite_spec::error::Failure;
use invite_spec::push::ConferenceMessageReceived;
use invite_spec::{rest, sdk};
use serde_json::Value;

/// An application server sends a message in somebody's name.
pub(super) fn send_by_rest(turn: &mut Turn<'_>, call: &Call, _: &Caller) -> Result<Value, Refusal> {
    let conference = turn.conference_of(call)?;
    let request: rest::message::Request = call.read()?;
    turn.rules.checks_message(&request.message)?;
    let sender = turn.world.by_external_id(&request.from);
    let sender = sender.filter(|person| turn.rules.may_be_sender(conference, &person.id));
    let Some(sender) = sender else {
        return Err(Refusal::new(
            Failure::NoSuchParticipant,
            "from: there is no such participant in this conference",
        ));
    };
    let to = request.to.as_deref();
    let to = turn.rules.receives_message(turn.world, conference, &sender.id, to);
    let message = ConferenceMessageReceived {
        conference_id: Some((&conference.id).into()),
        user_id: (&sender.id).into(),
        message: request.message,
    };
    turn.deliver(to, message);
    done()
}

/// A participant sends a message.
pub(super) fn send_by_sdk(
    turn: &mut Turn<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let entry = turn.enter(call, caller)?;
    let request: sdk::send::Request = call.read()?;
    turn.rules.checks_message(&request.message)?;
    let conference = turn.conference(entry.conference.as_str())?;
    let to = turn.rules.receives_sent(turn.world, conference, &entry.user);
    let message = ConferenceMessageReceived {
        conference_id: Some((&entry.conference).into()),
        user_id: (&entry.user).into(),
        message: request.message,
    };
    turn.deliver(to, message);
    done()
}
