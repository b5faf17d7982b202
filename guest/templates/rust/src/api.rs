//! The provider's API: creates, changes and deletes rooms.

use cordboard_plug::core::render::escape;
use cordboard_plug::effect::{Escape, Method};
use cordboard_plug::http::{JsonBody, secret};
use cordboard_plug::{Conference, Context, Failure, Meeting, Piece, Request, Response};

use crate::address::ADDRESS;

/// The setting with the API's key. The plug never sees its value: it says where the host puts it.
pub const KEY: &str = "api-key";

const MAX_ID_LEN: usize = 512;
const MAX_LINK_LEN: usize = 2048;

/// Makes a room for a meeting.
pub async fn create_room(context: &Context<'_>, meeting: &Meeting) -> Result<Conference, Failure> {
    let answer = call(context, Method::Post, "/rooms", Some(meeting)).await?.json()?;
    // What others sent may be anything.
    let text = |pointer, max_len| answer.pointer(pointer)?.as_str().filter(|text| is_text(text, max_len));
    match (text("/id", MAX_ID_LEN), text("/link", MAX_LINK_LEN).filter(|link| is_link(link))) {
        (Some(id), Some(link)) => {
            Ok(Conference { id: id.to_owned(), join_url: link.to_owned(), details: format!("Join: {link}") })
        }
        _ => Err(Failure::Unavailable("the provider answered without `id` or `link`".to_owned())),
    }
}

/// Tells the provider what the meeting now is.
pub async fn update_room(context: &Context<'_>, id: &str, meeting: &Meeting) -> Result<(), Failure> {
    call(context, Method::Put, &room(id), Some(meeting)).await.map(drop)
}

/// Takes a room back. One that is gone already is as good as deleted.
pub async fn delete_room(context: &Context<'_>, id: &str) -> Result<(), Failure> {
    match call(context, Method::Delete, &room(id), None).await {
        Err(Failure::NotFound) => Ok(()),
        other => other.map(drop),
    }
}

fn room(id: &str) -> String {
    format!("/rooms/{}", escape(id, Escape::Url))
}

/// Sends a request to the provider; its answer, unless it is a refusal.
async fn call(
    context: &Context<'_>,
    method: Method,
    path: &str,
    meeting: Option<&Meeting>,
) -> Result<Response, Failure> {
    // Whether a secret has a value is all that a plug may know of it.
    if !context.settings.has_secret(KEY) {
        return Err(Failure::Invalid(format!("the setting `{KEY}` is missing: add it")));
    }
    let url = format!("{}{path}", context.settings.get(&ADDRESS)?);
    let bearer = vec![Piece::Text("Bearer ".to_owned()), secret(KEY, Escape::None)];
    let mut request = Request::new(method, url).header_pieces("authorization", bearer);
    if let Some(Meeting { topic, start, end, .. }) = meeting {
        request =
            request.json(JsonBody::new().member("title", topic.as_str()).member("start", *start).member("end", *end));
    }
    // To make a room twice makes two; the others do no harm twice.
    if !matches!(method, Method::Post) {
        request = request.idempotent();
    }
    let answer = context.http.send(request).await?;
    match answer.status() {
        200..300 => Ok(answer),
        401 | 403 => Err(Failure::CredentialsRejected),
        404 if !matches!(method, Method::Post) => Err(Failure::NotFound),
        429 => Err(Failure::RateLimited(answer.retry_after())),
        status @ (400 | 422) => Err(Failure::Invalid(format!("the provider refuses this with {status}"))),
        status => Err(Failure::Unavailable(format!("the provider answered {status}"))),
    }
}

/// Neither empty nor too long, without control characters.
fn is_text(text: &str, max_len: usize) -> bool {
    !text.is_empty() && text.len() <= max_len && !text.contains(char::is_control)
}

fn is_link(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}
