//! Runs the spin.toml of this repository without Spin: `cargo run -p cordboard-spin-host --example up -- NAME=VALUE …`,
//! with the variables of the application. The store is in memory only.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use cordboard_spin_host::{App, Fault, Manifest, Store};

#[tokio::main]
async fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let variables: Vec<_> = given.iter().filter_map(|given| given.split_once('=')).collect();
    if variables.len() < given.len() {
        eprintln!("give each variable as NAME=VALUE: guest/gateway/README.md lists them");
        return ExitCode::FAILURE;
    }
    match start(&variables).await {
        Ok(app) => show(&app).await,
        Err(fault) => {
            eprintln!("{fault:#}: guest/gateway/README.md shows what spin.toml wants");
            ExitCode::FAILURE
        }
    }
}

async fn start(variables: &[(&str, &str)]) -> Result<App, Fault> {
    let manifest = Manifest::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spin.toml"))?;
    App::start(&manifest, variables, Store::default()).await
}

async fn show(app: &App) -> ExitCode {
    println!("http://{}", app.address);
    let mut shown = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let log = app.log();
        eprint!("{}", log.get(shown..).unwrap_or_default());
        shown = log.len();
    }
}
