//! Bodies that nobody reads to their end.
//!
//! Their connection ends with the answer, whether the rest has come by then or not.
//!
//! A chunked body has no length. Where its reader goes away, the library reads on and throws away, for
//! as long as the client sends: no timer runs. Where the reader is still there as the answer begins, it
//! closes the connection after the answer. So the reader is kept until then.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_core::Stream;

use super::closing::Closing;

/// The payload of a request, shared by whoever reads it and the answer that keeps it.
#[derive(Clone)]
pub struct Kept(Rc<Shared>);

struct Shared {
    payload: RefCell<Payload>,
    was_read: Cell<bool>,
    closing: Option<Closing>,
}

impl Kept {
    /// Puts a shared payload into a request; `None` where it has no body. The connection is told when all
    /// of the request is there.
    pub fn of(request: &mut ServiceRequest, closing: Option<&Closing>) -> Option<Self> {
        if matches!(request.parts_mut().1, Payload::None) {
            closing.inspect(|closing| closing.heard_out());
            return None;
        }
        let payload = RefCell::new(request.take_payload());
        let kept = Self(Rc::new(Shared { payload, was_read: Cell::new(false), closing: closing.cloned() }));
        request.set_payload(Payload::Stream { payload: Box::pin(kept.clone()) });
        Some(kept)
    }

    /// Whether nobody has come to its end.
    pub fn is_unread(&self) -> bool {
        !self.0.was_read.get()
    }
}

impl Stream for Kept {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut *self.0.payload.borrow_mut()).poll_next(context);
        if matches!(next, Poll::Ready(None)) {
            self.0.was_read.set(true);
            self.0.closing.as_ref().inspect(|closing| closing.heard_out());
        }
        next
    }
}

/// An answer's body that keeps the request's payload until it is sent.
pub struct Keeping {
    body: BoxBody,
    _payload: Kept,
}

impl Keeping {
    /// Keeps `payload` as long as `body`.
    pub fn new(body: BoxBody, payload: Kept) -> Self {
        Self { body, _payload: payload }
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
