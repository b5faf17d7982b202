//! `cordboard emulate hubspot` as a process of its own, and an app's configuration that calls it.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::run::{Ran, cordboard, run};
use super::{SECRET, Serving, compiled, http};

/// The developer's key that is configured.
pub const KEY: &str = "d3v-k3y-4711-0815";

/// A HubSpot that listens.
pub struct Emulator {
    pub serving: Serving,
    /// What it said of itself.
    pub greeting: Value,
}

impl Emulator {
    /// Starts one on a free port, in a folder.
    pub fn start(folder: &Path, words: &[&str]) -> Self {
        let words = [&["emulate", "hubspot", "--json", "--listen", "127.0.0.1:0"], words].concat();
        Self::of(cordboard(folder, "error", &words))
    }

    /// Starts this command, which prints JSON.
    pub fn of(command: Command) -> Self {
        let (serving, said) = greeted(command);
        let greeting = serde_json::from_str(&said).unwrap_or_else(|error| panic!("it did not start: {error}: {said}"));
        Self { serving, greeting }
    }

    pub fn url(&self) -> &str {
        self.greeting["url"].as_str().unwrap()
    }

    pub fn address(&self) -> &str {
        self.url().strip_prefix("http://").unwrap()
    }

    /// Asks one of its endpoints, and gives status and JSON.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = http::ask(self.address(), method, path, "", &body).unwrap();
        (status, serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {status} {answer}")))
    }

    pub fn state(&self) -> Value {
        self.ask("GET", "/emulator/state", &Value::Null).1
    }

    /// What it was asked, and what it called.
    pub fn calls(&self) -> Vec<Value> {
        let (_, mut answer) = self.ask("GET", "/emulator/calls", &Value::Null);
        answer["calls"].as_array_mut().map(std::mem::take).unwrap()
    }

    /// Method, path and status of each call.
    pub fn called(&self) -> Vec<String> {
        named(&self.calls())
    }
}

/// Name and status of each call.
pub fn named(calls: &[Value]) -> Vec<String> {
    calls.iter().map(|call| format!("{} {}", call["name"].as_str().unwrap(), call["status"])).collect()
}

/// Starts a command that serves, and gives what it said of itself.
pub fn greeted(mut command: Command) -> (Serving, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut said = vec![0; 8 << 10];
    // It is written at once, and shorter than what a pipe takes at once.
    let length = child.stdout.take().unwrap().read(&mut said).unwrap();
    said.truncate(length);
    (Serving::of(child), String::from_utf8(said).unwrap())
}

/// A HubSpot, and a folder with a configuration whose app calls it.
pub struct Fixture {
    pub folder: TempDir,
    pub hubspot: Emulator,
}

impl Fixture {
    /// HubSpot is started with these words, and both know the key.
    pub fn new(words: &[&str]) -> Self {
        Self::with(&format!("developer-api-key = \"{KEY}\""), words)
    }

    /// HubSpot is started with these words, and both know these settings.
    pub fn with(settings: &str, words: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &configuration(settings));
        let hubspot = Emulator::start(folder.path(), &[&["--config", "cordboard.toml"], words].concat());
        let fixture = Self { folder, hubspot };
        fixture.configure(settings);
        fixture
    }

    /// Gives the app these settings beside HubSpot's address.
    pub fn configure(&self, settings: &str) {
        let api = format!("api-url = \"{}\"", self.hubspot.url());
        let settings = if settings.is_empty() { api } else { format!("{api}, {settings}") };
        write(self.folder.path(), &configuration(&settings));
    }

    /// Runs `cordboard hubspot …`.
    pub fn run(&self, words: &[&str]) -> Ran {
        self.run_logged("warn", words)
    }

    pub fn run_logged(&self, log: &str, words: &[&str]) -> Ran {
        run(cordboard(self.folder.path(), log, &[&["hubspot"], words].concat()))
    }
}

/// One app with one account.
pub fn configuration(settings: &str) -> String {
    let api = settings.split_once("api-url = \"http://").and_then(|(_, rest)| rest.split('"').next());
    let outbound = api.map(|host| format!("outbound = {{ allow-private = true, allow = [\"{host}\"] }}\n"));
    format!(
        "public-url = \"https://bridge.example.com\"\n\
         [app.54321]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\", {settings} }}\n\
         {}[account.123123]\napp = 54321\n",
        outbound.unwrap_or_default()
    )
}

pub fn write(folder: &Path, configuration: &str) {
    compiled::prepare(&folder.join("cordboard-data"), configuration);
    fs::write(folder.join("cordboard.toml"), configuration).unwrap();
}
