//! Why a password hash cannot be used.

use std::fmt;

/// Why a password hash is refused when it is imported, and can never match when it is read. The texts
/// quote nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashRefused {
    /// It is none of the forms that are known.
    Unknown,
    /// It begins as this form does, and goes on otherwise.
    Malformed(&'static str),
    /// It is of this form, and asks for more, or proves less, than is accepted.
    OutOfBounds(&'static str),
}

impl fmt::Display for HashRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("its form is not known"),
            Self::Malformed(form) => write!(f, "it begins like {form} and is not well-formed"),
            Self::OutOfBounds(form) => write!(f, "it is {form}, but its cost, salt or output is out of bounds"),
        }
    }
}

impl std::error::Error for HashRefused {}
