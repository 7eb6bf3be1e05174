//! Why a line is refused. No text quotes the line: it has a hash in it.

use std::fmt;

use crate::user::{AttributeRefused, HashRefused, NameRefused};

/// The members of a line, or the columns.
pub const MEMBERS: [&str; 7] = ["username", "hash", "roles", "scopes", "claims", "disabled", "id"];

/// Why a line is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineRefused {
    /// Longer than is read.
    TooLong,
    /// Not UTF-8.
    NotText,
    /// Not one JSON object, or one with a member twice, or nested too deep.
    NotObject,
    /// Another number of columns than the first line has.
    Columns,
    /// A member that is none of [`MEMBERS`].
    UnknownMember,
    /// This member is missing.
    Missing(&'static str),
    /// This member is not what it should be: the second text.
    Wrong(&'static str, &'static str),
    Name(NameRefused),
    Hash(HashRefused),
    Attribute(AttributeRefused),
    /// The same name as an earlier line.
    Repeated(u64),
    NameTaken,
    IdTaken,
    /// The id was a deleted user's.
    IdSpent,
    /// The name is there, with another id.
    OtherId,
    /// Somebody deleted the user while they were being replaced.
    Gone,
}

impl fmt::Display for LineRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("it is longer than 64 KiB"),
            Self::NotText => f.write_str("it is not UTF-8"),
            Self::NotObject => f.write_str("it is not one JSON object with each member once"),
            Self::Columns => f.write_str("it has another number of columns than the first line"),
            Self::UnknownMember => write!(f, "it has a member that is none of {}", MEMBERS.join(", ")),
            Self::Missing(name) => write!(f, "it has no {name}"),
            Self::Wrong(name, what) => write!(f, "{name} is not {what}"),
            Self::Name(why) => why.fmt(f),
            Self::Hash(why) => write!(f, "the hash cannot be used: {why}"),
            Self::Attribute(why) => why.fmt(f),
            Self::Repeated(first) => write!(f, "line {first} has the same name"),
            Self::NameTaken => f.write_str("the name is taken"),
            Self::IdTaken => f.write_str("the id is somebody else's"),
            Self::IdSpent => f.write_str("the id was that of a user who was deleted, and no id is ever used again"),
            Self::OtherId => f.write_str("the name is taken by a user with another id, which cannot be replaced"),
            Self::Gone => f.write_str("the user was deleted just now"),
        }
    }
}

impl From<NameRefused> for LineRefused {
    fn from(why: NameRefused) -> Self {
        Self::Name(why)
    }
}

impl From<HashRefused> for LineRefused {
    fn from(why: HashRefused) -> Self {
        Self::Hash(why)
    }
}

impl From<AttributeRefused> for LineRefused {
    fn from(why: AttributeRefused) -> Self {
        Self::Attribute(why)
    }
}
