//! The guide for authors of plugs (guest/README.md) is followed to the letter: its crate is written, tested, built and
//! looked at.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cordboard::plug::{Engine, Options, Role, inspect};

/// The fenced blocks, in order, each with its language.
fn blocks(guide: &str) -> Vec<(String, String)> {
    let parts: Vec<_> = guide.split("```").collect();
    // Every other part is inside a fence.
    let fenced = parts.iter().skip(1).step_by(2).filter_map(|part| part.split_once('\n'));
    fenced.map(|(language, text)| (language.to_owned(), text.to_owned())).collect()
}

fn run(folder: &Path, words: &str) {
    let words: Vec<_> = words.split_whitespace().collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(folder).env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("RUSTFLAGS");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_plug_of_the_guide_is_built_as_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let guide = fs::read_to_string(root.join("guest/README.md")).unwrap();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("guide");
    let desk = folder.join("desk");
    for sub in ["src", "tests", ".cargo"] {
        fs::create_dir_all(desk.join(sub)).unwrap();
    }
    let blocks = blocks(&guide);
    let files = ["Cargo.toml", ".cargo/config.toml", "src/lib.rs", "tests/desk.rs"];
    for (file, (_, text)) in files.iter().zip(&blocks) {
        // Only the way to the kit is of this test: the guide's is one folder away.
        let text = text.replace("\"../cordboard/guest/plug\"", &format!("{:?}", root.join("guest/plug")));
        let text = if *file == "Cargo.toml" { text + "\n[workspace]\n" } else { text };
        fs::write(desk.join(file), text).unwrap();
    }
    fs::copy(root.join("Cargo.lock"), desk.join("Cargo.lock")).unwrap();

    let (language, commands) = &blocks[files.len()];
    assert_eq!(language, "sh");
    let (commands, inspected): (Vec<_>, Vec<_>) = commands.lines().partition(|line| !line.starts_with("cordboard "));
    for command in commands {
        run(&desk, command);
    }
    let file = inspected[0].strip_prefix("cordboard plug inspect ").unwrap();
    let engine = Engine::new(&Options::default()).unwrap();
    let inspection = inspect(&engine, &fs::read(desk.join(file)).unwrap()).unwrap();
    assert_eq!(inspection.role, Role::Provider);
    assert_eq!(inspection.description.name, "desk");
}
