//! iotum sends a webhook twice.

use crate::cli::demo::right::{Right, equal};
use crate::cli::demo::wire::Request;

use super::Play;

pub async fn play(play: &mut Play<'_>, last: &Request) -> Right {
    play.narrator.step("iotum sends the last webhook again");
    let before = play.count("provider", "duplicate");
    play.ask("iotum", "POST conference_end", last).await?.no_content()?;
    play.no_new_event().await?;
    equal("how many duplicates were counted", &(before + 1), &play.count("provider", "duplicate"))?;
    play.narrator.means("iotum is told that all is well, and the event is kept once.");
    Ok(())
}
