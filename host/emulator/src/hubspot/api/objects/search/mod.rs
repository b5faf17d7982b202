//! Search. An object matches if all filters of at least one group match.

mod filter;
mod order;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json as value};

use super::{Scope, view};
use crate::hubspot::api::error::ApiError;
use crate::hubspot::api::json;
use crate::hubspot::state::objects::{Properties, PropertyKind, kind};
use filter::Filter;
use order::Order;

/// HubSpot's limits: characters in a body, groups, filters per group and in total, results per page and in total.
const MAX_CHARACTERS: usize = 3000;
const MAX_GROUPS: usize = 5;
const MAX_GROUP_FILTERS: usize = 6;
const MAX_FILTERS: usize = 18;
const MAX_PAGE_LEN: u64 = 200;
const MAX_RESULTS: u64 = 10_000;

/// The default number of results per page.
const DEFAULT_PAGE_LEN: u64 = 10;

/// Handles POST to `search`, which finds objects as they are indexed.
pub async fn search(scope: Scope, headers: HeaderMap, bytes: Bytes) -> Result<Response, ApiError> {
    let search = Search::parse(&json::object(&headers, &bytes)?, &bytes)?;
    let mut found = scope.objects().search(scope.account, scope.object_type, |properties| search.matches(properties));
    search.order.sort(&mut found);

    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let end = search.after + search.limit;
    let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let page = found.iter().skip(index(search.after)).take(index(search.limit));
    let results: Vec<Value> = page.map(|object| view::part(object, &search.names)).collect();
    let paging = (end < total).then(|| ("paging", value!({ "next": { "after": end.to_string() } })));
    Ok(json::respond(StatusCode::OK, &json::with(value!({ "total": total, "results": results }), paging)))
}

/// Reads the `properties` of a body: the names of the properties to return.
///
/// # Errors
/// Returns 400 if it is not a list of names.
pub fn names(body: &Map<String, Value>) -> Result<Vec<String>, ApiError> {
    list(body, "properties")?
        .iter()
        .map(|name| name.as_str().map(str::to_owned).ok_or_else(|| invalid_list("properties")))
        .collect()
}

struct Search {
    groups: Vec<Vec<Filter>>,
    words: Vec<String>,
    order: Order,
    names: Vec<String>,
    limit: u64,
    after: u64,
}

impl Search {
    fn parse(body: &Map<String, Value>, bytes: &[u8]) -> Result<Self, ApiError> {
        let characters = String::from_utf8_lossy(bytes).chars().count();
        if characters > MAX_CHARACTERS {
            return Err(ApiError::invalid(format!(
                "a search may have at most {MAX_CHARACTERS} characters, but this one has {characters}"
            )));
        }
        let groups = list(body, "filterGroups")?;
        let groups = groups.iter().map(|group| {
            let filters = group.as_object().ok_or_else(|| invalid_list("filterGroups"))?;
            list(filters, "filters")?.iter().map(Filter::parse).collect::<Result<Vec<_>, _>>()
        });
        let groups = groups.collect::<Result<Vec<_>, _>>()?;
        let too_many = groups.len() > MAX_GROUPS
            || groups.iter().any(|filters| filters.len() > MAX_GROUP_FILTERS)
            || groups.iter().map(Vec::len).sum::<usize>() > MAX_FILTERS;
        if too_many {
            let why = format!(
                "a search may have {MAX_GROUPS} groups of {MAX_GROUP_FILTERS} filters, and {MAX_FILTERS} in total"
            );
            return Err(ApiError::invalid(why));
        }
        let limit = number(body, "limit", DEFAULT_PAGE_LEN, MAX_PAGE_LEN)?;
        let after = number(body, "after", 0, MAX_RESULTS)?;
        if after + limit > MAX_RESULTS {
            return Err(ApiError::invalid(format!("a search returns at most {MAX_RESULTS} results: narrow it down")));
        }
        let query = match body.get("query") {
            None | Some(Value::Null) => "",
            Some(query) => query.as_str().ok_or_else(|| ApiError::invalid("`query` must be a string"))?,
        };
        let words = filter::tokens(query).collect();
        Ok(Self { groups, words, order: Order::parse(list(body, "sorts")?)?, names: names(body)?, limit, after })
    }

    fn matches(&self, properties: &Properties) -> bool {
        let groups = &self.groups;
        (groups.is_empty() || groups.iter().any(|filters| filters.iter().all(|filter| filter.matches(properties))))
            && self.has_words(properties)
    }

    /// Whether each word is a prefix of a word in some text property.
    fn has_words(&self, properties: &Properties) -> bool {
        let texts = properties.iter().filter(|(name, _)| kind(name) == PropertyKind::Text);
        let tokens: Vec<String> = match self.words.is_empty() {
            true => return true,
            false => texts.flat_map(|(_, text)| filter::tokens(text)).collect(),
        };
        self.words.iter().all(|word| tokens.iter().any(|token| token.starts_with(word)))
    }
}

fn list<'a>(body: &'a Map<String, Value>, member: &str) -> Result<&'a [Value], ApiError> {
    match body.get(member) {
        None | Some(Value::Null) => Ok(&[]),
        Some(value) => value.as_array().map(Vec::as_slice).ok_or_else(|| invalid_list(member)),
    }
}

fn invalid_list(member: &str) -> ApiError {
    ApiError::invalid(format!("Invalid input JSON: `{member}` must be a list as documented"))
}

/// Reads a number, which clients may also send as a string.
fn number(body: &Map<String, Value>, member: &str, absent: u64, max: u64) -> Result<u64, ApiError> {
    let number = match body.get(member) {
        None | Some(Value::Null) => return Ok(absent),
        Some(Value::String(text)) if text.is_empty() => return Ok(absent),
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64(),
    };
    let number = number.filter(|number| *number <= max);
    number.ok_or_else(|| ApiError::invalid(format!("`{member}` must be a number up to {max}")))
}
