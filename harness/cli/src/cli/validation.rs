//! The outcome for a terminal.

use invite_judge::validate::{Checked, Located};
use invite_spec::payload::Payload;
use invite_text::{Ink, Page, Span};

/// What is wrong in one file, written on an empty page; nothing if all values fit.
pub(crate) fn report(file: &str, payload: &Payload, checked: &Checked, mut page: Page) -> String {
    for Located { value, position, fault } in &checked.faults {
        let pointer = match fault.pointer.as_str() {
            "" => "the whole value",
            pointer => pointer,
        };
        let mut line = vec![
            Span::new(Ink::Bold, format!("{file}:{position}")),
            " ".into(),
            Span::new(Ink::Red, pointer),
        ];
        if checked.values > 1 {
            line.push(format!(" (value {value} of {})", checked.values).into());
        }
        page.line(line);
        let mut field = |name: &str, value: &str| {
            if !value.is_empty() {
                page.behind([format!("  {name:<9} ").into()], value);
            }
        };
        field("expected", &fault.expected);
        field("seen", &fault.seen);
        let row = fault.requirement.row();
        field("rests on", &format!("{} {}", row.id, row.title));
    }
    let unfit = checked.values - checked.valid;
    let result = match (unfit, checked.values) {
        (0, _) => return page.into_text(),
        (1, 1) => format!("{file} does not fit {}", payload.name),
        (1, all) => format!("{file}: 1 of {all} values does not fit {}", payload.name),
        (_, all) => format!("{file}: {unfit} of {all} values do not fit {}", payload.name),
    };
    page.line([result]);
    page.blank();
    page.into_text()
}
