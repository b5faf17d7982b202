//! Runs the spin.toml of this repository without Spin: `cargo run -p cordboard-spin-host --example up -- NAME=VALUE …`,
//! with the variables of the application. What is kept is forgotten when it stops.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "for development")]

use std::path::Path;
use std::time::Duration;

use cordboard_spin_host::{App, Manifest, Store};

#[tokio::main]
async fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let variables: Vec<_> = given.iter().filter_map(|given| given.split_once('=')).collect();
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spin.toml");
    let manifest = Manifest::read(&manifest).unwrap_or_else(|fault| panic!("{fault:#}"));
    let app = App::start(&manifest, &variables, Store::default()).await.unwrap_or_else(|fault| panic!("{fault:#}"));
    println!("http://{}", app.address);
    let mut shown = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let log = app.log();
        eprint!("{}", log.get(shown..).unwrap_or_default());
        shown = log.len();
    }
}
