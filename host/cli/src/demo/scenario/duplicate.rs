//! iotum sends a webhook twice.

use cordboard_doctor::request::Request;

use crate::demo::assertions::{Checked, assert_equal};

use super::Scenario;

pub async fn run(scenario: &mut Scenario<'_>, last: &Request) -> Checked {
    scenario.printer.step("iotum sends the last webhook again");
    let before = scenario.count("provider", "duplicate");
    scenario.send("iotum", "POST conference_end", last).await?.no_content()?;
    scenario.new_events(0).await?;
    assert_equal("the number of counted duplicates", &(before + 1), &scenario.count("provider", "duplicate"))?;
    scenario.printer.means("iotum gets a success again, and the event is stored once.");
    Ok(())
}
