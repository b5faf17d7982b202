//! The list of all fixtures. Each violates one guarantee of the host. The plug has a function for it, and the host a
//! test.

/// Passes the list to a macro, by the part that is hostile: the `operations` of a plug whose setting `mode` names the
/// fixture, the `descriptions` of files with this default mode, or other modules in the same `components`.
#[macro_export]
macro_rules! every_fixture {
    ($macro:ident) => {
        $macro! {
            operations {
                endless_loop: "a call has a time limit",
                memory_bomb: "a call has a memory limit",
                recursion: "a call has a stack limit",
                trap: "a trap fails one operation",
                oversized_result: "a result has a size limit",
                unreadable_result: "a string is valid UTF-8",
                senseless_result: "an invalid result is passed to nobody",
                endless_steps: "an operation has a limited number of effects",
                huge_failure: "the message of a failure is truncated",
                huge_effect: "the effects of an operation have a size limit",
                huge_event: "the events of a webhook request have a size limit",
                endless_state: "all state that an operation sets counts towards the limit, even if it is replaced",
                state_flood: "the state that an operation sets has a size limit",
                many_headers: "a request that policy refuses is journaled without its payload",
                asking_differently: "a resumed operation must request the same effects",
                forbidden_host: "a plug reaches only hosts that it declares and the operator allows",
                forbidden_redirect: "a redirect is returned, not followed",
                header_smuggling: "a plug cannot change the framing of a request",
                inbound_secret: "a secret that authenticates senders is never sent",
                secret_in_host: "no secret is part of a host name",
                secret_in_hosts_header: "no secret is in a header that the host sets",
                secret_in_path: "a secret is sent only to hosts that may have it",
                secret_in_answer: "no secret is in a response",
                secret_in_state: "a captured secret is not visible",
            }
            descriptions {
                thousand_routes: "a description has a size limit",
                endless_description: "describing itself has a time limit",
            }
            components {
                several_memories: "all memories of a call count towards the limit",
                endless_start: "starting a component has a time limit",
                imported_function: "a plug imports no function",
            }
        }
    };
}
