//! Runs `cordboard emulate hubspot` as a process, with an app's configuration that calls it.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::run::{Ran, cordboard, run};
use super::{SECRET, Serving, compiled, http};

/// The configured developer key.
pub const KEY: &str = "d3v-k3y-4711-0815";

/// A running emulator.
pub struct Emulator {
    pub serving: Serving,
    /// Its output at the start.
    pub greeting: Value,
}

impl Emulator {
    /// Starts an emulator on a free port.
    pub fn start(folder: &Path, words: &[&str]) -> Self {
        let words = [&["emulate", "hubspot", "--json", "--listen", "127.0.0.1:0"], words].concat();
        Self::of(cordboard(folder, "error", &words))
    }

    /// Starts an emulator with a command that prints JSON.
    pub fn of(command: Command) -> Self {
        let (serving, text) = greeted(command);
        let greeting = serde_json::from_str(&text).unwrap_or_else(|error| panic!("it did not start: {error}: {text}"));
        Self { serving, greeting }
    }

    pub fn url(&self) -> &str {
        self.greeting["url"].as_str().unwrap()
    }

    pub fn address(&self) -> &str {
        self.url().strip_prefix("http://").unwrap()
    }

    /// Sends a request, and returns the status and the JSON.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = http::ask(self.address(), method, path, "", &body).unwrap();
        (status, serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {status} {answer}")))
    }

    pub fn state(&self) -> Value {
        self.ask("GET", "/emulator/state", &Value::Null).1
    }

    /// Returns the log of calls to and from the emulator.
    pub fn calls(&self) -> Vec<Value> {
        let (_, mut answer) = self.ask("GET", "/emulator/calls", &Value::Null);
        answer["calls"].as_array_mut().map(std::mem::take).unwrap()
    }

    /// Returns the name and status of each call.
    pub fn called(&self) -> Vec<String> {
        named(&self.calls())
    }
}

/// Returns the name and status of each call.
pub fn named(calls: &[Value]) -> Vec<String> {
    calls.iter().map(|call| format!("{} {}", call["name"].as_str().unwrap(), call["status"])).collect()
}

/// Starts a command that serves, and returns its first output.
pub fn greeted(mut command: Command) -> (Serving, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut output = vec![0; 8 << 10];
    // It is written at once, and is smaller than the buffer of a pipe.
    let length = child.stdout.take().unwrap().read(&mut output).unwrap();
    output.truncate(length);
    (Serving::of(child), String::from_utf8(output).unwrap())
}

/// An emulator, and a folder with a configuration whose app calls it.
pub struct Fixture {
    pub folder: TempDir,
    pub hubspot: Emulator,
}

impl Fixture {
    /// Starts an emulator with these arguments. Both have the key [`KEY`].
    pub fn new(words: &[&str]) -> Self {
        Self::with(&format!("developer-api-key = \"{KEY}\""), words)
    }

    /// Starts an emulator with these arguments. Both have these settings.
    pub fn with(settings: &str, words: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &configuration(settings));
        let hubspot = Emulator::start(folder.path(), &[&["--config", "cordboard.toml"], words].concat());
        let fixture = Self { folder, hubspot };
        fixture.configure(settings);
        fixture
    }

    /// Configures the app with these settings and the emulator's address.
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

/// Returns a configuration with one app and one account.
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
