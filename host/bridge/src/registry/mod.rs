//! The plugs that a configuration names: loads them from the library, and checks the configuration against them. It must
//! not depend on what uses the plugs.

mod error;
mod plugs;

use cordboard_config::{Config, Report};

pub use error::{PlugError, RegistryError};
pub use plugs::Plugs;
pub use plugs::open_library;

/// Checks a configuration against the plugs that it names.
pub fn check(config: &Config, plugs: &mut Plugs) -> Report {
    plugs.load_all(config);
    cordboard_config::check(config, &|plug| match plugs.get(plug) {
        Ok(plug) => Ok((plug.role(), plug.description())),
        Err(error) => Err(error.to_string()),
    })
}
