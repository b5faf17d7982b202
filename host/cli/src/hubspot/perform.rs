//! Performs or previews an API call. A change is framed by reads: before it for comparison, after it until HubSpot
//! shows it.

use std::process::ExitCode;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::CliError;
use crate::terminal::plain;
use cordboard::app_settings::{AppSettings, AppSettingsError, Call};
use cordboard::config::Config;
use cordboard::contract::settings::EndpointSettings;
use cordboard_doctor::hubspot::{PHONE_NUMBERS, describe};

use super::show::{self, Shown, compared};
use super::{Changing, Common};

/// Changes have been seen to take a minute; HubSpot documents no limit.
const TIMEOUT: Duration = Duration::from_secs(120);
const POLL_INTERVAL: Duration = Duration::from_secs(2);
const REPORT_INTERVAL: Duration = Duration::from_secs(10);

/// The status for something that already exists.
const CONFLICT: u16 = 409;

/// Shows the current settings.
pub(super) async fn get(common: &Common, read: &Call) -> Result<ExitCode, CliError> {
    let (_, settings) = common.open()?;
    if common.dry_run {
        return show::request(common.output, &settings.request(read)?);
    }
    show::settings(common.output, settings.app(), settings.ask(read).await?.as_ref())
}

/// Makes the change that `call` returns, and shows the differences.
pub(super) async fn change(
    changing: &Changing,
    read: &Call,
    call: impl FnOnce(&Config, &AppSettings) -> Result<Call, CliError>,
) -> Result<ExitCode, CliError> {
    let common = &changing.common;
    let (config, settings) = common.open()?;
    let call = call(&config, &settings)?;
    // Validate the change before reading anything.
    let request = settings.request(&call)?;
    if common.dry_run {
        return show::request(common.output, &request);
    }
    let before = current(&settings, read).await?;
    let after = settings.ask(&call).await.map_err(|error| CliError::new(plain(&change_error(&call, &error))))?;
    let shown = match changing.wait {
        true => Some(wait(&settings, read, after.as_ref(), TIMEOUT).await),
        false => None,
    };
    show::change(common.output, settings.app(), before.as_ref(), after.as_ref(), shown.as_ref())
}

/// Describes the error of a change. Says if the channel connection already exists, or if HubSpot may have applied the
/// change although no answer came.
fn change_error(call: &Call, error: &AppSettingsError) -> String {
    let creates = matches!(call, Call::Set(new) if new.endpoints.iter().any(|new| new.purpose == PHONE_NUMBERS));
    let hint = if creates && error.error_response().is_some_and(|response| response.status == CONFLICT) {
        "; use `cordboard hubspot calling update` to change the existing one"
    } else if error.may_be_done() {
        "; HubSpot may have applied the change anyway: check with `get` before you retry"
    } else {
        ""
    };
    describe(error) + hint
}

/// Reads the current settings. Returns `None` if nothing is set.
async fn current(settings: &AppSettings, read: &Call) -> Result<Option<EndpointSettings>, AppSettingsError> {
    match settings.ask(read).await {
        Err(error) if error.is_not_found() => Ok(None),
        result => result,
    }
}

/// Polls HubSpot until it shows the `expected` settings, for at most `timeout`.
async fn wait(settings: &AppSettings, read: &Call, expected: Option<&EndpointSettings>, timeout: Duration) -> Shown {
    let began = Instant::now();
    let mut reported = began;
    loop {
        let seen = match current(settings, read).await {
            Ok(seen) if compared(seen.as_ref(), expected).iter().all(|field| !field.differs()) => return Shown::Yes,
            Ok(_) => Shown::NotYet,
            // Retrying with the same key would not help.
            Err(error) if error.is_unauthorized() => return Shown::Unknown(describe(&error)),
            // The change is made; a failed read only means trying again.
            Err(error) => Shown::Unknown(describe(&error)),
        };
        if began.elapsed() + POLL_INTERVAL > timeout {
            return seen;
        }
        if reported == began || reported.elapsed() >= REPORT_INTERVAL {
            reported = Instant::now();
            let seconds = began.elapsed().as_secs();
            eprintln!("waiting for HubSpot to show the change ({seconds} s; usually takes a minute)");
        }
        sleep(POLL_INTERVAL).await;
    }
}

#[cfg(test)]
mod tests {
    use cordboard_emulator::hubspot::{Fault, FaultKind, HubSpot, Options};
    use tokio::net::TcpListener;

    use super::*;
    use cordboard::app_settings::Unanswered;
    use cordboard::contract::settings::SettingsError;
    use cordboard::server::{ServeLimits, serve};
    use cordboard_doctor::hubspot::{endpoint, read_video};

    #[tokio::test(flavor = "multi_thread")]
    async fn waiting_in_vain_reports_the_last_read() {
        let options = Options::new(7, "a-client-secret").unwrap();
        let key = options.developer_key.clone();
        let hubspot = HubSpot::new(options).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, hubspot.router(), ServeLimits::default(), std::future::pending()));
        let text = format!(
            "public-url = 'https://a.example'\n[app.7]\nplug = 'hubspot'\noutbound = {{ allow-private = true, allow = ['{at}'] }}\n\
             settings = {{ client-secret = 's', developer-api-key = '{key}', api-url = 'http://{at}' }}\n"
        );
        let config = Config::parse(&text, "".as_ref(), &|_| None).unwrap();
        let settings = AppSettings::open(&config, None).unwrap();
        let create = endpoint("create-meeting", "https://a.example/create".to_owned());
        let expected = EndpointSettings { endpoints: vec![create], extras: Vec::new() };
        let read = read_video();
        let waited = || wait(&settings, &read, Some(&expected), Duration::ZERO);
        assert_eq!(waited().await, Shown::NotYet);
        hubspot.set_faults(vec![Fault { kind: FaultKind::ServerError, times: None }]).unwrap();
        let seen = waited().await;
        assert!(matches!(&seen, Shown::Unknown(why) if why.starts_with("HubSpot answered 500 ")), "{seen:?}");
        // A refused key ends the wait at once.
        hubspot.set_faults(Vec::new()).unwrap();
        let config = Config::parse(&text.replace(&key, "another-key"), "".as_ref(), &|_| None).unwrap();
        let settings = AppSettings::open(&config, None).unwrap();
        let seen = wait(&settings, &read, Some(&expected), TIMEOUT).await;
        assert!(matches!(&seen, Shown::Unknown(why) if why.starts_with("HubSpot answered 401 ")), "{seen:?}");
    }

    #[test]
    fn a_change_that_reached_hubspot_may_have_been_applied() {
        let described = |reached| {
            let unanswered = Unanswered { reason: "the connection was lost".to_owned(), reached };
            let error = SettingsError::Unavailable("the provider cannot be reached".to_owned());
            change_error(&Call::Delete(Vec::new()), &AppSettingsError::Settings(error, Some(unanswered)))
        };
        assert!(described(true).ends_with("may have applied the change anyway: check with `get` before you retry"));
        assert!(!described(false).contains("may have applied"), "{}", described(false));
    }
}
