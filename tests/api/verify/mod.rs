//! /verify and /verify/{anything}: is this token good?

mod carriers;
mod gateways;
mod query;
mod rejections;
