//! The open connections: how many there may be, and which one makes room for another.

use crate::descriptors::descriptor_limit;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, Semaphore};

/// The most connections, unless the settings say otherwise: each can take some 100 kB.
const MOST: usize = 4_096;
/// How many descriptors are kept for everything else: the listener, the log, the runtime.
const RESERVED_DESCRIPTORS: u64 = 32;
/// How many connections are assumed to be possible where the system does not say.
const UNKNOWN: usize = 256;
/// The share of the connections that sockets may not take, so that calls remain possible.
const NOT_FOR_SOCKETS: usize = 8;
/// The shortest time between two reports in the log about the limit.
const REPORT_INTERVAL: Duration = Duration::from_secs(10);

/// How long the turn of a pipelined request lasts. No real client of the protocol pipelines, and those who
/// send one request at a time are to notice nothing of those who do.
const BETWEEN_PIPELINED: Duration = Duration::from_millis(1);

/// How many connections may be about to close while new ones are accepted: fewer than the reserved
/// descriptors.
const MOST_CLOSING: usize = 8;

/// How many connections fit into the limit of descriptors of this process.
pub(crate) fn default_limit() -> usize {
    let fit =
        descriptor_limit().map(|descriptors| descriptors.saturating_sub(RESERVED_DESCRIPTORS));
    fit.map_or(UNKNOWN, |fit| usize::try_from(fit).unwrap_or(MOST)).clamp(1, MOST)
}

/// The open connections of a server.
pub(crate) struct Connections {
    most: usize,
    started: Instant,
    state: Mutex<State>,
    sockets: AtomicUsize,
    /// One of those that were to close has closed.
    closed: Notify,
    /// Held by the pipelined request whose turn it is.
    turn: Semaphore,
}

struct State {
    open: BTreeMap<u64, Arc<Activity>>,
    next: u64,
    /// How many were told to close and have not yet closed: each still has a descriptor.
    closing: usize,
    /// What happened at the limit since the last report.
    closed_idle: u64,
    refused: u64,
    reported: Option<Instant>,
}

/// One connection among those that are open, until it is dropped.
pub(crate) struct Admitted {
    number: u64,
    pub(crate) connections: Arc<Connections>,
    pub(crate) activity: Arc<Activity>,
}

impl Connections {
    pub(crate) fn new(most: usize) -> Arc<Connections> {
        let state = State {
            open: BTreeMap::new(),
            next: 0,
            closing: 0,
            closed_idle: 0,
            refused: 0,
            reported: None,
        };
        Arc::new(Connections {
            most,
            started: Instant::now(),
            state: Mutex::new(state),
            sockets: AtomicUsize::new(0),
            closed: Notify::new(),
            turn: Semaphore::new(1),
        })
    }

    /// Waits for the turn of a pipelined request. However many connections send requests at once, one
    /// of these at a time competes with the requests of everybody else, and the next one a little later.
    pub(crate) async fn turn(&self) {
        // It is never closed.
        let turn = self.turn.acquire().await;
        tokio::time::sleep(BETWEEN_PIPELINED).await;
        drop(turn);
    }

    /// Waits until most of the connections that were to close have closed. Otherwise a burst of new
    /// ones uses up the descriptors in between.
    pub(crate) async fn settle(&self) {
        while self.lock().closing >= MOST_CLOSING {
            self.closed.notified().await;
        }
    }

    /// Admits a new connection. At the limit it takes the place of the one that has been idle for
    /// longest; `None` if every one is in use.
    pub(crate) fn admit(self: &Arc<Self>) -> Option<Admitted> {
        let mut state = self.lock();
        if state.open.len() >= self.most {
            let made_room = state.close_longest_idle();
            if !made_room {
                state.refused += 1;
            }
            state.report(self.most);
            if !made_room {
                return None;
            }
        }
        let number = state.next;
        state.next += 1;
        let activity = Arc::new(Activity::new(self.started));
        state.open.insert(number, activity.clone());
        Some(Admitted { number, connections: Arc::clone(self), activity })
    }

    /// Closes the connection that has been idle for longest, because the system has no more
    /// descriptors.
    pub(crate) fn make_room(&self) {
        let mut state = self.lock();
        state.close_longest_idle();
        let open = state.open.len();
        state.report(open);
    }

