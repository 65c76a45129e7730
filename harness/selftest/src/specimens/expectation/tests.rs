use super::edit::{Edit, edited, set};
use invite_trace::{Content, Ended, Entry, Event, Stop, StopReason, Trace, View};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

fn entry(event: Event) -> Entry {
    Entry { at_us: 0, step: "1".to_owned(), actor: "bob".to_owned(), event }
}

fn frame(number: u64) -> Event {
    Event::Received { socket: 1, body: Content::Json(json!({ "number": number })) }
}

fn trace() -> Trace {
    let events = [
        frame(0),
        Event::Fence { socket: 1, conference: "fence".to_owned() },
        frame(2),
        Event::Fenced { socket: 1, since: 1 },
    ];
    Trace {
        scenario: "some".to_owned(),
        view: View::Whole,
        epoch_us: 0,
        bindings: Default::default(),
        tokens: BTreeMap::new(),
        entries: events.into_iter().map(entry).collect(),
        ended: Ended::Complete,
    }
}

#[test]
fn a_fence_keeps_its_place_when_entries_come_and_go() {
    let removed = edited(&trace(), &[Edit::Remove { places: BTreeSet::from([0]) }]);
    assert_eq!(removed.entries.len(), 3);
    assert_eq!(removed.entries[2].event, Event::Fenced { socket: 1, since: 0 });
    let inserted = edited(&trace(), &[Edit::Insert { before: 1, entry: entry(frame(9)) }]);
    assert_eq!(inserted.entries[1].event, frame(9));
    assert_eq!(inserted.entries[4].event, Event::Fenced { socket: 1, since: 2 });
}

#[test]
fn nothing_happens_after_a_stop_but_what_is_inserted_there() {
    let stop = Stop {
        step: "1".to_owned(),
        actor: "bob".to_owned(),
        reason: StopReason::NotAJwt,
        requirement: None,
    };
    let edits = [
        Edit::Insert { before: 2, entry: entry(frame(9)) },
        Edit::Stop { before: 2, stop: Box::new(stop.clone()) },
    ];
    let stopped = edited(&trace(), &edits);
    assert_eq!(stopped.entries.len(), 3);
    assert_eq!(stopped.entries[2].event, frame(9));
    assert_eq!(stopped.ended, Ended::Stopped(stop));
}

#[test]
fn a_value_is_set_where_its_pointer_says_and_taken_away_again() {
    let mut value = json!({ "a": [{ "b/c": 1 }] });
    set(&mut value, "/a/0/b~1c", Some(json!(2)));
    set(&mut value, "/d/e", Some(json!(true)));
    assert_eq!(value, json!({ "a": [{ "b/c": 2 }], "d": { "e": true } }));
    set(&mut value, "/a/0", None);
    set(&mut value, "/d/e", None);
    set(&mut value, "/nobody/knows", None);
    assert_eq!(value, json!({ "a": [], "d": {} }));
}
