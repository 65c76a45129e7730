//! Freezes the catalogue as a release: `cargo run -p invite-spec --example release -- 0.2`.

use invite_spec::release::{self, Next};
use invite_spec::requirement;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match freeze(std::env::args().nth(1).as_deref()) {
        Ok(done) => {
            println!("{done}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn freeze(name: Option<&str>) -> Result<String, String> {
    let name =
        name.ok_or("name the release: `cargo run -p invite-spec --example release -- 0.2`")?;
    let (newest, next) = (release::newest(), release::next());
    let faults = release::faults(requirement::all(), newest, next);
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    let frozen = release::freeze(name, requirement::all(), newest, next);
    let last = newest.and_then(|newest| newest.number());
    if frozen.number().is_none() || frozen.number() <= last {
        let after = newest.map(|newest| format!(" after {}", newest.release)).unwrap_or_default();
        return Err(format!(
            "`{name}` is not a valid release: use a major and minor version{after}, such as 0.2"
        ));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("releases");
    let write = |file: String, text: String| {
        let path = folder.join(file);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    write(format!("{name}.json"), frozen.text())?;
    write("next.json".to_owned(), Next::default().text())?;
    Ok(format!("{} requirements frozen in spec/releases/{name}.json", frozen.requirements.len()))
}
