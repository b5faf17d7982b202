//! The names and functions of the contracts that this host supports.

use cordboard_core::Role;

use super::operation::{
    Create, Decode, Delete, DeleteEndpoints, Describe, Encode, GetEndpoints, Operation, PhoneNumbers, Receive,
    SetEndpoints, Update, UpdateEndpoint, VerifyUser,
};

/// An interface that a plug may export.
pub(super) struct Contract {
    /// Its name, including the version.
    pub name: &'static str,
    /// The names of all its functions.
    pub functions: &'static [&'static str],
}

/// The contract of each role. A plug exports exactly one of them.
pub(super) static CONTRACTS: [(Role, Contract); 3] = [
    (
        Role::Provider,
        Contract {
            name: "cordboard:provider/provider@0.1.0",
            functions: &[Describe::NAME, Create::NAME, Update::NAME, Delete::NAME, VerifyUser::NAME, Receive::NAME],
        },
    ),
    (Role::Crm, Contract { name: "cordboard:crm/crm@0.1.0", functions: &[Describe::NAME, Decode::NAME, Encode::NAME] }),
    (
        Role::Telephony,
        Contract { name: "cordboard:telephony/telephony@0.1.0", functions: &[Describe::NAME, PhoneNumbers::NAME] },
    ),
];

/// The interface that a CRM plug may export in addition to its contract.
pub(super) static SETTINGS: Contract = Contract {
    name: "cordboard:settings/settings@0.1.0",
    functions: &[GetEndpoints::NAME, SetEndpoints::NAME, UpdateEndpoint::NAME, DeleteEndpoints::NAME],
};

/// The type-only interfaces that the contracts use.
pub(super) const TYPES: [&str; 6] = [
    "cordboard:types/conference@0.1.0",
    "cordboard:types/effect@0.1.0",
    "cordboard:types/http@0.1.0",
    "cordboard:types/manifest@0.1.0",
    "cordboard:types/meeting-event@0.1.0",
    "cordboard:types/telephone@0.1.0",
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The functions of the interface in a WIT file, which ends at the first line that starts with a brace.
    fn declared(file: &str) -> Vec<String> {
        let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/deps").join(file);
        let wit = fs::read_to_string(wit).unwrap();
        let body = wit.split_once("\ninterface ").unwrap().1.split_once("\n}").unwrap().0;
        let functions = body.lines().filter_map(|line| line.split_once(": func(")).map(|(name, _)| name.trim());
        functions.map(str::to_owned).collect()
    }

    #[test]
    fn all_contract_functions_are_listed() {
        let known = CONTRACTS.iter().map(|(_, contract)| contract).chain([&SETTINGS]);
        for contract in known {
            let package = contract.name.strip_prefix("cordboard:").unwrap().split('/').next().unwrap();
            let mut functions = declared(&format!("{package}/{package}.wit"));
            let mut expected: Vec<_> = contract.functions.iter().map(ToString::to_string).collect();
            functions.sort();
            expected.sort();
            assert_eq!(functions, expected, "{}", contract.name);
        }
    }

    #[test]
    fn all_type_interfaces_are_listed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/deps/types");
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> =
            files.map(|file| format!("cordboard:types/{}@0.1.0", file.strip_suffix(".wit").unwrap())).collect();
        names.sort();
        assert_eq!(names, TYPES);
    }
}
