//! guest/gateway/README.md does as it says.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use cordboard_spin_host::Store;
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::SECRET;
use cordboard_tests::served::Served;
use cordboard_tests::spin::{ADMIN_TOKEN, Spin, manifest, root};

fn page() -> String {
    std::fs::read_to_string(root().join("guest/gateway/README.md")).unwrap()
}

/// The fenced blocks of a language, with lines that go on put together.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let blocks = page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(|block| block.replace("\\\n", "")).collect()
}

/// Its application, with the accounts that it shows.
async fn as_it_says(page: &str) -> Spin {
    let accounts = &blocks(page, "json")[0];
    let variables = [
        ("public_url", "https://bridge.example.com"),
        ("hubspot_app_id", "54321"),
        ("hubspot_client_secret", SECRET),
        ("accounts", accounts),
        ("admin_token", ADMIN_TOKEN),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Spin::start_with(&manifest(), &variables, Store::default()).await
}

/// The program. Cargo resolves the same features as for the tests, because `--test` is given, and so it has nothing to
/// build after the tests of the workspace.
fn cordboard() -> Command {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let build = ["build", "--quiet", "--workspace", "--bin", "cordboard", "--test", "spin"];
        assert!(Command::new(env!("CARGO")).args(build).status().unwrap().success());
        std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("cordboard")
    });
    Command::new(&*PROGRAM)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_tries_it_is_answered() {
    let page = page();
    let spin = as_it_says(&page).await;
    let here = format!("http://{}", spin.address());
    let shell = blocks(&page, "sh").concat();
    let commands: Vec<_> = shell.lines().filter_map(|line| line.strip_prefix("cordboard ")).collect();
    assert_eq!(commands.len(), 2, "{shell}");
    let (_, key) = shell.split_once("SIMPLEX_KEY=").unwrap();
    for command in commands {
        let words = command.replace("http://127.0.0.1:3000", &here);
        let mut program = cordboard();
        program.args(words.split_whitespace()).env("HUBSPOT_CLIENT_SECRET", SECRET);
        program.env("SIMPLEX_KEY", key.lines().next().unwrap());
        let output = tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_what_is_kept_is_shown_it() {
    let page = page();
    let spin = as_it_says(&page).await;
    let asked = blocks(&page, "console").concat();
    let asked: Vec<_> = asked.lines().filter_map(|line| line.strip_prefix("$ curl ")).collect();
    assert_eq!(asked.len(), 6);
    for line in asked {
        let (header, rest) = line.strip_prefix("-H \"").unwrap().split_once("\" ").unwrap();
        let (name, value) = header.split_once(": ").unwrap();
        let (method, rest) = rest.strip_prefix("-X DELETE ").map_or(("GET", rest), |rest| ("DELETE", rest));
        let target = rest.strip_prefix("\"$URL").unwrap().split('"').next().unwrap().replace("$NEXT", "null");
        let request = Request::new(method, &target, "").header(name, &value.replace("$TOKEN", ADMIN_TOKEN));
        assert_eq!(spin.send(&request).await.status, 200, "{line}");
    }
}

/// What one adds for another plug is what Spin's composer takes.
#[test]
fn another_plug_is_added_as_it_says() {
    let page = page();
    let added = &blocks(&page, "toml")[0];
    assert!(added.contains("[component.directory.dependencies]"), "{added}");
    let text = std::fs::read_to_string(root().join("spin.toml")).unwrap();
    let path = root().join("target/spin/another.toml");
    std::fs::write(&path, format!("{text}\n{added}").replace("target/spin/", "")).unwrap();
    let manifest = cordboard_spin_host::Manifest::read(Path::new(&path)).unwrap_or_else(|fault| panic!("{fault:#}"));
    assert!(manifest.compose("directory").is_ok_and(|composed| !composed.is_empty()));
}
