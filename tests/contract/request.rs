//! One request to one of the servers, as data.

use serde_json::{Map, Value};

use crate::app::TestApp;
use crate::reply::Reply;

/// A request that is ready to be sent, also more than once.
pub struct Request<'w> {
    app: &'w TestApp,
    pub method: String,
    /// Path and query.
    pub target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl<'w> Request<'w> {
    /// Without headers and body.
    pub fn new(app: &'w TestApp, method: &str, target: &str) -> Self {
        Self { app, method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// With one more header, also of a name that is there.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a bearer token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With a body of this type.
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", media_type)
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With a form.
    pub fn form(self, parameters: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// The same with HEAD.
    pub fn head(&self) -> Request<'w> {
        let Self { app, target, headers, .. } = self;
        Request { headers: headers.clone(), ..Request::new(app, "HEAD", target) }
    }

    /// Sends it.
    pub fn send(&self) -> Reply {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.app.send(&self.method, &self.target, &headers, &self.body)
    }

    /// What stands in the query and in headers that are parameters: place, name, text.
    pub fn parameters(&self) -> Vec<(&'static str, String, String)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let query = form_urlencoded::parse(query.as_bytes()).map(|(name, text)| ("query", name.into(), text.into()));
        let headers = self.headers.iter().filter(|(name, _)| name != "authorization" && name != "content-type");
        query.chain(headers.map(|(name, text)| ("header", name.clone(), text.clone()))).collect()
    }

    /// The body's type and the body as data, where there is one that can be read.
    pub fn content(&self) -> Option<(&str, Value)> {
        let (_, media_type) = self.headers.iter().find(|(name, _)| name == "content-type")?;
        let value = match media_type.as_str() {
            "application/x-www-form-urlencoded" => form_urlencoded::parse(&self.body)
                .map(|(name, value)| (name.into_owned(), Value::from(value)))
                .collect::<Map<_, _>>()
                .into(),
            _ => serde_json::from_slice(&self.body).ok()?,
        };
        Some((media_type, value))
    }
}
