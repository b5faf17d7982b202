//! Where a user's numbers are asked for, as an operator writes it.

use std::str::FromStr;

use cordboard_plug::Setting;

/// Stands for the CRM's number of the user.
const USER_ID: &str = "{user-id}";

/// Where to ask.
pub const URL: Setting<Endpoint> =
    Setting::new("url", "Address of a user's numbers, such as https://pbx.example.com/users/{user-id}/numbers")
        .required();

const NO_URL: &str = "it is not a URL: begin it with `https://`, or in a private network with `http://`";
const NO_ASCII: &str = "it has a blank, a quote, a backslash or a letter beyond ASCII: percent-encode what is in the \
    path or the query, and write an international host as `xn--…`";
const FRAGMENT: &str = "it has a fragment, which is never sent: end it before the `#`";
const USER: &str = "it has a user before its host: leave out user and password, and set `key` to prove us";
const IN_HOST: &str = "it has a placeholder in its host: write `{user-id}` into the path or the query";
const NO_HOST: &str = "it has no host, or one that cannot be: write one such as `pbx.example.com` or \
    `pbx.example.com:8443`";
const NO_USER_ID: &str = "it lacks `{user-id}`: write it where the CRM's number of the user belongs, in the path or \
    the query";
const UNKNOWN: &str = "it has a brace that is not of `{user-id}`, the only placeholder: leave it out, or percent-encode \
    it";

/// The URL of a user's numbers, with `{user-id}` in its path or query.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint(String);

impl Endpoint {
    /// The URL for one user.
    pub fn of_user(&self, user_id: u64) -> String {
        self.0.replace(USER_ID, &user_id.to_string())
    }
}

impl FromStr for Endpoint {
    /// What is wrong with it and how to fix it.
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

/// `host[:port]`
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
    fn the_user_stands_where_the_placeholder_is() {
        for (text, url) in [
            ("https://pbx.example.com/users/{user-id}/numbers", "https://pbx.example.com/users/7/numbers"),
            ("https://pbx.example.com/{user-id}", "https://pbx.example.com/7"),
            ("https://pbx.example.com?user={user-id}&x=%7B", "https://pbx.example.com?user=7&x=%7B"),
            ("HTTPS://PBX.example.com:8443/{user-id}/{user-id}", "HTTPS://PBX.example.com:8443/7/7"),
            (" http://[::1]:9000/@{user-id}?next=https://a.example\n", "http://[::1]:9000/@7?next=https://a.example"),
        ] {
            assert_eq!(text.parse::<Endpoint>().map(|endpoint| endpoint.of_user(7)).as_deref(), Ok(url), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
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
