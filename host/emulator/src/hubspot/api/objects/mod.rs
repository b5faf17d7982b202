//! Objects of an account: `/crm/v3/objects/{type}` and its dated sisters, for meetings and notes.

mod associations;
mod batch;
mod body;
mod read;
mod search;
mod view;
mod write;

use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Extension, Router};

use super::error::ApiError;
use super::{account, paths};
use crate::hubspot::HubSpot;
use crate::hubspot::state::objects::ObjectType;
use crate::hubspot::text::cut;

/// The types that there are.
const TYPES: [(&str, ObjectType); 2] = [("meetings", ObjectType::Meeting), ("notes", ObjectType::Note)];

/// The endpoints of every type, in every version.
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
        .route_layer(from_fn_with_state(hubspot.clone(), account::enter_search));
    Router::new()
        .route(base, get(read::list).post(write::create))
        .route(&format!("{base}/batch/read"), post(batch::read))
        .route(&format!("{base}/{{id}}"), get(read::one).patch(write::update).delete(write::archive))
        .route_layer(from_fn_with_state(hubspot.clone(), account::enter))
        .merge(search)
}

/// 404, which is all that another account learns.
fn no_object(id: &str) -> ApiError {
    ApiError::not_found(format!("this account has no object {} of this type, or it is archived", cut(id, 30)))
}
