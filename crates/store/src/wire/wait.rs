//! Waiting for an answer on the caller's own thread, wherever that is.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::Handle;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future to its end while the caller's thread sleeps; the runtime's threads do what it waits for.
///
/// Not the runtime's own `block_on`: that one panics when the caller is a task of another runtime, as the command line is
/// while it opens the database.
pub(crate) fn wait<T>(runtime: &Handle, future: impl Future<Output = T>) -> T {
    let _timers_belong_to_it = runtime.enter();
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    // Within a task of another runtime, that task's budget would run out, because it does not yield here; then everything that is waited for says
    // for ever that it is not ready.
    let mut future = pin!(tokio::task::unconstrained(future));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(outcome) => return outcome,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::Semaphore;

    use tokio::runtime::Builder;

    use super::*;

    /// More waits than a task has budget for, within one task.
    #[test]
    fn waits_as_often_as_asked() {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let room = Semaphore::new(1);
        let take = || wait(runtime.handle(), async { drop(room.acquire().await.unwrap()) });
        Builder::new_current_thread().build().unwrap().block_on(async { (0..1_000).for_each(|_| take()) });
        assert_eq!(room.available_permits(), 1);
    }

    #[test]
    fn waits_inside_another_runtime_too() {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let ask = || {
            wait(runtime.handle(), async {
                let answer = tokio::spawn(async { 7 });
                tokio::time::timeout(Duration::from_secs(60), answer).await.unwrap().unwrap()
            })
        };
        assert_eq!(ask(), 7);
        let another = Builder::new_current_thread().build().unwrap();
        assert_eq!(another.block_on(async { ask() }), 7);
    }
}
