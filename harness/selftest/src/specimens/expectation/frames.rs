//! Frames that a clause forbids.

use super::edit::set;
use super::values::right;
use invite_judge::history::History;
use invite_scenario::matching::{Context, Pattern, fits, names, subject};
use invite_spec::push::FrameType;
use serde_json::{Value, json};

/// The most frames of the trace itself that are tried as they are, or nearly so.
const MOST: usize = 6;

/// Frames that match the pattern, for the target to push where it must not: those of the trace
/// first, then examples, each changed where the pattern asks for it.
pub(super) fn matching(
    history: &History<'_>,
    pattern: Pattern<'_>,
    context: Context<'_>,
) -> Vec<Value> {
    let is_meant = |frame: &&Value| pattern.is_of_type(frame) && !history.is_of_fence(frame);
    let pushed = history.sockets.iter().flat_map(|socket| socket.values());
    let seen = pushed.map(|(_, frame)| frame).filter(is_meant).take(MOST).cloned();
    let examples = match pattern.frame {
        Some(kind) => vec![kind],
        None => FrameType::ALL.to_vec(),
    };
    let examples = examples.into_iter().map(|kind| kind.kind().payload.example());
    let all = seen.chain(examples).map(|frame| changed(frame, pattern, context));
    all.filter(|frame| pattern.matches(frame, context)).collect()
}

/// The frame, about whom and with what the pattern says.
fn changed(mut frame: Value, pattern: Pattern<'_>, context: Context<'_>) -> Value {
    if let Some(who) = pattern.about
        && !names(subject(&frame), who, context.bindings)
    {
        let person = who.split('/').next().unwrap_or(who);
        let external = context.bindings.text(person).map(|id| json!(id));
        let user = context.bindings.text(&format!("{person}.user")).map(|id| json!(id));
        let inner = ["participant", "inviter"]
            .into_iter()
            .find(|it| frame.get(*it).is_some_and(Value::is_object));
        let prefix = inner.map_or(String::new(), |name| format!("/{name}"));
        for field in ["user_id", "userId", "participant_id"] {
            let pointer = format!("{prefix}/{field}");
            if frame.pointer(&pointer).is_some() {
                set(&mut frame, &pointer, user.clone());
            }
        }
        set(&mut frame, &format!("{prefix}/externalId"), external);
    }
    for (pointer, matcher) in pattern.fits {
        let pointer = context.bindings.resolve_string(pointer).unwrap_or_else(|_| pointer.clone());
        if fits(matcher, frame.pointer(&pointer), context).is_err() {
            set(&mut frame, &pointer, right(matcher, context));
        }
    }
    frame
}
