use super::*;
use crate::{CallError, LoadError};

/// An empty component.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

/// The component with `(import "wasi:x/y@0.1.0" (func))` appended.
fn importing(file: &[u8]) -> Vec<u8> {
    let types = wasmparser::Validator::new().validate_all(file).unwrap();
    let index = u8::try_from(types.as_ref().component_type_count()).unwrap();
    let mut import = b"\x01\0\x0ewasi:x/y@0.1.0\x01".to_vec();
    // LEB128 encodes seven bits a byte.
    import.extend(if index < 0x80 { vec![index] } else { vec![index, 1] });
    let section = [10, u8::try_from(import.len()).unwrap()];
    [file, b"\x07\x05\x01\x40\0\x01\0", &section, &import].concat()
}

fn refusal(file: &[u8]) -> String {
    ENGINE.load(file).unwrap_err().to_string()
}

fn file(name: &str) -> &'static [u8] {
    builtin::find(name).unwrap()
}

/// A component that exports an empty instance under each of these names.
fn exporting(names: &[&str]) -> Vec<u8> {
    let mut file = [EMPTY, b"\x05\x03\x01\x01\0"].concat();
    let mut exports = vec![u8::try_from(names.len()).unwrap()];
    for name in names {
        exports.extend([0, u8::try_from(name.len()).unwrap()]);
        exports.extend(name.as_bytes());
        exports.extend([5, 0, 0]);
    }
    file.extend([11, u8::try_from(exports.len()).unwrap()]);
    file.extend(exports);
    file
}

/// A built-in plug with every occurrence of a name replaced by another of the same length.
fn renamed(plug: &str, name: &str, other: &str) -> Vec<u8> {
    assert_eq!(name.len(), other.len());
    let mut file = builtin::find(plug).unwrap().to_vec();
    let mut found = 0;
    for at in 0..=file.len() - name.len() {
        if file[at..].starts_with(name.as_bytes()) {
            file[at..at + name.len()].copy_from_slice(other.as_bytes());
            found += 1;
        }
    }
    assert_ne!(found, 0, "{name} is not in {plug}");
    file
}

#[test]
fn files_that_are_not_components_are_refused() {
    assert_eq!(ENGINE.load(b"").unwrap_err(), LoadError::NotWasm);
    assert_eq!(ENGINE.load(b"(component)").unwrap_err(), LoadError::NotWasm);
    assert_eq!(ENGINE.load(b"\0asm\x01\0\0\0").unwrap_err(), LoadError::CoreModule);
    let machine_code = wasmtime::Engine::default().precompile_component(EMPTY).unwrap();
    assert_eq!(ENGINE.load(&machine_code).unwrap_err(), LoadError::Precompiled);
    let cut = &builtin::find("jitsi").unwrap()[..1000];
    assert!(refusal(cut).starts_with("invalid or unsupported component ("), "{}", refusal(cut));
    let engine = Engine::new(&Options { max_file_bytes: 7, ..Options::default() }).unwrap();
    assert_eq!(engine.load(EMPTY).unwrap_err(), LoadError::TooLarge { max: 7 });
}

#[test]
fn a_component_that_imports_a_function_is_refused() {
    assert_eq!(
        ENGINE.load(&importing(file("phonebook"))).unwrap_err(),
        LoadError::Imports(vec!["wasi:x/y@0.1.0".to_owned()])
    );
}

#[test]
fn a_component_must_implement_exactly_one_contract() {
    assert!(refusal(EMPTY).starts_with("the component exports nothing, "), "{}", refusal(EMPTY));
    let other = exporting(&["acme:webhook/provider@0.1.0"]);
    assert!(refusal(&other).contains("export one of `cordboard:provider/provider@0.1.0`"), "{}", refusal(&other));
    let several = ["cordboard:provider/provider@0.1.0", "cordboard:telephony/telephony@0.1.0"];
    assert!(refusal(&exporting(&several)).ends_with("build a component for each"));
}

#[test]
fn a_component_built_against_another_version_is_refused() {
    let hint = "build it against that version";
    assert_eq!(
        refusal(&exporting(&["cordboard:telephony/telephony@0.2.0"])),
        format!(
            "the component was built against cordboard:telephony/telephony@0.2.0, but this host supports \
             cordboard:telephony/telephony@0.1.0 (missing `describe`, `phone-numbers`): {hint}"
        )
    );
    let types = refusal(&renamed("phonebook", "types/manifest@0.1.0", "types/manifest@0.9.0"));
    assert_eq!(
        types,
        format!(
            "the component was built against cordboard:types/manifest@0.9.0, but this host supports \
             cordboard:types/manifest@0.1.0: {hint}"
        )
    );
}

#[test]
fn a_component_that_differs_from_its_contract_is_refused() {
    let hint = "build it against the current contract, and export nothing else";
    assert_eq!(
        refusal(&exporting(&["cordboard:crm/crm@0.1.0"])),
        format!(
            "the component does not match cordboard:crm/crm@0.1.0 (missing `describe`, `decode`, `encode`): {hint}"
        )
    );
    assert_eq!(
        refusal(&renamed("jitsi", "verify-user", "verify-used")),
        format!(
            "the component does not match cordboard:provider/provider@0.1.0 (missing `verify-user`; unexpected \
             `verify-used`): {hint}"
        )
    );
    let settings = refusal(&renamed("hubspot", "get-endpoints", "get-endpointz"));
    assert!(settings.starts_with("the component does not match cordboard:settings/settings@0.1.0 (missing"));

    let field = refusal(&renamed("jitsi", "join-url", "join-uri"));
    assert!(field.starts_with("the function `create` of cordboard:provider/provider@0.1.0 has the wrong type ("));
    assert!(field.contains("join-ur"), "{field}");
}

/// `componentize-py` adds an instance named `exports`, through which its runtime is called.
#[test]
fn only_the_export_of_componentize_py_may_be_added_to_a_contract() {
    let with_export = |name: &str| [file("jitsi"), exporting(&[name]).get(8..).unwrap()].concat();
    let extra = refusal(&with_export("acme:webhook/provider@0.1.0"));
    assert!(extra.contains("(unexpected `acme:webhook/provider@0.1.0`)"), "{extra}");
    let settings = refusal(&with_export("cordboard:settings/settings@0.1.0"));
    assert!(settings.contains("(unexpected `cordboard:settings/settings@0.1.0`)"), "{settings}");
    assert!(ENGINE.load(&with_export("exports")).is_ok());
}

#[test]
fn a_plug_with_an_invalid_description_is_refused() {
    let file = renamed("phonebook", "phonebook", "Phone\nook");
    let fault = "its name `Phone ook` is invalid: use 1 to 64 of `a-z`, `0-9` and `-`";
    assert_eq!(ENGINE.load(&file).unwrap_err(), LoadError::Description(vec![fault.to_owned()]));
}

#[test]
fn a_plug_that_fails_to_describe_itself_is_refused() {
    let mut options = Options::default();
    options.lean.result_bytes = 16;
    let error = Engine::new(&options).unwrap().load(builtin::find("jitsi").unwrap()).unwrap_err();
    assert_eq!(error, LoadError::Describe(CallError::TooMuchData));
}
