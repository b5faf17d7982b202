//! Queues pushed files for compilation and testing: a few at a time, and at most one per token.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

/// Files compiled and tested at a time. Two, so that the slow file of one token does not block the others.
const MAX_RUNNING: usize = 2;

/// A first-in, first-out queue that skips a token's files while another file of that token is running.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    running: Vec<String>,
    waiting: VecDeque<(u64, String)>,
    last: u64,
}

impl State {
    /// The first file in the queue that may run now.
    fn next(&self) -> Option<u64> {
        if self.running.len() >= MAX_RUNNING {
            return None;
        }
        self.waiting.iter().find(|(_, token)| !self.running.contains(token)).map(|(number, _)| *number)
    }
}

/// The permission to compile and test a file. Dropping it admits the next file.
pub(super) struct Permit<'a> {
    queue: &'a Queue,
    token: String,
}

impl Queue {
    /// Blocks until the file may run. Files pushed without a token count as those of one additional token.
    pub(super) fn acquire(&self, token: Option<&str>) -> Permit<'_> {
        // Token names are never empty.
        let token = token.unwrap_or_default().to_owned();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.last += 1;
        let number = state.last;
        state.waiting.push_back((number, token.clone()));
        let blocked = |state: &mut State| state.next() != Some(number);
        let mut state = self.changed.wait_while(state, blocked).unwrap_or_else(PoisonError::into_inner);
        state.waiting.retain(|(waiting, _)| *waiting != number);
        state.running.push(token.clone());
        drop(state);
        // There may be a slot for another file, too.
        self.changed.notify_all();
        Permit { queue: self, token }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = state.running.iter().position(|running| *running == self.token) {
            state.running.swap_remove(at);
        }
        drop(state);
        self.queue.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;

    /// Enqueues a file. The receiver gets a message when the file starts; dropping the sender finishes it.
    fn enqueue<'scope, 'env: 'scope>(
        scope: &'scope thread::Scope<'scope, 'env>,
        queue: &'env Queue,
        token: &'static str,
    ) -> (Receiver<()>, std::sync::mpsc::Sender<()>) {
        let (began, runs) = channel();
        let (end, ended) = channel::<()>();
        let before = queue.state.lock().unwrap().last;
        scope.spawn(move || {
            let _permit = queue.acquire(Some(token));
            let _ = began.send(());
            let _ = ended.recv();
        });
        let since = Instant::now();
        while queue.state.lock().unwrap().last == before {
            assert!(since.elapsed() < Duration::from_secs(20));
            thread::sleep(Duration::from_millis(1));
        }
        (runs, end)
    }

    #[test]
    fn a_token_runs_one_file_at_a_time_and_others_overtake_it() {
        let queue = Queue::default();
        thread::scope(|scope| {
            let (first, end_first) = enqueue(scope, &queue, "greedy");
            first.recv().unwrap();
            let (second, end_second) = enqueue(scope, &queue, "greedy");
            let (other, end_other) = enqueue(scope, &queue, "other");
            other.recv().unwrap();
            assert!(second.try_recv().is_err(), "the free slot is not for this token");
            let (third, end_third) = enqueue(scope, &queue, "third");
            assert!(third.try_recv().is_err(), "both slots are taken");
            drop(end_other);
            third.recv().unwrap();
            assert!(second.try_recv().is_err());
            drop(end_first);
            second.recv().unwrap();
            drop((end_second, end_third));
        });
        let state = queue.state.lock().unwrap();
        assert!(state.running.is_empty() && state.waiting.is_empty());
    }
}
