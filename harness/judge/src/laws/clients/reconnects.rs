//! A client whose WebSocket is lost comes back with its session.

use super::{end_ms, evidence, ms};
use crate::history::{Attempt, History, Socket};
use crate::laws::{Findings, Law};
use invite_spec::endpoint::Operation;
use invite_spec::requirement::id;
use invite_trace::{ClientDeadline, ClientExpected, ClientSeen, LawName, SocketEnd};

pub(crate) const LAW: Law = Law {
    name: LawName::ClientReconnects,
    says: "A client whose WebSocket is lost opens another one with the same session token, unless it \
           has one or the server no longer accepts the session, and waits longer and longer between \
           failed attempts.",
    requirements: &[id::CLI_009, id::CLI_010],
    besides: &[],
    examine,
};

/// The second wait, in milliseconds: it and all further ones lie between two attempts.
const SECOND_WAIT_MS: u64 = 100;

/// The longest wait, in milliseconds.
const LONGEST_WAIT_MS: u64 = 2_000;

/// From how many attempts on their spacing shows.
const FEWEST: usize = 4;

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in &history.sockets {
        if let (Some(lost), Some(SocketEnd::Target)) = (socket.closed_at, socket.closed_by)
            && !has_logged_out(history, socket, lost)
        {
            comes_back(history, socket, lost, findings);
        }
    }
}

/// A server closes the WebSocket of a session that logs out.
fn has_logged_out(history: &History<'_>, socket: &Socket<'_>, lost: usize) -> bool {
    let mut logouts = history.calls_of(Operation::Logout);
    logouts.any(|it| it.session() == Some(socket.session) && it.asked_at < lost)
}

/// A client whose network changes may have opened the next WebSocket before the server gives the
/// earlier one up.
fn is_back(history: &History<'_>, socket: &Socket<'_>, lost: usize) -> bool {
    history.sockets.iter().any(|other| {
        other.number != socket.number
            && other.session == socket.session
            && other.opened_at < lost
            && other.closed_at.is_none_or(|closed| closed > lost)
    })
}

/// When the server first said that it no longer accepts a session: to a WebSocket, or to a call.
fn rejected(history: &History<'_>, session: &str, lost: usize) -> Option<usize> {
    let attempts = history.attempts.iter().filter(|it| it.session == session && it.is_rejected);
    let calls = history.exchanges.iter().filter(|it| it.session() == Some(session));
    let replies = calls.filter_map(|it| it.reply.as_ref()).filter(|reply| reply.status == 401);
    attempts.map(|it| it.at).chain(replies.map(|it| it.at)).filter(|at| *at > lost).min()
}

fn comes_back(history: &History<'_>, socket: &Socket<'_>, lost: usize, findings: &mut Findings) {
    if is_back(history, socket, lost) {
        findings.observe(id::CLI_009);
        return;
    }
    let later = history.attempts.iter().filter(|it| it.at > lost && it.session == socket.session);
    let attempts: Vec<&Attempt<'_>> = later.collect();
    let rejected = rejected(history, socket.session, lost);
    // Who has tried, or was told that it is in vain, may identify anew.
    let first = attempts.first().map(|it| it.at).into_iter().chain(rejected).min();
    let mut identifies = history.calls_of(Operation::Identify);
    let anew = identifies.find(|it| {
        it.actor == socket.actor
            && it.asked_at > lost
            && first.is_none_or(|first| it.asked_at < first)
    });
    if let Some(anew) = anew {
        let evidence = evidence(ClientExpected::Reconnects, ClientSeen::NewIdentify);
        findings.breach(id::CLI_009, evidence.at([lost, anew.asked_at]));
        return;
    }
    let was_rejected = attempts.iter().any(|it| it.is_rejected);
    if was_rejected || attempts.iter().any(|it| it.is_open) {
        findings.observe(id::CLI_009);
    } else if rejected.is_none() {
        // It has to try for so long; where the trace ends sooner, it shows nothing.
        let patience = ClientDeadline::Reconnect.ms();
        let last = attempts.last().map_or(lost, |it| it.at);
        let gave_up = ms(history, last) < ms(history, lost) + patience;
        let silence = end_ms(history).saturating_sub(ms(history, last));
        if gave_up && silence >= patience {
            let evidence =
                evidence(ClientExpected::Reconnects, ClientSeen::Silence { ms: silence });
            findings.breach(id::CLI_009, evidence.at([lost]));
        }
    }
    spacing(history, &attempts, findings);
}

