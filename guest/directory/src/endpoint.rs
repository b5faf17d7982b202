//! Parses the URL template of the endpoint.

use std::str::FromStr;

use cordboard_plug::Setting;

/// The placeholder for the user's id at the CRM.
const USER_ID: &str = "{user-id}";

/// The setting with the endpoint's URL.
pub const URL: Setting<Endpoint> =
    Setting::new("url", "URL of a user's numbers, such as https://pbx.example.com/users/{user-id}/numbers").required();

const NO_URL: &str = "it is not a URL: start it with `https://`, or in a private network with `http://`";
const NO_ASCII: &str = "it has a space, a quote, a backslash or a non-ASCII character: percent-encode it in the path \
    or the query, and write an international host name as `xn--…`";
const FRAGMENT: &str = "it has a fragment, which is never sent: remove the `#` and what follows it";
const USER: &str = "it has a user before its host: remove user and password, and set `key` to authenticate";
const IN_HOST: &str = "it has a placeholder in its host: put `{user-id}` into the path or the query";
const NO_HOST: &str = "its host is missing or invalid: write one such as `pbx.example.com` or `pbx.example.com:8443`";
const NO_USER_ID: &str = "it lacks `{user-id}`: put it into the path or the query, in place of the CRM's user id";
const UNKNOWN: &str = "it has a brace outside of `{user-id}`, the only placeholder: remove or percent-encode it";

/// The URL of a user's numbers, with `{user-id}` in its path or query.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint(String);

impl Endpoint {
    /// Returns the URL for one user. An id has no characters that a path or a query would have to escape.
    pub fn of_user(&self, user_id: &str) -> String {
        self.0.replace(USER_ID, user_id)
    }
}

impl FromStr for Endpoint {
    /// The problem and its fix.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(NO_URL)?;
        if !["https", "http"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            return Err(NO_URL);
        }
        if !rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`|".contains(&byte)) {
            return Err(NO_ASCII);
        }
        if rest.contains('#') {
            return Err(FRAGMENT);
        }
        check_authority(rest.split(['/', '?']).next().unwrap_or_default())?;
        if !rest.contains(USER_ID) {
            return Err(NO_USER_ID);
        }
        if rest.replace(USER_ID, "").contains(['{', '}']) {
            return Err(UNKNOWN);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Checks that the authority is `host[:port]`.
fn check_authority(authority: &str) -> Result<(), &'static str> {
    if authority.contains('@') {
        return Err(USER);
    }
    if authority.contains(['{', '}']) {
        return Err(IN_HOST);
    }
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    if authority.is_empty() || authority.starts_with(':') || authority.ends_with(':') || !authority.bytes().all(is_host)
    {
        return Err(NO_HOST);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_placeholder_is_replaced_by_the_user_id() {
        for (text, url) in [
            ("https://pbx.example.com/users/{user-id}/numbers", "https://pbx.example.com/users/7/numbers"),
            ("https://pbx.example.com/{user-id}", "https://pbx.example.com/7"),
            ("https://pbx.example.com?user={user-id}&x=%7B", "https://pbx.example.com?user=7&x=%7B"),
            ("HTTPS://PBX.example.com:8443/{user-id}/{user-id}", "HTTPS://PBX.example.com:8443/7/7"),
            (" http://[::1]:9000/@{user-id}?next=https://a.example\n", "http://[::1]:9000/@7?next=https://a.example"),
        ] {
            assert_eq!(text.parse::<Endpoint>().map(|endpoint| endpoint.of_user("7")).as_deref(), Ok(url), "{text}");
        }
    }

    #[test]
    fn each_invalid_url_has_its_own_error() {
        for (text, problem) in [
            ("", NO_URL),
            ("pbx.example.com/{user-id}", NO_URL),
            ("ftp://pbx.example.com/{user-id}", NO_URL),
            ("pbx.example.com/?x=https://evil.example/{user-id}", NO_URL),
            ("https://pbx.example.com/a b/{user-id}", NO_ASCII),
            ("https://pbx.example.com/{user-id}\r\nx: y", NO_ASCII),
            ("https://pbx.example.com\\@evil.example/{user-id}", NO_ASCII),
            ("https://müller.example/{user-id}", NO_ASCII),
            ("https://pbx.example.com/#{user-id}", FRAGMENT),
            ("https://pbx.example.com#@evil.example/{user-id}", FRAGMENT),
            ("https://ada@pbx.example.com/{user-id}", USER),
            ("https://ada:secret@pbx.example.com/{user-id}", USER),
            ("https://{user-id}@pbx.example.com/", USER),
            ("https://{user-id}.example.com/", IN_HOST),
            ("https://pbx.example.com:{user-id}/{user-id}", IN_HOST),
            ("https://pbx.example.com{user-id}", IN_HOST),
            ("https://", NO_HOST),
            ("https:///{user-id}", NO_HOST),
            ("https://?{user-id}", NO_HOST),
            ("https://:8443/{user-id}", NO_HOST),
            ("https://https://pbx.example.com/{user-id}", NO_HOST),
            ("https://pbx.example.com%2f/{user-id}", NO_HOST),
            ("https://pbx.example.com", NO_USER_ID),
            ("https://pbx.example.com/users/{user_id}", NO_USER_ID),
            ("https://pbx.example.com/users/%7Buser-id%7D", NO_USER_ID),
            ("https://pbx.example.com/{account}/{user-id}", UNKNOWN),
            ("https://pbx.example.com/{{user-id}}", UNKNOWN),
        ] {
            assert_eq!(text.parse::<Endpoint>(), Err(problem), "{text}");
        }
    }
}
