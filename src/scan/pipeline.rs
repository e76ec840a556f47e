//! Work on several threads whose results come in the order of the jobs, with bounded memory.
//!
//! ```text
//! jobs --(in order, a few at once)--> workers --(a channel for each few)--> queue of channels --> sink
//! ```
//!
//! A worker takes its jobs and puts the channel for their results into the queue under one lock, so the queue is in
//! the order of the jobs. Whoever stands first in the queue is emptied as it goes, however much it yields; the others
//! wait when their channel is full. Parallel iterators have no such order, or collect everything for it.

use crate::words::Failure;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Where a worker puts a result. It breaks if nobody wants any more.
pub(crate) type Emit<'a, T> = dyn FnMut(T) -> ControlFlow<()> + 'a;

/// Does all jobs, and gives what they emit to `sink` in the order of the jobs, on this thread. While there is nothing to
/// give, it is given nothing every tenth of a second.
///
/// # Errors
///
/// If `sink` fails, which ends the work; if no thread can be started.
pub(crate) fn in_order<J: Send, T: Send>(
    threads: NonZeroUsize,
    jobs: impl Iterator<Item = J> + Send,
    work: impl Fn(J, &mut Emit<'_, T>) + Sync,
    mut sink: impl FnMut(Option<T>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (queue, results) = sync_channel(threads.get());
    let source = Mutex::new(Source { jobs, queue: Some(queue), threads: threads.get(), taken: 0 });
    thread::scope(|scope| {
        let worker = || {
            while let Some((jobs, results)) = source.lock().unwrap_or_else(PoisonError::into_inner).take() {
                for job in jobs {
                    let mut is_wanted = true;
                    work(job, &mut |result| {
                        is_wanted &= results.send(result).is_ok();
                        if is_wanted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                    });
                    if !is_wanted {
                        return;
                    }
                }
            }
        };
        for number in 0..threads.get() {
            let started = thread::Builder::new().spawn_scoped(scope, worker);
            // Fewer than were asked for do the same work.
            if let (0, Err(error)) = (number, started) {
                return Err(Failure::new("could not start a thread").cause(error));
            }
        }
        // Owned here, so that a failing sink drops it, which tells the workers to stop.
        let results = results;
        while let Some(of_few) = next(&results, &mut sink)? {
            while let Some(result) = next(&of_few, &mut sink)? {
                sink(Some(result))?;
            }
        }
        Ok(())
    })
}

/// The jobs that are left.
struct Source<I, T> {
    jobs: I,
    /// Nothing once there are no more jobs, which ends the queue.
    queue: Option<SyncSender<Receiver<T>>>,
    threads: usize,
    taken: usize,
}

impl<I: Iterator, T> Source<I, T> {
    fn take(&mut self) -> Option<(Vec<I::Item>, SyncSender<T>)> {
        // One by one at first, since a few jobs may be large; more at once later, since many are small.
        let count = (self.taken / (8 * self.threads)).clamp(1, MAX_AT_ONCE);
        let jobs: Vec<I::Item> = self.jobs.by_ref().take(count).collect();
        self.taken += jobs.len();
        let (sender, receiver) = sync_channel(MAX_WAITING);
        let is_wanted = !jobs.is_empty() && self.queue.as_ref()?.send(receiver).is_ok();
        if !is_wanted {
            self.queue = None;
        }
        is_wanted.then_some((jobs, sender))
    }
}

/// The next thing out of a channel, or nothing at its end.
fn next<C, T>(
    channel: &Receiver<C>,
    sink: &mut impl FnMut(Option<T>) -> Result<(), Failure>,
) -> Result<Option<C>, Failure> {
    loop {
        match channel.recv_timeout(TICK) {
            Ok(thing) => return Ok(Some(thing)),
            Err(RecvTimeoutError::Timeout) => sink(None)?,
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
    }
}

/// Most jobs that one worker takes at once: enough to make the cost of handing over small, and few enough that the
/// last ones do not keep one worker busy while the others have nothing left.
const MAX_AT_ONCE: usize = 64;

/// Most results of the jobs taken at once that wait for their turn.
const MAX_WAITING: usize = 16;

const TICK: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        for count in [1, 2, 7] {
            let mut all = Vec::new();
            let done: Result<(), Failure> = in_order(
                threads(count),
                0..1000u32,
                |job, emit| {
                    // Job 0 is the slowest, and yields more than may wait.
                    let results = if job == 0 { 1000 } else { job % 3 };
                    (0..results).try_for_each(|number| emit((job, number))).is_break();
                },
                |result| {
                    all.extend(result);
                    Ok(())
                },
            );
            done.unwrap();
            assert_eq!(all.len(), 1000 + (1..1000).map(|job| job % 3).sum::<usize>());
            assert!(all.is_sorted(), "{count} threads");
        }
    }

    #[test]
    fn what_waits_is_bounded() {
        let ahead = AtomicUsize::new(0);
        let mut first = true;
        let done: Result<(), Failure> = in_order(
            threads(2),
            0..100_000u32,
            |job, emit| {
                ahead.fetch_add(1, Ordering::Relaxed);
                let _ = emit(job);
            },
            |_| {
                if std::mem::take(&mut first) {
                    // The others have time to run into their limit.
                    thread::sleep(Duration::from_millis(200));
                    assert!(ahead.load(Ordering::Relaxed) <= 5 * MAX_AT_ONCE, "{ahead:?} jobs done ahead");
                }
                Ok(())
            },
        );
        done.unwrap();
    }

    #[test]
    fn a_failing_sink_ends_the_work() {
        let done = AtomicUsize::new(0);
        let ended = in_order(
            threads(3),
            0..,
            |job: u64, emit| {
                done.fetch_add(1, Ordering::Relaxed);
                let _ = emit(job);
            },
            |result| if result == Some(10) { Err(Failure::new("enough")) } else { Ok(()) },
        );
        assert_eq!(ended.unwrap_err().to_string(), "enough");
        assert!(done.into_inner() < 1000);
    }
}
