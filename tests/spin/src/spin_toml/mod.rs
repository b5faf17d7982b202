//! `spin.toml`, as far as this host knows it: an unknown key is refused.

mod compose;
mod grants;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use wasmtime::error::Context;
use wasmtime::{Result, bail, ensure};

use compose::{Plugged, compose};
pub(crate) use grants::Grants;

/// An application, not yet looked at further than its text.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Manifest {
    spin_manifest_version: u32,
    application: toml::Table,
    variables: BTreeMap<String, Variable>,
    pub(crate) trigger: BTreeMap<String, Vec<Trigger>>,
    component: BTreeMap<String, Component>,
    #[serde(skip)]
    folder: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trigger {
    route: toml::Value,
    pub component: String,
}

impl Trigger {
    /// What it is reached by from outside, if by anything.
    pub fn path(&self) -> Result<Option<String>> {
        match (self.route.as_str(), self.route.get("private").and_then(toml::Value::as_bool)) {
            (Some(path), _) if path.starts_with('/') && !path.contains([':', '*']) => Ok(Some(path.to_owned())),
            (None, Some(true)) => Ok(None),
            _ => bail!("this host knows no such route: {:?}", self.route),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Variable {
    default: Option<String>,
    required: bool,
    secret: bool,
    description: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Component {
    source: PathBuf,
    build: Build,
    pub variables: BTreeMap<String, String>,
    pub allowed_outbound_hosts: Vec<String>,
    pub key_value_stores: Vec<String>,
    dependencies: BTreeMap<String, BTreeMap<String, String>>,
}

/// How a component comes about; the rest is not this host's business.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Build {
    command: Option<String>,
}

impl Manifest {
    /// What `spin build` runs, in the manifest's folder.
    pub fn build_commands(&self) -> impl Iterator<Item = &str> {
        self.component.values().filter_map(|component| component.build.command.as_deref())
    }

    /// The components that take requests, by their ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.trigger.values().flatten().map(|trigger| trigger.component.as_str())
    }

    /// The application of this file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let manifest = Self { folder: path.with_file_name(""), ..toml::from_str(&text)? };
        ensure!(manifest.spin_manifest_version == 2, "the manifest's version is not 2");
        ensure!(manifest.application.contains_key("name"), "the application has no name");
        Ok(manifest)
    }

    pub(crate) fn component(&self, id: &str) -> Result<&Component> {
        self.component.get(id).with_context(|| format!("there is no component {id}"))
    }

    /// The application's variables: what is given wins over a default.
    pub(crate) fn values(&self, given: &[(&str, &str)]) -> Result<BTreeMap<String, String>> {
        for (name, _) in given {
            ensure!(self.variables.contains_key(*name), "the application has no variable {name}");
        }
        let mut values = BTreeMap::new();
        for (name, Variable { default, required, .. }) in &self.variables {
            named(name)?;
            ensure!(*required != default.is_some(), "the variable {name} is required or has a default");
            let given = given.iter().find(|(given, _)| given == name).map(|(_, value)| (*value).to_owned());
            let value = given.or_else(|| default.clone());
            values.insert(name.clone(), value.with_context(|| format!("the required {name} has no value"))?);
        }
        Ok(values)
    }

    /// The component with its dependencies, as Spin would run it.
    pub fn compose(&self, id: &str) -> Result<Vec<u8>> {
        let file = |path: &Path| std::fs::read(self.folder.join(path)).with_context(|| path.display().to_string());
        let component = self.component(id)?;
        let mut plugged = Vec::new();
        for (key, entry) in &component.dependencies {
            let entry: Vec<_> = entry.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let (source, export) = match entry[..] {
                [("path", path)] => (Path::new(path), None),
                [("export", export), ("path", path)] => (Path::new(path), Some(export)),
                [("component", id)] => (self.dependency(id)?, None),
                [("component", id), ("export", export)] => (self.dependency(id)?, Some(export)),
                _ => bail!("the dependency {key} is neither of a path nor of a component"),
            };
            let package = key.contains(':') && !key.contains('/');
            ensure!(!package || export.is_none(), "the dependency {key} is a whole package, so it has no export");
            plugged.push(Plugged { key: key.clone(), export: export.map(str::to_owned), bytes: file(source)? });
        }
        compose(id, file(&component.source)?, plugged)
    }

    /// A component that is a dependency: what it had of its own would have no effect.
    fn dependency(&self, id: &str) -> Result<&Path> {
        let component = self.component(id)?;
        let granted = component.allowed_outbound_hosts.len() + component.key_value_stores.len();
        let own = granted + component.variables.len() + component.dependencies.len();
        ensure!(own == 0, "the dependency {id} may have no variables, hosts, stores and dependencies of its own");
        Ok(&component.source)
    }
}

/// A variable's name is words of lower-case letters and digits, a letter first.
pub(crate) fn named(name: &str) -> Result<()> {
    let letter = |c: char| c.is_ascii_lowercase();
    let word = |word: &str| word.starts_with(letter) && word.chars().all(|c| letter(c) || c.is_ascii_digit());
    ensure!(name.split('_').all(word), "{name} is no name of a variable");
    Ok(())
}
