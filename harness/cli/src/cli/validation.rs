//! The outcome for a terminal.

use invite_judge::validate::{Checked, Located};
use invite_spec::payload::Payload;
use invite_text::{Style, WIDTH, clean, wrapped};
use std::fmt::Write as _;

/// What is wrong in one file; empty if nothing is.
pub(crate) fn report(file: &str, payload: &Payload, checked: &Checked, style: Style) -> String {
    let mut text = String::new();
    for Located { value, position, fault } in &checked.faults {
        let pointer = match fault.pointer.as_str() {
            "" => "the whole value",
            pointer => pointer,
        };
        let _ = write!(text, "{} {}", style.bold(format!("{file}:{position}")), style.red(pointer));
        if checked.values > 1 {
            let _ = write!(text, " (value {value} of {})", checked.values);
        }
        text.push('\n');
        field("expected", &fault.expected, &mut text);
        field("seen", &fault.seen, &mut text);
        let row = fault.requirement.row();
        field("rests on", &format!("{} {}", row.id, row.title), &mut text);
    }
    let unfit = checked.values - checked.valid;
    let _ = match (unfit, checked.values) {
        (0, _) => Ok(()),
        (1, 1) => writeln!(text, "{file} does not fit {}\n", payload.name),
        (1, all) => writeln!(text, "{file}: 1 of {all} values does not fit {}\n", payload.name),
        (_, all) => writeln!(text, "{file}: {unfit} of {all} values do not fit {}\n", payload.name),
    };
    clean(&text, style)
}

fn field(name: &str, value: &str, text: &mut String) {
    const INDENT: usize = 12;
    for (index, line) in wrapped(value, WIDTH - INDENT).into_iter().enumerate() {
        let label = if index == 0 { name } else { "" };
        let _ = writeln!(text, "  {label:<9} {line}");
    }
}
