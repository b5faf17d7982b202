//! Runs the commands in the README.md of a plug template (guest/templates).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cordboard::plug::Plug;
use cordboard_conformance::{Report, Samples, Setup, full};

/// The languages with a template.
pub const LANGUAGES: [&str; 3] = ["rust", "javascript", "python"];

/// A copied and built template.
pub struct Built {
    folder: PathBuf,
    /// The arguments of `cordboard plug test`.
    words: Vec<String>,
}

/// Runs the first commands of a template's README.md, from copying to building it, in a folder in `folder` next to the
/// repository as `cordboard`. Removes an earlier copy.
///
/// # Panics
/// Panics if a command fails.
pub fn build(folder: &Path, language: &str) -> Built {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository");
    let here = folder.join(language);
    let _ = fs::remove_dir_all(&here);
    fs::create_dir_all(&here).expect("a folder");
    std::os::unix::fs::symlink(&root, here.join("cordboard")).expect("a link");
    let readme = root.join("guest/templates").join(language).join("README.md");
    let readme = fs::read_to_string(&readme).unwrap_or_else(|error| panic!("{}: {error}", readme.display()));
    let commands = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("commands");
    // A backslash continues the line.
    let commands = commands.replace("\\\n", " ");
    let (tests, builds): (Vec<_>, Vec<_>) = commands.lines().partition(|line| line.starts_with("cordboard "));
    let mut builds = builds;
    // With the lock file, Cargo does not need the registry.
    builds.insert(1, "cp cordboard/Cargo.lock desk/");
    // Reuse what an earlier run has compiled.
    let target = format!("mkdir -p ../{language}-target; ln -s ../../{language}-target desk/target");
    builds.insert(2, &target);
    let output = Command::new("sh")
        .args(["-ec", &builds.join("\n")])
        .current_dir(&here)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTFLAGS")
        .output()
        .expect("a shell");
    let logs = || [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat();
    assert!(output.status.success(), "the template in {language}: {}", logs());
    let [test] = tests.as_slice() else { panic!("expected one command that tests the plug: {tests:?}") };
    let words = test.strip_prefix("cordboard plug test ").expect("a command that tests the plug");
    Built { folder: here.join("desk"), words: words.split_whitespace().map(str::to_owned).collect() }
}

impl Built {
    /// Returns the component.
    pub fn file(&self) -> Vec<u8> {
        self.read(&self.words[0])
    }

    /// Runs the conformance tests with the options in the README.
    pub fn test(&self, plug: &Plug) -> Report {
        let value_of = |option: &str| {
            let at = self
                .words
                .iter()
                .position(|word| word == option)
                .unwrap_or_else(|| panic!("the command has no {option}"));
            &self.words[at + 1]
        };
        let (key, value) = value_of("--set").split_once('=').expect("KEY=VALUE");
        let samples = String::from_utf8(self.read(value_of("--samples"))).expect("text");
        let settings = vec![(key.to_owned(), value.to_owned())];
        let samples = Samples::parse(&samples).unwrap_or_else(|error| panic!("{error}"));
        let setup = Setup::new(plug.description(), settings, samples).unwrap_or_else(|error| panic!("{error}"));
        full(plug, &setup)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}
