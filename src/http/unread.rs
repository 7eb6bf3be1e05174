//! Bodies that nobody reads to their end.
//!
//! A chunked body has no length. Where its reader goes away, the library reads on and throws away, for
//! as long as the client sends: no timer runs. Where the reader is still there as the answer begins, it
//! closes the connection after the answer. So the reader is kept until then.

use std::cell::RefCell;
use std::error::Error;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::header::TRANSFER_ENCODING;
use actix_web::web::Bytes;
use futures_core::Stream;

/// The payload of a chunked request, shared by whoever reads it and the answer that keeps it.
pub struct Kept(Rc<RefCell<Payload>>);

impl Kept {
    /// Puts a shared payload into a chunked request; `None` for every other request.
    pub fn of(request: &mut ServiceRequest) -> Option<Self> {
        if !request.headers().contains_key(TRANSFER_ENCODING) {
            return None;
        }
        let shared = Rc::new(RefCell::new(request.take_payload()));
        request.set_payload(Payload::Stream { payload: Box::pin(Self(Rc::clone(&shared))) });
        Some(Self(shared))
    }
}

impl Stream for Kept {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}

/// An answer's body that keeps the request's payload until it is sent.
pub struct Keeping {
    body: BoxBody,
    _payload: Kept,
}

impl Keeping {
    /// Keeps `payload` as long as `body`.
    pub fn new(body: impl MessageBody + 'static, payload: Kept) -> Self {
        Self { body: body.boxed(), _payload: payload }
    }
}

impl MessageBody for Keeping {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
