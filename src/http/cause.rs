//! What went wrong behind a 5xx, for the log alone.

use std::time::Duration;

use actix_web::http::StatusCode;

use crate::clock::Timestamp;
use crate::log::Ration;

const SPAN: Duration = Duration::from_secs(1);

/// Why an answer is what it is: it stands beside the answer, and the edge writes it with the request's id.
#[derive(Clone, Debug)]
pub struct Cause(pub Box<str>);

/// How often the log says so. In an outage every request has the same cause, and one client alone sends
/// tens of thousands a second.
pub struct Causes {
    outages: Ration<String>,
    faults: Ration<String>,
}

/// A second has one line of each cause of a 503; of a 500, whose request is named to find it by, a hundred.
impl Default for Causes {
    fn default() -> Self {
        Self { outages: Ration::new(1, SPAN), faults: Ration::new(100, SPAN) }
    }
}

impl Causes {
    /// Writes the line, or counts it.
    pub fn log(&self, status: StatusCode, Cause(cause): &Cause, request_id: &str, now: Timestamp) {
        let ration = if status == StatusCode::SERVICE_UNAVAILABLE { &self.outages } else { &self.faults };
        if let Some(left_out) = ration.take(&**cause, now) {
            log::warn!("request {request_id}: {status}: {cause}{left_out}");
        }
    }
}