/// A client may wait half as long as the vendor's own does: more often is a storm.
fn spacing(history: &History<'_>, attempts: &[&Attempt<'_>], findings: &mut Findings) {
    let of_loss = attempts.iter().position(|it| it.is_open).map_or(attempts.len(), |at| at + 1);
    let attempts = &attempts[..of_loss];
    let (Some(first), Some(last)) = (attempts.first(), attempts.last()) else { return };
    if attempts.len() < FEWEST {
        return;
    }
    findings.observe(id::CLI_010);
    let waits = std::iter::successors(Some(SECOND_WAIT_MS), |wait| {
        Some(LONGEST_WAIT_MS.min(wait.saturating_mul(2)))
    });
    let usual: u64 = waits.take(attempts.len() - 1).sum();
    let within_ms = ms(history, last.at).saturating_sub(ms(history, first.at));
    if within_ms < usual / 2 {
        let seen = ClientSeen::Attempts { count: attempts.len(), within_ms };
        findings.breach(id::CLI_010, evidence(ClientExpected::Spaced, seen).at([last.at]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use serde_json::json;

    fn lost() -> Story {
        let mut story = Story::of(&["bob"]);
        story.loses("bob");
        story
    }

    #[test]
    fn the_same_session_again_holds() {
        let mut story = lost();
        story.open("bob");
        story.holds(&LAW, &[id::CLI_009]);
    }

    #[test]
    fn a_new_identify_breaks_it() {
        let mut story = lost();
        story.session("bob");
        // The builder asks for a client access token first.
        assert_eq!(story.only_breach(&LAW).evidence.seen.to_string(), "a new identify");
    }

    #[test]
    fn who_has_opened_the_next_one_already_is_back() {
        let mut story = Story::of(&["bob"]);
        story.opens_another("bob");
        story.loses("bob");
        story.passes_ms("alice", 11_000);
        story.holds(&LAW, &[id::CLI_009]);
    }

    #[test]
    fn another_one_that_was_lost_before_is_no_return() {
        let mut story = Story::of(&["bob"]);
        let other = story.opens_another("bob");
        story.loses("bob");
        story.loses_socket("bob", other);
        story.passes_ms("alice", 11_000);
        assert_eq!(story.only_breach(&LAW).requirement, id::CLI_009);
    }

    #[test]
    fn a_session_that_is_no_longer_accepted_is_given_up() {
        for status in [401, 403] {
            let mut story = lost();
            story.is_refused_at_the_door("bob", status);
            story.passes_ms("alice", 15_000);
            story.holds(&LAW, &[id::CLI_009]);
            story.session("bob");
            story.holds(&LAW, &[id::CLI_009]);
        }
    }

    #[test]
    fn a_call_may_show_that_the_session_is_no_longer_accepted() {
        let mut story = lost();
        story.call("bob", "POST /v1/conferences/c-1/leave", json!({}), 401, json!({}));
        story.session("bob");
        story.holds(&LAW, &[]);
    }

    #[test]
    fn a_server_that_is_busy_still_accepts_the_session() {
        let mut story = lost();
        story.is_not_let_in("bob");
        story.passes_ms("alice", 15_000);
        assert_eq!(story.only_breach(&LAW).requirement, id::CLI_009);
    }

    #[test]
    fn staying_away_breaks_it() {
        let mut story = lost();
        story.passes_ms("alice", 11_000);
        assert_eq!(story.only_breach(&LAW).requirement, id::CLI_009);
    }

    #[test]
    fn a_trace_that_ends_soon_shows_nothing() {
        let mut story = lost();
        story.passes_ms("alice", 9_000);
        story.holds(&LAW, &[]);
    }

    #[test]
    fn who_logs_out_stays_away() {
        let mut story = Story::of(&["bob"]);
        story.call("bob", "POST /v1/users/logout", json!({}), 200, json!({}));
        story.loses("bob");
        story.passes_ms("alice", 11_000);
        story.holds(&LAW, &[]);
    }

    #[test]
    fn attempts_that_are_spaced_out_hold() {
        let mut story = lost();
        for wait in [50, 100, 200, 400, 800] {
            story.passes_ms("bob", wait);
            story.is_not_let_in("bob");
        }
        story.passes_ms("bob", 1_600);
        story.open("bob");
        story.holds(&LAW, &[id::CLI_009, id::CLI_010]);
    }

    #[test]
    fn a_storm_of_attempts_breaks_it() {
        let mut story = lost();
        for _ in 0..4 {
            story.passes_ms("bob", 20);
            story.is_not_let_in("bob");
        }
        story.open("bob");
        assert_eq!(story.only_breach(&LAW).requirement, id::CLI_010);
    }
}
