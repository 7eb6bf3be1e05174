//! The bearer token of an HTTP request (RFC 6750), for actix services (feature `actix`).
//!
//! Owns reading the Authorization header, the challenge that answers a bad one, the extractors
//! [`Bearer`] and [`OptionalBearer`], and the middleware that requires scopes and roles. It does not own
//! whether a token is good: that is `verify`, nor where keys come from: that is `remote`. Called by `http`
//! and by other people's services.
//!
//! ```
//! use actix_web::{App, test, web};
//! use jeton::bearer::{Bearer, Challenge, OptionalBearer, require_role};
//! use jeton::testing::TestIssuer;
//!
//! async fn hello(OptionalBearer(bearer): OptionalBearer) -> String {
//!     bearer.map_or("hello".to_owned(), |bearer| format!("hello {}", bearer.claims().sub))
//! }
//!
//! async fn report(bearer: Bearer) -> Result<&'static str, Challenge> {
//!     bearer.require_scope("reports:read")?;
//!     Ok("all is well")
//! }
//!
//! async fn shut_down() -> &'static str {
//!     "good night"
//! }
//!
//! # actix_web::rt::System::new().block_on(async {
//! // In a service this verifier is `RemoteKeys::new(policy).start()?` (feature `remote`).
//! let issuer = TestIssuer::new();
//! let app = App::new()
//!     .app_data(issuer.verifier())
//!     .route("/hello", web::get().to(hello))
//!     .route("/report", web::get().to(report))
//!     .service(web::scope("/admin").wrap(require_role("admin")).route("/shut-down", web::post().to(shut_down)));
//!
//! let app = test::init_service(app).await;
//! let token = issuer.token("ada").scope("reports:write").sign();
//! let request = test::TestRequest::get().uri("/report").insert_header(("authorization", format!("Bearer {token}")));
//! let answer = test::call_service(&app, request.to_request()).await;
//! assert_eq!(answer.status(), 403);
//! let challenge = answer.headers().get("www-authenticate").unwrap().to_str().unwrap();
//! assert!(challenge.ends_with(r#"scope="reports:read""#));
//! # });
//! ```
//!
//! | the request has | answer |
//! |---|---|
//! | no bearer credentials, where they are needed | 401 with a bare challenge |
//! | two Authorization headers, or `Bearer` without exactly one word | 400 `invalid_request` |
//! | a token that is refused | 401 `invalid_token` with the [reason](crate::verify::Rejection) |
//! | a good token without the scope or role | 403 `insufficient_scope` |
//! | a token whose key cannot be fetched | 503 `temporarily_unavailable` with Retry-After: clients must not sign out |

mod answer;
mod challenge;
mod extractor;
mod header;
mod require;

pub use challenge::Challenge;
pub use extractor::{Bearer, NoClaims, OptionalBearer};
pub use header::{AmbiguousCredentials, credentials};
pub use require::{require_bearer, require_role, require_scope};
