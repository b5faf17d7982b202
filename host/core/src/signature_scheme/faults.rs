//! Validates the signature schemes of a route before the route is used.

use super::headers::schemes;
use super::{security_headers, text};
use crate::render::header_name_ok;
use crate::text::quote;
use crate::types::manifest::{Authenticity, Condition, Format, Part, Place, Route, SecretForm, SignatureScheme};

/// Maximum number of faults reported for a route.
const MAX_FAULTS: usize = 32;

/// Returns the faults of a route, one sentence each, or an empty list. If the route exceeds the length limit of a list,
/// only that fault is reported.
pub fn faults(route: &Route) -> Vec<String> {
    let mut faults = found(route);
    faults.truncate(MAX_FAULTS);
    faults.into_iter().map(|fault| format!("route {}: {fault}", quote(&route.name))).collect()
}

fn found(route: &Route) -> Vec<String> {
    if let Some(fault) = overlong(route) {
        return vec![fault];
    }
    let mut faults = Vec::new();
    address(route, &mut faults);
    forwarded(route, &mut faults);
    match &route.authenticity {
        Authenticity::None => {}
        Authenticity::SharedSecret(header) => {
            header_name(header, &mut faults);
            secrets(route, &mut faults);
        }
        Authenticity::Signatures(schemes) => {
            secrets(route, &mut faults);
            together(schemes, &mut faults);
            for one in schemes {
                let mut found = Vec::new();
                scheme(one, &mut found);
                faults.extend(found.into_iter().map(|fault| format!("signature {}: {fault}", quote(&one.name))));
            }
        }
    }
    faults
}

/// Reports the first list that is longer than any sender needs. A forged request could make the host process all of it.
fn overlong(route: &Route) -> Option<String> {
    let schemes = schemes(route);
    let own = [
        ("methods", route.methods.len(), 8),
        ("media types", route.media_types.len(), 8),
        ("settings for its secret", route.secrets.len(), 8),
        ("forwarded headers", route.headers.len(), 64),
        ("signatures", schemes.len(), 16),
    ];
    let texts = || schemes.iter().flat_map(|scheme| &scheme.texts);
    let escapes = texts().flatten().map(|part| match part {
        Part::Url(escapes) => escapes.len(),
        _ => 0,
    });
    own.into_iter()
        .chain(schemes.iter().map(|scheme| ("conditions in a signature", scheme.applies_if.len(), 8)))
        .chain(schemes.iter().map(|scheme| ("texts in a signature", scheme.texts.len(), 4)))
        .chain(texts().map(|parts| ("parts in a text", parts.len(), 32)))
        .chain(escapes.map(|escapes| ("escapes", escapes, 64)))
        .find(|(_, length, most)| length > most)
        .map(|(listed, length, most)| format!("it declares {length} {listed}: at most {most} are allowed"))
}

/// Checks the parts of a route that do not concern its sender.
fn address(route: &Route, faults: &mut Vec<String>) {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if route.name.is_empty() || !route.name.bytes().all(unreserved) || route.name.bytes().all(|byte| byte == b'.') {
        faults.push("its name must be a path segment: use letters, digits, `-` and `_`".to_owned());
    }
    if route.methods.is_empty() {
        faults.push("it accepts no method: declare one".to_owned());
    }
    for method in &route.methods {
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            faults.push(format!("the method {} must be in upper-case letters", quote(method)));
        }
    }
    for media_type in &route.media_types {
        let token = |half: &str| header_name_ok(half) && !half.bytes().any(|byte| byte.is_ascii_uppercase());
        if !media_type.split_once('/').is_some_and(|(kind, subtype)| token(kind) && token(subtype)) {
            faults.push(format!("{} is not a lower-case media type such as application/json", quote(media_type)));
        }
    }
}

fn forwarded(route: &Route, faults: &mut Vec<String>) {
    let proving = security_headers(route);
    for header in &route.headers {
        header_name(header, faults);
        if header.bytes().any(|byte| byte.is_ascii_uppercase()) {
            faults.push(format!("the forwarded header {} must be in lower case", quote(header)));
        }
        if proving.contains(&header.to_ascii_lowercase()) {
            faults.push(format!(
                "the header {} authenticates the sender and is never forwarded: leave it out",
                quote(header)
            ));
        }
    }
}

fn secrets(route: &Route, faults: &mut Vec<String>) {
    if route.secrets.is_empty() {
        faults.push("it names no setting for its secret: declare one".to_owned());
    }
    if route.secrets.iter().any(String::is_empty) {
        faults.push("it names a setting with an empty key".to_owned());
    }
}

