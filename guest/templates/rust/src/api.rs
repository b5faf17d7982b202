//! Client for the provider's API: creates, updates and deletes rooms.

use cordboard_plug::core::render::escape;
use cordboard_plug::effect::{Escape, Method};
use cordboard_plug::http::{JsonBody, secret};
use cordboard_plug::{Conference, Context, Failure, Meeting, Piece, Request, Response};

use crate::address::ADDRESS;

/// The key of the setting with the API key. The plug never sees its value and only says where the host inserts it.
pub const KEY: &str = "api-key";

const MAX_ID_LEN: usize = 512;
const MAX_LINK_LEN: usize = 2048;

/// Creates a room for a meeting.
pub async fn create_room(context: &Context<'_>, meeting: &Meeting) -> Result<Conference, Failure> {
    let answer = call(context, Method::Post, "/rooms", Some(meeting)).await?.json()?;
    // The answer may hold anything.
    let text = |pointer, max_len| answer.pointer(pointer)?.as_str().filter(|text| is_text(text, max_len));
    match (text("/id", MAX_ID_LEN), text("/link", MAX_LINK_LEN).filter(|link| is_link(link))) {
        (Some(id), Some(link)) => {
            Ok(Conference { id: id.to_owned(), join_url: link.to_owned(), details: format!("Join: {link}") })
        }
        _ => Err(Failure::Unavailable("the provider answered without `id` or `link`".to_owned())),
    }
}

/// Updates the room to match the meeting.
pub async fn update_room(context: &Context<'_>, id: &str, meeting: &Meeting) -> Result<(), Failure> {
    call(context, Method::Put, &room(id), Some(meeting)).await.map(drop)
}

/// Deletes a room. Succeeds if it is already gone.
pub async fn delete_room(context: &Context<'_>, id: &str) -> Result<(), Failure> {
    match call(context, Method::Delete, &room(id), None).await {
        Err(Failure::NotFound) => Ok(()),
        other => other.map(drop),
    }
}

fn room(id: &str) -> String {
    format!("/rooms/{}", escape(id, Escape::Url))
}

/// Sends a request and returns the answer, unless it has an error status.
async fn call(
    context: &Context<'_>,
    method: Method,
    path: &str,
    meeting: Option<&Meeting>,
) -> Result<Response, Failure> {
    // A plug can only see whether a secret is set.
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
    // A repeated create would make a second room; the other requests may be repeated.
    if !matches!(method, Method::Post) {
        request = request.idempotent();
    }
    let answer = context.http.send(request).await?;
    match answer.status() {
        200..300 => Ok(answer),
        401 | 403 => Err(Failure::CredentialsRejected),
        404 if !matches!(method, Method::Post) => Err(Failure::NotFound),
        429 => Err(Failure::RateLimited(answer.retry_after())),
        status @ (400 | 422) => Err(Failure::Invalid(format!("the provider rejected the request with {status}"))),
        status => Err(Failure::Unavailable(format!("the provider answered {status}"))),
    }
}

/// Whether a text is non-empty, of limited length and without control characters.
fn is_text(text: &str, max_len: usize) -> bool {
    !text.is_empty() && text.len() <= max_len && !text.contains(char::is_control)
}

fn is_link(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}
