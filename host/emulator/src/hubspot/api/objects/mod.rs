//! Objects of an account: `/crm/v3/objects/{type}` and its dated versions, for meetings and notes.

mod associations;
mod body;
mod read;
mod search;
mod view;
mod write;

use axum::extract::FromRequestParts;
use axum::extract::rejection::ExtensionRejection;
use axum::http::request::Parts;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Extension, Router};

use super::account::{self, Account};
use super::error::ApiError;
use super::paths;
use crate::hubspot::HubSpot;
use crate::hubspot::state::objects::{Object, ObjectType, Objects};
use crate::hubspot::state::rates::RateLimitKind;
use crate::hubspot::text::truncate;

/// The supported types.
const TYPES: [(&str, ObjectType); 2] = [("meetings", ObjectType::Meeting), ("notes", ObjectType::Note)];

/// Routes the endpoints of every type, in every version.
pub fn router(hubspot: &HubSpot) -> Router<HubSpot> {
    TYPES.into_iter().fold(Router::new(), |router, (name, object_type)| {
        let bases = paths(format!("/crm/v3/objects/{name}"), |version| format!("/crm/objects/{version}/{name}"));
        let of_type = bases.fold(Router::new(), |router, base| router.merge(endpoints(hubspot, &base)));
        router.merge(of_type.layer(Extension(object_type)))
    })
}

fn endpoints(hubspot: &HubSpot, base: &str) -> Router<HubSpot> {
    let search = Router::new()
        .route(&format!("{base}/search"), post(search::search))
        .route_layer(from_fn_with_state((hubspot.clone(), RateLimitKind::Search), account::admit));
    Router::new()
        .route(base, get(read::list).post(write::create))
        .route(&format!("{base}/batch/read"), post(read::batch))
        .route(&format!("{base}/{{id}}"), get(read::one).patch(write::update).delete(write::archive))
        .route_layer(from_fn_with_state((hubspot.clone(), RateLimitKind::Request), account::admit))
        .merge(search)
}

/// The objects of a type in the account on whose behalf a request is made.
struct Scope {
    hubspot: HubSpot,
    account: u64,
    object_type: ObjectType,
}

impl FromRequestParts<HubSpot> for Scope {
    type Rejection = ExtensionRejection;

    async fn from_request_parts(parts: &mut Parts, hubspot: &HubSpot) -> Result<Self, ExtensionRejection> {
        let Extension(Account(account)) = Extension::<Account>::from_request_parts(parts, hubspot).await?;
        let Extension(object_type) = Extension::<ObjectType>::from_request_parts(parts, hubspot).await?;
        Ok(Self { hubspot: hubspot.clone(), account, object_type })
    }
}

impl Scope {
    fn objects(&self) -> &Objects {
        &self.hubspot.state().objects
    }

    /// Returns an object that is archived or not, as requested.
    fn find(&self, id: &str, archived: bool) -> Option<Object> {
        self.objects().get(self.account, self.object_type, archived, id.parse().ok()?)
    }
}

/// Builds the 404 for an object, which looks the same if the object belongs to another account.
fn no_object(id: &str) -> ApiError {
    ApiError::not_found(format!("object {} does not exist in this account or is archived", truncate(id, 30)))
}
