//! Plug.
use cordboard_plug::{Conference, Context, Description, Failure, Meeting, Provider};
struct Jitsi;
impl Provider for Jitsi {
    fn describe() -> Description { cordboard_plug::describe("jitsi", "Jitsi", "0.1.0") }
    async fn create(context: &Context<'_>, _meeting: Meeting) -> Result<Conference, Failure> {
        let id = context.random.hex();
        Ok(Conference { join_url: format!("https://rooms.example/{id}"), details: String::new(), id })
    }
}
cordboard_plug::export!(provider: Jitsi);
