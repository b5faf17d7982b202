//! The templates of plugs (guest/templates), followed to the letter: what a template's README.md tells a newcomer to type
//! is typed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cordboard::plug::Plug;
use cordboard_conformance::{Report, Samples, Setup, full};

/// The languages that there is a template for.
pub const LANGUAGES: [&str; 3] = ["rust", "javascript", "python"];

/// A template's folder, as a newcomer has it in the end.
pub struct Built {
    folder: PathBuf,
    /// The words behind `cordboard plug test`.
    words: Vec<String>,
}

/// Types the first commands of a template's README.md in a folder of their own, beside one by the name of `cordboard`:
/// from copying the template to building it. `folder` is for all templates; what is there of this one is made anew.
///
/// # Panics
/// Where a command fails.
pub fn build(folder: &Path, language: &str) -> Built {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository");
    let here = folder.join(language);
    let _ = fs::remove_dir_all(&here);
    fs::create_dir_all(&here).expect("a folder");
    std::os::unix::fs::symlink(&root, here.join("cordboard")).expect("a link");
    let readme = root.join("guest/templates").join(language).join("README.md");
    let readme = fs::read_to_string(&readme).unwrap_or_else(|error| panic!("{}: {error}", readme.display()));
    let commands = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("commands");
    // A command goes on behind a backslash.
    let commands = commands.replace("\\\n", " ");
    let (tried, typed): (Vec<_>, Vec<_>) = commands.lines().partition(|line| line.starts_with("cordboard "));
    let mut typed = typed;
    // What was locked here is there already, so that nothing has to be looked up.
    typed.insert(1, "cp cordboard/Cargo.lock desk/");
    // What was compiled for an earlier test need not be compiled again.
    let target = format!("mkdir -p ../{language}-target; ln -s ../../{language}-target desk/target");
    typed.insert(2, &target);
    let output = Command::new("sh")
        .args(["-ec", &typed.join("\n")])
        .current_dir(&here)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTFLAGS")
        .output()
        .expect("a shell");
    let said = || [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat();
    assert!(output.status.success(), "the template in {language}: {}", said());
    let [test] = tried.as_slice() else { panic!("one line tries the plug: {tried:?}") };
    let words = test.strip_prefix("cordboard plug test ").expect("a line that tries the plug");
    Built { folder: here.join("desk"), words: words.split_whitespace().map(str::to_owned).collect() }
}

impl Built {
    /// The component.
    pub fn file(&self) -> Vec<u8> {
        self.read(&self.words[0])
    }

    /// Tries it as `cordboard plug test` does, with the words of the README.
    pub fn test(&self, plug: &Plug) -> Report {
        let behind = |option: &str| {
            let at =
                self.words.iter().position(|word| word == option).unwrap_or_else(|| panic!("{option} is not there"));
            &self.words[at + 1]
        };
        let (key, value) = behind("--set").split_once('=').expect("KEY=VALUE");
        let samples = String::from_utf8(self.read(behind("--samples"))).expect("text");
        let settings = vec![(key.to_owned(), value.to_owned())];
        let samples = Samples::parse(&samples).unwrap_or_else(|error| panic!("{error}"));
        let setup = Setup::new(plug.description(), settings, samples).unwrap_or_else(|error| panic!("{error}"));
        full(plug, &setup)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}
