//! The files that a run reads.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_millis(200);

/// When a file was written, and how long it is.
type Stamp = (Option<SystemTime>, u64);

/// Files, as they are at some time.
pub(super) struct Files {
    roots: Vec<PathBuf>,
    seen: BTreeMap<PathBuf, Stamp>,
}

impl Files {
    /// These files, and what is in these folders.
    pub(super) fn of(roots: &[PathBuf]) -> Files {
        Files { roots: roots.to_vec(), seen: look(roots) }
    }

    /// Waits until some of them are otherwise, and stay so: an editor may write in several steps.
    pub(super) async fn changed(self) -> Vec<PathBuf> {
        let mut last = self.seen.clone();
        loop {
            tokio::time::sleep(EVERY).await;
            let now = look(&self.roots);
            let is_settled = now == last;
            let changed = differing(&self.seen, &now);
            last = now;
            if is_settled && !changed.is_empty() {
                return changed;
            }
        }
    }
}

fn look(roots: &[PathBuf]) -> BTreeMap<PathBuf, Stamp> {
    let mut seen = BTreeMap::new();
    roots.iter().for_each(|root| add(root, &mut seen));
    seen
}

fn add(path: &Path, seen: &mut BTreeMap<PathBuf, Stamp>) {
    // What is not there now may be there soon.
    let Ok(metadata) = path.metadata() else { return };
    if metadata.is_dir() {
        let inside = std::fs::read_dir(path).into_iter().flatten().flatten();
        inside.for_each(|entry| add(&entry.path(), seen));
    } else {
        seen.insert(path.to_owned(), stamp(&metadata));
    }
}

fn stamp(metadata: &Metadata) -> Stamp {
    (metadata.modified().ok(), metadata.len())
}

/// The files that are new, gone or otherwise.
fn differing(before: &BTreeMap<PathBuf, Stamp>, now: &BTreeMap<PathBuf, Stamp>) -> Vec<PathBuf> {
    let all: std::collections::BTreeSet<&PathBuf> = before.keys().chain(now.keys()).collect();
    all.into_iter().filter(|path| before.get(*path) != now.get(*path)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_gone_or_otherwise_differs() {
        let at = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let file = |name: &str, seconds, length| (PathBuf::from(name), (at(seconds), length));
        let before = BTreeMap::from([file("same", 1, 1), file("gone", 1, 1), file("longer", 1, 1)]);
        let now = BTreeMap::from([file("same", 1, 1), file("new", 1, 1), file("longer", 1, 2)]);
        let names = |paths: Vec<PathBuf>| paths.iter().map(|it| it.display().to_string()).collect();
        let found: Vec<String> = names(differing(&before, &now));
        assert_eq!(found, ["gone", "longer", "new"]);
        assert_eq!(differing(&now, &now), Vec::<PathBuf>::new());
    }
}
