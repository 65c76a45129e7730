//! Text with variables in it.

use super::Variable;

/// Text with variables in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

/// A piece of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it is.
    Text(String),
    /// The value of a variable.
    Variable(Variable),
}

impl Template {
    /// A template without variables.
    pub(super) fn text(text: impl Into<String>) -> Template {
        Template(vec![Piece::Text(text.into())])
    }

    /// A template that is one variable.
    pub(super) fn variable(variable: Variable) -> Template {
        Template(vec![Piece::Variable(variable)])
    }

    /// One after the other.
    pub(super) fn and(mut self, other: Template) -> Template {
        self.0.extend(other.0);
        self
    }

    /// Its pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Its variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Variable(variable) => Some(*variable),
        })
    }

    /// The text with a value for each variable.
    pub fn fill(&self, value: impl Fn(Variable) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(variable) => value(*variable),
        };
        self.0.iter().map(piece).collect()
    }
}
