//! The contract: openapi.yaml and the running server, held against each other both ways.
//!
//! `document` and `schema` read openapi.yaml, which `validity` and `examples` check by itself and `routes`
//! against the route table. `provocations` is the table of requests that draws every answer out of a
//! `world` of servers. The `ledger` compares each with what is written (`answer`, and `accepted` for the
//! request), keeps what was `seen`, and names the `gaps` at last. Whatever is found names the operation
//! and the status. What answers mean is not looked at here: that is tests/api.
//!
//! A new route, status, header, member or error code therefore needs two lines: one in openapi.yaml, and
//! one provocation.
//!
//! oas-3.1.schema.json is the OpenAPI Initiative's schema of 2022-10-07, as it was published
//! (Apache-2.0, <https://spec.openapis.org/oas/3.1/schema/2022-10-07>).

mod accepted;
mod answer;
mod answers;
mod document;
mod examples;
mod gaps;
mod ledger;
mod provocations;
mod request;
mod routes;
mod schema;
mod seen;
mod validity;
mod world;

// The server under test is that of tests/api, which uses more of it than is used here.
#[allow(dead_code, unused_imports)]
#[path = "../api/app.rs"]
mod app;
#[allow(dead_code)]
#[path = "../api/faults.rs"]
mod faults;
#[allow(dead_code)]
#[path = "../api/forge.rs"]
mod forge;
#[allow(dead_code)]
#[path = "../api/logs.rs"]
mod logs;
#[allow(dead_code)]
#[path = "../api/reply.rs"]
mod reply;
