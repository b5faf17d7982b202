//! Runs the commands in the README of the Rust template, and checks links in the documentation. The templates in other
//! languages need more tools: see `languages.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;

use cordboard::plug::{Class, Engine, Options, Role};
use cordboard_conformance::Verdict;
use cordboard_tests::template;

#[test]
fn the_rust_template_builds_as_documented() {
    let built = template::build(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("templates"), "rust");
    let plug = Engine::new(&Options::default()).unwrap().load(&built.file()).unwrap();
    assert_eq!((plug.role(), plug.class()), (Role::Provider, Class::Lean));
    assert_eq!(plug.description().name, "desk");
    let report = built.test(&plug);
    let passed = report.findings.iter().filter(|finding| finding.verdict == Verdict::Passed).count();
    // Its only check that is not applicable is about state.
    assert_eq!((report.passed(), report.findings.len() - passed), (true, 1), "{report:#?}");
}

#[test]
fn no_link_of_the_guides_is_broken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let templates = template::LANGUAGES.map(|language| format!("guest/templates/{language}/README.md"));
    let docs = std::fs::read_dir(root.join("docs")).unwrap();
    let docs = docs.map(|page| format!("docs/{}", page.unwrap().file_name().to_str().unwrap()));
    let pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "guest/README.md", "guest/gateway/README.md"];
    for guide in templates.into_iter().chain(docs).chain(pages.map(str::to_owned)) {
        let path = root.join(&guide);
        let text = std::fs::read_to_string(&path).unwrap();
        let links: Vec<_> = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
        assert!(!links.is_empty(), "{guide}");
        for link in links.into_iter().filter(|link| !link.contains("://")) {
            let (file, heading) = link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
            let there = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(there.exists(), "{guide}: {link}");
            if let Some(heading) = heading {
                let text = std::fs::read_to_string(&there).unwrap();
                assert!(headings(&text).any(|anchor| anchor == heading), "{guide}: {link}");
            }
        }
    }
}

/// Returns the anchors of a page's headings.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let headings = headings.filter_map(|line| line.trim_start_matches('#').strip_prefix(' '));
    headings.map(|heading| {
        let words = heading.to_lowercase().replace(' ', "-");
        words.chars().filter(|letter| letter.is_alphanumeric() || *letter == '-').collect()
    })
}
