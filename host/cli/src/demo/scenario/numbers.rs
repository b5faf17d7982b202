//! The help desk requests a user's telephone numbers.

use cordboard_emulator::hubspot::{Numbers, PhoneNumber};

use crate::demo::assertions::{Checked, assert_equal, assert_ok};
use crate::demo::fixtures::{ACME, Account, GLOBEX};

use super::Scenario;

const NUMBERS: &str = "phone-numbers";

pub async fn run(scenario: &mut Scenario<'_>) -> Checked {
    scenario.printer.step("HubSpot's help desk requests telephone numbers");

    let numbers = request(scenario, ACME, 200).await?;
    let number = |number: &str, extension: Option<&str>, name: &str| PhoneNumber {
        e164_phone_number: number.to_owned(),
        extension: extension.map(str::to_owned),
        friendly_name: Some(name.to_owned()),
    };
    let expected = [number("+18001231234", Some("1"), "Front desk"), number("+41443334455", None, "Zürich")];
    assert_equal("the numbers", expected.as_slice(), &numbers.phone_numbers)?;
    scenario.printer.means("They come from acme's telephony plug, a phonebook in the configuration.");

    request(scenario, GLOBEX, 501).await?;
    scenario.printer.means("globex has no telephony plug, so HubSpot gets a 501 that says so.");
    Ok(())
}

/// Requests the numbers of an account's user as HubSpot, and asserts the status.
pub async fn request(scenario: &mut Scenario<'_>, account: Account, status: u16) -> Checked<Numbers> {
    let numbers = scenario.environment.hubspot.phone_numbers(account.id, account.user).await;
    let numbers = assert_ok("the action at HubSpot", numbers)?;
    scenario.called(&numbers.calls, &[(NUMBERS, status)])?;
    Ok(numbers)
}
