//! Reading a file that somebody names, within bounds: one that is too long is not read, and one that
//! never ends or never begins (a device, a pipe that nobody writes to) is not waited for.

use std::fs::File;
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// The most bytes of a file that people write by hand: a scenario, a description, certificates.
pub const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// How long a pipe or a device may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The text of a file of at most `most` bytes.
///
/// # Errors
///
/// If it cannot be read, is longer, is not UTF-8, or is no file and gives nothing for ten seconds.
pub fn read_bounded(path: &Path, most: u64) -> Result<String> {
    if std::fs::metadata(path)?.is_file() {
        return read(path, most);
    }
    let (done, read_in_time) = mpsc::channel();
    let owned = path.to_owned();
    // Opening a pipe waits for its other end, which no deadline can end. The thread ends with the
    // program.
    std::thread::spawn(move || done.send(read(&owned, most)));
    read_in_time.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        let words = format!("it is not a file, and gave nothing for {} s", PATIENCE.as_secs());
        Err(Error::new(ErrorKind::TimedOut, words))
    })
}

fn read(path: &Path, most: u64) -> Result<String> {
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    let count = file.take(most + 1).read_to_end(&mut bytes)?;
    if u64::try_from(count).is_ok_and(|count| count > most) {
        let words = format!("it is longer than {} MiB, the most that is read", most / 1024 / 1024);
        return Err(Error::new(ErrorKind::FileTooLarge, words));
    }
    String::from_utf8(bytes).map_err(|_| Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
}
