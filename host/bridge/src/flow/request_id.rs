//! Ids of requests, which connect log lines with the response that a caller got.

use std::fmt;
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::task::JoinHandle;
use tokio::task::futures::TaskLocalFuture;

use crate::random::random_bytes;

/// Maximum length of an id, in bytes.
const MAX_LEN: usize = 64;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The id of a request: 1 to 64 ASCII letters, digits and `-_.`. It is stored in place, so it costs no allocation.
#[derive(Clone, Copy)]
pub struct RequestId {
    text: [u8; MAX_LEN],
    len: usize,
}

impl RequestId {
    /// Returns the id that a caller sent, or `None` if it is too long or has other characters.
    pub fn parse(sent: &[u8]) -> Option<Self> {
        let is_safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        if sent.is_empty() || !sent.iter().all(is_safe) {
            return None;
        }
        let mut text = [0; MAX_LEN];
        text.get_mut(..sent.len())?.copy_from_slice(sent);
        Some(Self { text, len: sent.len() })
    }

    /// Returns a new id: a random number of this process, and a counter.
    pub fn generate() -> Self {
        static PROCESS: LazyLock<u32> = LazyLock::new(|| {
            let [first, second, third, fourth, ..] = random_bytes().unwrap_or_default();
            u32::from_be_bytes([first, second, third, fourth])
        });
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut text = [0; MAX_LEN];
        let mut rest = text.as_mut_slice();
        // Writing cannot fail: at most 25 bytes.
        let _ = write!(rest, "{:08x}-{:x}", *PROCESS, NEXT.fetch_add(1, Ordering::Relaxed));
        let len = MAX_LEN - rest.len();
        Self { text, len }
    }

    /// Returns the id of the request that the current task answers, if it is inside of [`scope`](Self::scope).
    pub fn current() -> Option<Self> {
        CURRENT.try_get().ok()
    }

    /// Makes this the [`current`](Self::current) id for as long as a future runs.
    pub fn scope<F: Future>(self, future: F) -> TaskLocalFuture<Self, F> {
        CURRENT.scope(self, future)
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        self.text.get(..self.len).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Spawns a task that has the [`current`](RequestId::current) id of this one, if any.
pub fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    match RequestId::current() {
        Some(id) => tokio::spawn(id.scope(future)),
        None => tokio::spawn(future),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_and_safe_ids_are_taken_from_callers() {
        let parsed = |sent: &str| RequestId::parse(sent.as_bytes()).map(|id| id.as_str().to_owned());
        let longest = "x".repeat(MAX_LEN);
        for sent in ["7", "0198c2b0-6c1e-7f2d.a_B", &longest] {
            assert_eq!(parsed(sent).as_deref(), Some(sent));
        }
        for sent in ["", "a b", "a\nb", "\"", "ü", "a=b", &"x".repeat(MAX_LEN + 1)] {
            assert_eq!(parsed(sent), None, "{sent:?}");
        }
    }

    #[tokio::test]
    async fn a_generated_id_is_new_and_current_in_its_scope() {
        let (one, other) = (RequestId::generate(), RequestId::generate());
        assert!(one.as_str() != other.as_str() && RequestId::parse(one.as_str().as_bytes()).is_some());
        let current = one.scope(async { RequestId::current().map(|id| id.as_str().to_owned()) }).await;
        assert_eq!(current.as_deref(), Some(one.as_str()));
        assert!(RequestId::current().is_none());
    }

    #[tokio::test]
    async fn a_spawned_task_has_the_id_of_the_task_that_spawned_it() {
        let current = || spawn(async { RequestId::current().map(|id| id.as_str().to_owned()) });
        let id = RequestId::generate();
        let spawned = id.scope(async { current().await.unwrap() }).await;
        assert_eq!(spawned.as_deref(), Some(id.as_str()));
        assert_eq!(current().await.unwrap(), None);
    }
}