/// Checks whether one scheme prevents another from being used.
fn together(schemes: &[SignatureScheme], faults: &mut Vec<String>) {
    if schemes.is_empty() {
        faults.push(
            "it has no signature scheme: declare one, or declare that the sender is not authenticated".to_owned(),
        );
    }
    for (index, later) in schemes.iter().enumerate() {
        let hidden = |earlier: &&SignatureScheme| {
            earlier.applies_if.iter().all(|condition| later.applies_if.contains(condition))
        };
        if let Some(earlier) = schemes.iter().take(index).find(hidden) {
            faults.push(format!(
                "signature {} is never checked, because {} applies whenever it does: put it first, or add a condition",
                quote(&later.name),
                quote(&earlier.name)
            ));
        }
    }
}

fn scheme(scheme: &SignatureScheme, faults: &mut Vec<String>) {
    if scheme.name.trim().is_empty() {
        faults.push("its name is empty".to_owned());
    }
    place(&scheme.at, faults);
    conditions(&scheme.applies_if, faults);
    secret_form(&scheme.secret_form, faults);
    if scheme.texts.is_empty() {
        faults.push("it has no signed text".to_owned());
    }
    for parts in &scheme.texts {
        signed_text(scheme, parts, faults);
    }
    if let Some(freshness) = &scheme.freshness {
        place(&freshness.sent_at, faults);
        if freshness.tolerance_seconds == 0 {
            faults.push("its tolerance is 0 seconds: no request arrives that fast".to_owned());
        }
        let shared = freshness.sent_at.header.eq_ignore_ascii_case(&scheme.at.header);
        let fields = [&freshness.sent_at.format, &scheme.at.format].map(|format| matches!(format, Format::Field(_)));
        if shared && (fields != [true, true] || freshness.sent_at.format == scheme.at.format) {
            faults.push("signature and timestamp share one header, but not as two fields".to_owned());
        }
    }
}

fn signed_text(scheme: &SignatureScheme, parts: &[Part], faults: &mut Vec<String>) {
    if parts.is_empty() {
        faults.push("a signed text has no parts".to_owned());
        return;
    }
    match (scheme.keyed, parts.contains(&Part::Secret)) {
        (true, true) => faults.push("the secret is both the key and part of the text: use it only once".to_owned()),
        (false, false) => {
            faults.push("it is not keyed and its text lacks the secret: anyone could forge it".to_owned());
        }
        _ => {}
    }
    let timed = parts.iter().any(|part| match (part, &scheme.freshness) {
        (Part::Timestamp, _) => true,
        (Part::Header(header), Some(freshness)) => header.eq_ignore_ascii_case(&freshness.sent_at.header),
        _ => false,
    });
    match (&scheme.freshness, timed) {
        (Some(_), false) => faults.push("the text lacks the timestamp: anyone could replace it".to_owned()),
        (None, true) => faults.push("the text has a timestamp, but nothing says where to find it".to_owned()),
        _ => {}
    }
    for part in parts {
        match part {
            Part::Header(header) => header_name(header, faults),
            Part::Url(escapes) => {
                for escape in escapes.iter().filter(|escape| text::escaped_byte(escape.as_bytes()).is_none()) {
                    faults
                        .push(format!("{} is not a percent-escape with upper-case digits such as %3A", quote(escape)));
                }
            }
            _ => {}
        }
    }
}

fn conditions(conditions: &[Condition], faults: &mut Vec<String>) {
    for condition in conditions {
        let (Condition::HeaderIs((header, _)) | Condition::HeaderAbsent(header) | Condition::HeaderPresent(header)) =
            condition;
        header_name(header, faults);
        let never = conditions.iter().any(|other| match (condition, other) {
            (Condition::HeaderAbsent(absent), Condition::HeaderPresent(there) | Condition::HeaderIs((there, _))) => {
                absent.eq_ignore_ascii_case(there)
            }
            (Condition::HeaderIs((header, one)), Condition::HeaderIs((other, another))) => {
                header.eq_ignore_ascii_case(other) && one < another
            }
            _ => false,
        });
        if never {
            faults.push(format!("its conditions on {} can never hold together", quote(header)));
        }
    }
}

fn place(place: &Place, faults: &mut Vec<String>) {
    header_name(&place.header, faults);
    let (Format::Field(name) | Format::Tagged(name)) = &place.format else {
        return;
    };
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic() && !b",=".contains(&byte)) {
        faults.push(format!("{} cannot name a value in the header {}", quote(name), quote(&place.header)));
    }
}

fn secret_form(form: &SecretForm, faults: &mut Vec<String>) {
    if let SecretForm::Base64(prefix) = form
        && prefix.trim() != prefix
    {
        faults.push(format!("the secret's prefix {} begins or ends with a blank", quote(prefix)));
    }
}

fn header_name(header: &str, faults: &mut Vec<String>) {
    if !header_name_ok(header) {
        faults.push(format!("{} is not a valid header name", quote(header)));
    }
}
