//! All fixtures, in one list. Each breaks one promise; the plug has a function for it, and the host a test.

/// Gives the list to a macro, by where a promise is broken: in `operations`, when the setting `mode` names the fixture;
/// in the `descriptions` of files that were born so; or by `components` that have something beside the plug in them.
#[macro_export]
macro_rules! every_fixture {
    ($macro:ident) => {
        $macro! {
            operations {
                endless_loop: "a call ends with its time",
                memory_bomb: "a call ends with its memory",
                recursion: "a call ends with its stack",
                trap: "a plug that breaks off is one failed operation",
                oversized_result: "a result has its size",
                unreadable_result: "a text is text",
                senseless_result: "what nobody could use is handed to nobody",
                endless_steps: "an operation has so many effects",
                huge_failure: "the sentence of a failure is cut",
                huge_effect: "the effects of an operation have their size",
                huge_event: "the events of a delivery have their size",
                endless_state: "what an operation keeps counts together, what it replaces too",
                state_flood: "the state that an operation keeps has its size",
                many_headers: "what policy refuses is journaled without its payload",
                asking_differently: "an operation that is run again asks for what it asked for",
                forbidden_host: "a plug reaches the hosts that it names and its owner grants",
                forbidden_redirect: "a redirect is handed over, not followed",
                header_smuggling: "a plug frames no message",
                inbound_secret: "what senders prove themselves with never leaves",
                secret_in_host: "no secret is told to whoever resolves a name",
                secret_in_hosts_header: "no secret is in what frames a message",
                secret_in_path: "a secret leaves for a host that may have it, and for no other",
                secret_in_answer: "no secret is in an answer",
                secret_in_state: "what was captured is not shown",
            }
            descriptions {
                thousand_routes: "a description has its size",
                endless_description: "a plug that does not describe itself is refused in time",
            }
            components {
                several_memories: "all memories of a call count together",
                endless_start: "a component that does not start is refused in time",
                imported_function: "a plug reaches its host by no function",
            }
        }
    };
}
