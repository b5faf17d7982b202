//! Checks a component's imports and exports before it is compiled, which is far more expensive.
//!
//! Only names are compared here, so that an error can list everything that is missing or unexpected. The types are
//! compared after compilation, field by field ([`super::operation::Checked`]).

use cordboard_core::Role;
use wasmparser::component_types::ComponentEntityType;
use wasmparser::types::Types;
use wasmparser::{BinaryReaderError, Parser, Payload, Validator};

use super::contracts::{CONTRACTS, Contract, SETTINGS, TYPES};
use super::error::{LoadError, quote};

/// The additional export of components that `componentize-py` builds.
const PYTHONS: &str = "exports";

/// Validates a component and compares its exports and imports with the contracts.
///
/// # Errors
/// If the component is invalid, does not match exactly one contract, or imports a function; checked in this order.
pub(super) fn check(file: &[u8]) -> Result<(), LoadError> {
    let shape = Shape::read(file).map_err(|error| LoadError::Invalid(quote(&error.to_string())))?;
    shape.check_world()?;
    let reaching: Vec<String> = shape.imports.iter().filter(|name| shape.reaches(name)).cloned().collect();
    if reaching.is_empty() { Ok(()) } else { Err(LoadError::Imports(reaching)) }
}

/// A component's type, with the names of its imports and exports.
struct Shape {
    types: Types,
    imports: Vec<String>,
    exports: Vec<String>,
}

impl Shape {
    fn read(file: &[u8]) -> Result<Self, BinaryReaderError> {
        let types = Validator::new().validate_all(file)?;
        let (mut imports, mut exports) = (Vec::new(), Vec::new());
        // How many modules and inner components enclose the payload.
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(file) {
            match payload? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        imports.push(import?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        exports.push(export?.name.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(Self { types, imports, exports })
    }

    fn check_world(&self) -> Result<(), LoadError> {
        let found: Vec<_> = CONTRACTS.iter().filter(|(_, contract)| self.exports(contract.name)).collect();
        let (role, contract) = match found.as_slice() {
            [(role, contract)] => (*role, contract),
            [] => return Err(self.other_version().unwrap_or_else(|| LoadError::NoContract(self.exports.clone()))),
            several => {
                let names = several.iter().map(|(_, contract)| contract.name.to_owned()).collect();
                return Err(LoadError::SeveralContracts(names));
            }
        };
        if let Some(other) = self.other_version() {
            return Err(other);
        }
        let settings = (role == Role::Crm && self.exports(SETTINGS.name)).then_some(&SETTINGS);
        for contract in [contract].into_iter().chain(settings) {
            self.check_functions(contract)?;
        }
        let expected = [contract.name, PYTHONS].into_iter().chain(settings.map(|settings| settings.name));
        let expected: Vec<_> = expected.collect();
        let extra: Vec<String> =
            self.exports.iter().filter(|name| !expected.contains(&name.as_str())).cloned().collect();
        if extra.is_empty() { Ok(()) } else { Err(differing(contract, contract.name, Vec::new(), extra)) }
    }

    /// The error for a component that was built against another version of an interface that the host knows.
    fn other_version(&self) -> Option<LoadError> {
        let contracts: Vec<_> = CONTRACTS.iter().map(|(_, contract)| contract).chain([&SETTINGS]).collect();
        for found in self.exports.iter().chain(&self.imports) {
            if let Some(contract) = contracts.iter().find(|contract| differ_in_version(found, contract.name)) {
                let (missing, extra) = self.differences(found, contract);
                return Some(differing(contract, found, missing, extra));
            }
            if let Some(expected) = TYPES.into_iter().find(|expected| differ_in_version(found, expected)) {
                let types = Contract { name: expected, functions: &[] };
                return Some(differing(&types, found, Vec::new(), Vec::new()));
            }
        }
        None
    }

    fn check_functions(&self, contract: &Contract) -> Result<(), LoadError> {
        let (missing, extra) = self.differences(contract.name, contract);
        if missing.is_empty() && extra.is_empty() {
            return Ok(());
        }
        Err(differing(contract, contract.name, missing, extra))
    }

    /// The functions that the exported interface `found` lacks, and those that the contract does not have.
    fn differences(&self, found: &str, contract: &Contract) -> (Vec<String>, Vec<String>) {
        let functions = self.functions(self.types.as_ref().component_item_for_export(found).map(|item| &item.ty));
        let missing = contract.functions.iter().filter(|name| !functions.iter().any(|found| found == *name));
        let extra = functions.iter().filter(|found| !contract.functions.contains(&found.as_str()));
        (missing.map(ToString::to_string).collect(), extra.cloned().collect())
    }

    /// The names of everything in an interface that is not a type.
    fn functions(&self, interface: Option<&ComponentEntityType>) -> Vec<String> {
        let Some(ComponentEntityType::Instance(id)) = interface else { return Vec::new() };
        let exports = self.types.as_ref().get(*id).map(|interface| interface.exports.iter());
        let functions = exports.into_iter().flatten().filter(|(_, item)| !is_type(&item.ty));
        functions.map(|(name, _)| name.clone()).collect()
    }

    /// Whether an import gives access to more than types.
    fn reaches(&self, import: &str) -> bool {
        let import = self.types.as_ref().component_item_for_import(import).map(|item| &item.ty);
        match import {
            Some(ComponentEntityType::Instance(_)) => !self.functions(import).is_empty(),
            import => !import.is_some_and(is_type),
        }
    }

    fn exports(&self, name: &str) -> bool {
        self.exports.iter().any(|export| export == name)
    }
}

fn is_type(ty: &ComponentEntityType) -> bool {
    matches!(ty, ComponentEntityType::Type { .. })
}

fn differ_in_version(found: &str, expected: &str) -> bool {
    let interface = |name: &str| name.split('@').next().map(str::to_owned);
    interface(found) == interface(expected) && found != expected
}

fn differing(contract: &Contract, found: &str, missing: Vec<String>, extra: Vec<String>) -> LoadError {
    LoadError::Differs { contract: contract.name.to_owned(), built_against: quote(found), missing, extra }
}
