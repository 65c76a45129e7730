//! Files that a command writes: whole, or not at all. Whatever goes wrong on the way, the file that was
//! there before stays.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// Where a file is written in the end: behind symbolic links, if there are any.
pub(crate) fn place(path: &Path) -> PathBuf {
    if let Ok(place) = path.canonicalize() {
        return place;
    }
    let name = path.file_name();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize();
    match (folder, name) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// Makes sure that a file can be written, as far as that is known before, and writes nothing.
pub(crate) fn try_place(path: &Path) -> Result<()> {
    let place = place(path);
    match std::fs::metadata(&place) {
        Ok(found) if !found.is_file() => open_special(&place).map(drop),
        Ok(_) => OpenOptions::new().append(true).open(&place).map(drop),
        Err(_) => {
            let (temporary, file) = temporary(&place)?;
            drop(file);
            std::fs::remove_file(temporary)
        }
    }
}

/// Writes a file: beside its place first, then into it. What is no file (a device, a pipe) is written to
/// directly.
pub(crate) fn write(path: &Path, text: &str, executable: bool) -> Result<()> {
    replace(&place(path), text, executable)
}

/// The same for a file that is written as it is made.
pub(crate) fn write_by(path: &Path, make: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    replace_by(&place(path), make, false)
}

/// The same, but a symbolic link in its place is replaced and not followed: for folders whose files are
/// the program's own.
pub(crate) fn replace(place: &Path, text: &str, executable: bool) -> Result<()> {
    replace_by(place, |file| file.write_all(text.as_bytes()), executable)
}

fn replace_by(
    place: &Path,
    make: impl FnOnce(&mut dyn Write) -> Result<()>,
    executable: bool,
) -> Result<()> {
    let found = std::fs::symlink_metadata(place).ok().filter(|found| !found.is_symlink());
    if found.as_ref().is_some_and(|found| !found.is_file()) {
        let mut file = open_special(place)?;
        return make(&mut file).and_then(|()| file.flush());
    }
    let (temporary, mut file) = match temporary(place) {
        // A folder that takes no new files may hold one that can be written to.
        Err(error) if error.kind() == ErrorKind::PermissionDenied && found.is_some() => {
            return File::create(place).and_then(|mut file| make(&mut file));
        }
        other => other?,
    };
    let written = make(&mut file).and_then(|()| file.sync_all());
    drop(file);
    let written = written
        .and_then(|()| match &found {
            Some(found) => std::fs::set_permissions(&temporary, found.permissions()),
            None => Ok(()),
        })
        .and_then(|()| if executable { make_executable(&temporary) } else { Ok(()) })
        .and_then(|()| std::fs::rename(&temporary, place));
    if written.is_err() {
        // It was made for nothing.
        let _ = std::fs::remove_file(&temporary);
    }
    written
}

/// A new file beside a place.
fn temporary(place: &Path) -> Result<(PathBuf, File)> {
    let name = place.file_name().ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.tmp", std::process::id()));
    let temporary = place.with_file_name(hidden);
    // One of a program that was killed and had the same number.
    let _ = std::fs::remove_file(&temporary);
    let file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    Ok((temporary, file))
}

/// Opens what is no file, without waiting for somebody at its other end.
fn open_special(place: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
        if std::fs::metadata(place)?.file_type().is_fifo() {
            // Fails at once if nobody reads. From then on, it is written to as to any other.
            let waits = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
            let unread = |error: Error| match error.raw_os_error() {
                Some(code) if code == rustix::io::Errno::NXIO.raw_os_error() => {
                    Error::new(ErrorKind::BrokenPipe, "nobody reads this pipe")
                }
                _ => error,
            };
            let probe = options.clone().custom_flags(waits).open(place).map_err(unread)?;
            let file = options.open(place);
            drop(probe);
            return file;
        }
    }
    options.open(place)
}

fn make_executable(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(())
    }
}
