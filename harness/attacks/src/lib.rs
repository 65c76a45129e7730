//! Hostile targets against the harness, and hostile clients against the reference server: each as a
//! process, over real sockets, with what must come of it.
//!
//! | module | what |
//! | --- | --- |
//! | [`targets`] | hostile and odd targets for `invite-conformance run` |
//! | [`verdict`] | what a run against one of them must and must not do |
//! | [`clients`] | hostile clients of `invite-reference`, and the good ones beside them |
//! | [`fuzz`] | changed inputs for the libraries that read files |
//! | [`process`] | runs a program, and measures it |
//! | [`table`] | the table of what came of them |
//! | [`page`] | the page that lists them |

pub mod clients;
pub mod fuzz;
pub mod page;
pub mod process;
pub mod table;
pub mod targets;
pub mod verdict;

/// The most memory that anybody may make a program hold, in KiB.
pub const MOST_KIB: u64 = 256 * 1024;

/// The longest that a run may take, in seconds.
pub const MOST_SECONDS: f64 = 30.0;

/// How long a program may take besides, to start and to write all reports, in seconds.
pub const BESIDES: f64 = 3.0;
