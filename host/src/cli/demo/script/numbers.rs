//! The help desk wants to know a user's telephone numbers.

use cordboard_emulator::hubspot::{Numbers, PhoneNumber};

use crate::cli::demo::cast::{ACME, Account, GLOBEX};
use crate::cli::demo::right::{Right, Wrong, equal};

use super::Play;

const NUMBERS: &str = "phone-numbers";

pub async fn play(play: &mut Play<'_>) -> Right {
    play.narrator.step("HubSpot's help desk asks for telephone numbers");

    let numbers = ask(play, ACME, 200).await?;
    let number = |number: &str, extension: Option<&str>, name: &str| PhoneNumber {
        e164_phone_number: number.to_owned(),
        extension: extension.map(str::to_owned),
        friendly_name: Some(name.to_owned()),
    };
    let expected = [number("+18001231234", Some("1"), "Front desk"), number("+41443334455", None, "Zürich")];
    equal("the numbers", expected.as_slice(), &numbers.phone_numbers)?;
    play.narrator.means("They come from acme's telephony plug, a phonebook in the configuration.");

    ask(play, GLOBEX, 501).await?;
    play.narrator.means("globex has no telephony plug, and HubSpot is told so.");
    Ok(())
}

/// HubSpot asks for the numbers of the user of an account, and is answered with this status.
pub async fn ask(play: &mut Play<'_>, account: Account, status: u16) -> Right<Numbers> {
    let numbers = play.stage.hubspot.phone_numbers(account.id, account.user).await;
    let numbers = numbers.map_err(|refusal| Wrong::new("what HubSpot lets people do", "this", refusal.to_string()))?;
    play.called(&numbers.calls, &[(NUMBERS, status)])?;
    Ok(numbers)
}
