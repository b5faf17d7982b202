//! Associations of objects, which are set on creation. The other object need not exist: the emulator has no contacts.

use serde_json::{Map, Value, json};

use crate::hubspot::api::error::ApiError;
use crate::hubspot::state::objects::{Association, Object, ObjectType};

/// The maximum number of associations of one object.
const MAX_ASSOCIATIONS: usize = 100;

/// HubSpot's association types: from a meeting, from a note, and the plural and singular names of the target.
const ASSOCIATION_TYPES: [(u64, u64, &str, &str); 4] = [
    (200, 202, "contacts", "contact"),
    (188, 190, "companies", "company"),
    (212, 214, "deals", "deal"),
    (226, 228, "tickets", "ticket"),
];

/// Parses the `associations` of a body.
///
/// # Errors
/// Returns 400 if it is not a list of associations that HubSpot defines.
pub fn parse(object_type: ObjectType, body: &Map<String, Value>) -> Result<Vec<Association>, ApiError> {
    let list = match body.get("associations") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(value) => value.as_array().filter(|list| list.len() <= MAX_ASSOCIATIONS).ok_or_else(malformed)?,
    };
    let mut associations = Vec::new();
    for entry in list {
        let to = entry.pointer("/to/id").and_then(id).ok_or_else(malformed)?;
        for association_type in entry.get("types").and_then(Value::as_array).ok_or_else(malformed)? {
            let category = association_type.get("associationCategory").and_then(Value::as_str);
            let type_id = association_type.get("associationTypeId").and_then(Value::as_u64).ok_or_else(malformed)?;
            if category != Some("HUBSPOT_DEFINED") || target(object_type, type_id).is_none() {
                let why = format!("association type {type_id} is not a HUBSPOT_DEFINED type for this object");
                return Err(ApiError::invalid(why));
            }
            associations.push(Association { to: to.clone(), type_id });
        }
    }
    if associations.len() > MAX_ASSOCIATIONS { Err(malformed()) } else { Ok(associations) }
}

/// Returns the associations of an object with objects of these types.
pub fn to_json(object: &Object, types: &[String]) -> Value {
    let name = match object.object_type {
        ObjectType::Meeting => "meeting_event",
        ObjectType::Note => "note",
    };
    let mut by_type = Map::new();
    for association in &object.associations {
        let Some((plural, singular)) = target(object.object_type, association.type_id) else { continue };
        if !types.iter().any(|name| name == plural || name == singular) {
            continue;
        }
        let result = json!({ "id": association.to, "type": format!("{name}_to_{singular}") });
        let entry = by_type.entry(plural).or_insert_with(|| json!({ "results": [] }));
        if let Some(results) = entry.get_mut("results").and_then(Value::as_array_mut) {
            results.push(result);
        }
    }
    Value::Object(by_type)
}

fn target(object_type: ObjectType, type_id: u64) -> Option<(&'static str, &'static str)> {
    let of_type = |meeting, note| if object_type == ObjectType::Meeting { meeting } else { note };
    let found = ASSOCIATION_TYPES.iter().find(|(meeting, note, ..)| of_type(*meeting, *note) == type_id);
    found.map(|(_, _, plural, singular)| (*plural, *singular))
}

fn id(value: &Value) -> Option<String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse::<u64>().ok().map(|number| number.to_string())
}

fn malformed() -> ApiError {
    ApiError::invalid(format!(
        "Invalid input JSON: `associations` must be a list of at most {MAX_ASSOCIATIONS} \
         {{\"to\":{{\"id\"}},\"types\":[{{\"associationCategory\",\"associationTypeId\"}}]}}"
    ))
}