    /// A place for a socket; `None` if there are too many.
    pub(crate) fn admit_socket(self: &Arc<Self>) -> Option<SocketPlace> {
        let most = self.most - self.most / NOT_FOR_SOCKETS;
        if self.sockets.fetch_add(1, Ordering::Relaxed) >= most {
            self.sockets.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(SocketPlace(Arc::clone(self)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close_longest_idle(&mut self) -> bool {
        let idle = self.open.iter().filter(|(_, activity)| !activity.is_busy());
        // A client that has never asked anything loses less than one that may be about to ask again.
        let longest = idle.min_by_key(|(_, activity)| {
            (activity.has_asked.load(Ordering::Relaxed), activity.last.load(Ordering::Relaxed))
        });
        let Some(number) = longest.map(|(number, _)| *number) else { return false };
        if let Some(activity) = self.open.remove(&number) {
            activity.closing.notify_one();
            self.closing += 1;
        }
        self.closed_idle += 1;
        true
    }

    fn report(&mut self, limit: usize) {
        if self.reported.is_some_and(|reported| reported.elapsed() < REPORT_INTERVAL) {
            return;
        }
        let State { closed_idle, refused, .. } = *self;
        tracing::warn!(limit, closed_idle, refused, "the limit of connections is reached");
        (self.closed_idle, self.refused, self.reported) = (0, 0, Some(Instant::now()));
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut state = self.connections.lock();
        if state.open.remove(&self.number).is_none() {
            state.closing = state.closing.saturating_sub(1);
            self.connections.closed.notify_one();
        }
    }
}

/// The place of a socket among those that may be open, until it is dropped.
pub(crate) struct SocketPlace(Arc<Connections>);

impl Drop for SocketPlace {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What happens on a connection.
pub(crate) struct Activity {
    /// From when its times are counted, in milliseconds: the same for all connections.
    started: Instant,
    /// When something last happened.
    last: AtomicU64,
    /// When the first byte of a request came, unless its head is complete.
    head_since: AtomicU64,
    /// How many calls and sockets it serves. While it serves none it can make room for another.
    busy: AtomicUsize,
    /// Whether a request is being served, or its body read.
    in_request: AtomicBool,
    /// Whether a request has been read as a whole.
    has_asked: AtomicBool,
    /// Whether the next byte begins a request.
    between: AtomicBool,
    closing: Notify,
}

/// A request whose head is complete, until it is dropped.
pub(crate) struct InRequest(Arc<Activity>);

/// Keeps a connection busy until it is dropped.
pub(crate) struct Busy(Arc<Activity>);

const NEVER: u64 = u64::MAX;

impl Activity {
    fn new(started: Instant) -> Activity {
        let activity = Activity {
            started,
            last: AtomicU64::new(0),
            head_since: AtomicU64::new(NEVER),
            busy: AtomicUsize::new(0),
            in_request: AtomicBool::new(false),
            has_asked: AtomicBool::new(false),
            between: AtomicBool::new(true),
            closing: Notify::new(),
        };
        activity.last.store(activity.now(), Ordering::Relaxed);
        activity
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(NEVER)
    }

    /// Notes that bytes were read.
    pub(crate) fn note_read(&self) {
        let now = self.now();
        self.last.store(now, Ordering::Relaxed);
        if self.between.swap(false, Ordering::Relaxed) {
            self.head_since.store(now, Ordering::Relaxed);
        }
    }

    /// Notes that bytes were written.
    pub(crate) fn note_written(&self) {
        self.last.store(self.now(), Ordering::Relaxed);
    }

    /// Whether nothing was read since the last request: the next one had arrived together with it.
    pub(crate) fn is_pipelined(&self) -> bool {
        self.between.load(Ordering::Relaxed)
    }

    /// Notes that the head of a request is complete. The request lasts until what is returned is
    /// dropped.
    pub(crate) fn begin_request(self: &Arc<Self>) -> InRequest {
        self.head_since.store(NEVER, Ordering::Relaxed);
        self.in_request.store(true, Ordering::Relaxed);
        InRequest(Arc::clone(self))
    }

    /// Notes that a request has been read as a whole, or that a socket has opened. The connection is
    /// busy until what is returned is dropped. A client that is still sending does not count: it
    /// could keep others out by being slow.
    pub(crate) fn begin(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::Relaxed);
        self.has_asked.store(true, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed) > 0
    }

    /// Why the connection should be closed, if it should: for the head of a request and for idle
    /// connections there are limits. The body of a request has a deadline of its own.
    pub(crate) fn overdue(&self, head: Duration, idle: Duration) -> Option<&'static str> {
        if self.is_busy() || self.in_request.load(Ordering::Relaxed) {
            return None;
        }
        let now = self.now();
        let since = |then: &AtomicU64| {
            Duration::from_millis(now.saturating_sub(then.load(Ordering::Relaxed)))
        };
        if since(&self.head_since) > head {
            return Some("the head of a request did not arrive in time");
        }
        (since(&self.last) > idle).then_some("idle for too long")
    }

    /// Waits until the connection has to make room for another one.
    pub(crate) async fn closing(&self) {
        self.closing.notified().await;
    }
}

impl Drop for InRequest {
    fn drop(&mut self) {
        self.0.note_written();
        self.0.between.store(true, Ordering::Relaxed);
        self.0.in_request.store(false, Ordering::Relaxed);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn new_ones_wait_until_those_that_make_room_have_closed() {
        let connections = Connections::new(1);
        let mut closing: Vec<Admitted> =
            (0..=MOST_CLOSING).map(|_| connections.admit().unwrap()).collect();
        let short = Duration::from_millis(20);
        assert!(tokio::time::timeout(short, connections.settle()).await.is_err());
        closing.remove(0);
        tokio::time::timeout(10 * short, connections.settle()).await.unwrap();
    }

    #[test]
    fn at_the_limit_the_longest_idle_connection_makes_room() {
        let connections = Connections::new(3);
        let admit = || connections.admit().unwrap();
        let (busy, idle, later) = (admit(), admit(), admit());
        let request = busy.activity.begin();
        std::thread::sleep(Duration::from_millis(3));
        later.activity.note_read();
        let fourth = connections.admit().unwrap();
        assert!(!connections.lock().open.contains_key(&idle.number));
        assert!(connections.lock().open.contains_key(&later.number));
        let requests = [later.activity.begin(), fourth.activity.begin()];
        assert!(connections.admit().is_none(), "every one is in use");
        drop((request, requests));
        assert!(connections.admit().is_some());
    }

    #[test]
    fn a_client_that_never_asked_makes_room_before_one_that_did() {
        let connections = Connections::new(2);
        let asked = connections.admit().unwrap();
        drop(asked.activity.begin());
        std::thread::sleep(Duration::from_millis(3));
        let silent = connections.admit().unwrap();
        let _third = connections.admit().unwrap();
        assert!(connections.lock().open.contains_key(&asked.number));
        assert!(!connections.lock().open.contains_key(&silent.number));
    }

    #[test]
    fn sockets_leave_some_connections_for_calls() {
        let connections = Connections::new(16);
        let places: Vec<_> = std::iter::from_fn(|| connections.admit_socket()).collect();
        assert_eq!(places.len(), 14);
        drop(places);
        assert!(connections.admit_socket().is_some());
    }

    #[test]
    fn a_request_that_came_with_an_earlier_one_is_pipelined_and_no_other() {
        let connections = Connections::new(1);
        let admitted = connections.admit().unwrap();
        let activity = &admitted.activity;
        activity.note_read();
        assert!(!activity.is_pipelined(), "the first one");
        drop(activity.begin_request());
        assert!(activity.is_pipelined(), "nothing was read since");
        drop(activity.begin_request());
        activity.note_read();
        assert!(!activity.is_pipelined(), "it came by itself");
    }

    #[test]
    fn heads_and_idle_connections_have_limits_and_requests_none() {
        let connections = Connections::new(1);
        let admitted = connections.admit().unwrap();
        let activity = &admitted.activity;
        let (short, long) = (Duration::from_millis(5), Duration::from_secs(60));
        std::thread::sleep(2 * short);
        assert_eq!(activity.overdue(short, long), None, "no request has begun");
        assert!(activity.overdue(long, short).is_some());
        activity.note_read();
        std::thread::sleep(2 * short);
        activity.note_read();
        assert!(activity.overdue(short, long).is_some(), "each byte does not buy more time");
        let request = activity.begin_request();
        assert_eq!(activity.overdue(short, short), None);
        drop(request);
        assert_eq!(activity.overdue(short, long), None);
    }
}
