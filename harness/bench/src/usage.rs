//! What a process has used, as Linux tells it.

/// The hundredth of a second, in which Linux counts.
const TICK: f64 = 0.01;

/// The seconds for which this process has computed, and those of the children that have ended.
pub(crate) fn computed() -> Result<(f64, f64), String> {
    let text = std::fs::read_to_string("/proc/self/stat")
        .map_err(|error| format!("this system does not tell what was computed: {error}"))?;
    // The name of the program, in parentheses, may hold spaces.
    let fields = text.rsplit_once(')').map(|(_, fields)| fields).unwrap_or_default();
    let ticks: Vec<f64> = fields.split_whitespace().filter_map(|it| it.parse().ok()).collect();
    // The first field, a letter, is no number.
    match ticks.get(10..14) {
        Some([user, system, of_children, system_of_children]) => {
            Ok(((user + system) * TICK, (of_children + system_of_children) * TICK))
        }
        _ => Err("this system tells in another way what was computed".to_owned()),
    }
}

/// The most memory that a process has held so far, in KiB.
pub(crate) fn peak_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Lets this process open as many files as it may ask for.
#[cfg(unix)]
pub(crate) fn raise_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // Where the system refuses, the limit stays.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Elsewhere connections are no files.
#[cfg(not(unix))]
pub(crate) fn raise_descriptors() {}
