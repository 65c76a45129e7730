//! How the examples of calls are written, and their variables.

use super::stacking;
use crate::document::model::Section;
use crate::document::text::{Target, Text};
use crate::example::Variable;

pub(super) fn section() -> Section {
    let rows = Variable::ALL.iter().map(|variable| {
        let calls = variable.origin().iter().map(|operation| {
            Text::code_link(operation.as_str(), Target::Anchor(operation.to_string()))
        });
        vec![
            Text::code(variable.shell()),
            Text::code(variable.script()),
            Text::parse(variable.meaning()),
            Text::joined(calls, ", "),
        ]
    });
    Section::new("examples", "Examples of calls")
        .says(
            "Each call has an example as a curl command and as JavaScript. The examples are made \
             from the same table as this document, and a test runs them against the reference \
             server. They name what only the reader has by variables. If one server has all planes, \
             all addresses are the same, such as `http://127.0.0.1:8090`.",
        )
        .with(stacking(&["In a shell", "In JavaScript", "Content", "Comes from"], rows))
}
