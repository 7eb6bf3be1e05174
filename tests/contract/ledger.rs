//! Answer by answer: is it as written, and was everything written seen at last?

use serde_json::Value;

use crate::accepted::departures;
use crate::answer::differences;
use crate::document::{Document, Operation};
use crate::gaps::gaps;
use crate::provocations::{Of, Provocation};
use crate::reply::Reply;
use crate::request::Request;
use crate::seen::Seen;

/// The account of one run.
pub struct Ledger<'a> {
    document: &'a Document,
    seen: Seen,
    findings: Vec<String>,
}

impl<'a> Ledger<'a> {
    /// An empty one.
    pub fn new(document: &'a Document) -> Self {
        Self { document, seen: Seen::default(), findings: Vec::new() }
    }

    /// Enters an answer and what drew it.
    pub fn enter(&mut self, provocation: &Provocation, request: &Request<'_>, reply: &Reply) {
        let Provocation { of, status, by, .. } = provocation;
        let mut found = Vec::new();
        if reply.status != *status {
            let body = String::from_utf8_lossy(&reply.body);
            found.push(format!("{status} was expected; the answer is {body}"));
        }
        let operation = self.operation(of);
        match self.written(of, operation.as_ref(), reply.status) {
            None => found.push("this status is not in openapi.yaml".to_owned()),
            Some(response) => {
                found.extend(differences(self.document, response, reply, request.method == "HEAD"));
                self.seen.answer(self.document, of, response, reply);
            }
        }
        if let Some(operation) = operation
            && reply.status < 400
        {
            found.extend(departures(self.document, &operation, request));
            self.seen.accepted(self.document, &operation, request);
        }
        let what = format!("{of} {} ({by}, {} {})", reply.status, request.method, request.target);
        self.findings.extend(found.into_iter().map(|finding| format!("{what}: {finding}")));
    }

    /// Everything in which openapi.yaml and the server differ.
    pub fn findings(mut self) -> Vec<String> {
        self.findings.extend(gaps(self.document, &self.seen));
        self.findings
    }

    fn operation(&self, of: &Of) -> Option<Operation<'a>> {
        let Of::Operation(name) = of else { return None };
        self.document.operations().into_iter().find(|operation| operation.to_string() == *name)
    }

    /// What is written about a status; `None` where nothing is.
    fn written(&self, of: &Of, operation: Option<&Operation<'a>>, status: u16) -> Option<&'a Value> {
        let response = match of {
            Of::Operation(_) => operation?.value["responses"].get(status.to_string())?,
            Of::Response(name) => self.document.response(name),
        };
        Some(self.document.resolve(response))
    }
}
