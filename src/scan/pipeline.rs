//! Work on several threads whose results come in the order of the jobs, with bounded memory.
//!
//! ```text
//! jobs --(in order, a few at once)--> workers --(a turn for each few)--> line of turns --> sink
//! ```
//!
//! A worker takes its jobs and gets in line under one lock, so the line is in the order of the jobs. Whoever stands first
//! is emptied as it goes, however much it yields; the others share a bounded number of results, and a bounded amount of
//! memory for decompression. Who stands first waits for nothing but the sink, so the line always moves.
//!
//! The sink looks for results every few milliseconds, and is woken only when somebody waits for it: to wake it for each
//! result would cost more than many results do. Parallel iterators have no such order, or collect everything for it.

use crate::words::Failure;
use auditable_inspect::archive::WindowMemory;
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Does all jobs, and gives what they emit to `sink` in the order of the jobs, on this thread. While there is nothing to
/// give, it is given nothing every few milliseconds.
///
/// # Errors
///
/// If `sink` fails, which ends the work; if no thread can be started.
pub(crate) fn in_order<J: Send, T: Send>(
    threads: NonZeroUsize,
    jobs: impl Iterator<Item = J> + Send,
    work: impl Fn(J, &Turn<'_, T>) + Sync,
    mut sink: impl FnMut(Option<T>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let line = Line::new(threads.get());
    let source = Mutex::new(Source { jobs, threads: threads.get(), taken: 0 });
    thread::scope(|scope| {
        let worker = || {
            let _ends = OnDrop(|| line.worker_ends());
            // In the condition of the loop itself, the lock would be held until the jobs are done.
            let next = || lock(&source).take(&line);
            while let Some((jobs, turn)) = next() {
                for job in jobs {
                    work(job, &turn);
                    if line.is_over() {
                        return;
                    }
                }
            }
        };
        // Whatever ends this, the workers are not to wait for it.
        let _over = OnDrop(|| line.end());
        for number in 0..threads.get() {
            line.worker_begins();
            // Fewer than were asked for do the same work.
            if let Err(error) = thread::Builder::new().spawn_scoped(scope, worker) {
                line.worker_ends();
                if number == 0 {
                    return Err(Failure::new("could not start a thread").cause(error));
                }
            }
        }
        loop {
            match line.next() {
                Next::Results(results) => results.into_iter().try_for_each(|result| sink(Some(result)))?,
                Next::NothingYet => sink(None)?,
                Next::End => return Ok(()),
            }
        }
    })
}

/// A place in the line, for the results of a few jobs.
pub(crate) struct Turn<'l, T> {
    line: &'l Line<T>,
    number: u64,
}

impl<T> Turn<'_, T> {
    /// Hands over a result. It breaks if nobody wants any more.
    pub(crate) fn emit(&self, result: T) -> ControlFlow<()> {
        let mut state = self.line.wait_until(|state| {
            let own = state.slot(self.number).map_or(0, |slot| slot.results.len());
            let may_wait = MAX_WAITING * state.threads;
            state.is_over
                || if state.is_first(self.number) { own < may_wait } else { state.waiting < may_wait }
        });
        if state.is_over {
            return ControlFlow::Break(());
        }
        state.waiting += 1;
        let is_first = state.is_first(self.number);
        if let Some(slot) = state.slot_mut(self.number) {
            slot.results.push_back(result);
            // Before it is full, so that neither has to wait for the other.
            if is_first && slot.results.len() == MAX_WAITING / 2 {
                self.line.news.notify_one();
            }
        }
        ControlFlow::Continue(())
    }
}

/// Who does not stand first waits until it does, or the others need less.
impl<T> WindowMemory for Turn<'_, T> {
    fn take(&self, bytes: u64) {
        let mut state = self.line.wait_until(|state| {
            let others: u64 = state.slots.iter().skip(1).map(|slot| slot.window_bytes).sum();
            state.is_over || state.is_first(self.number) || others + bytes <= state.max_window_bytes()
        });
        if let Some(slot) = state.slot_mut(self.number) {
            slot.window_bytes += bytes;
        }
    }

    fn release(&self, bytes: u64) {
        let mut state = lock(&self.line.state);
        if let Some(slot) = state.slot_mut(self.number) {
            slot.window_bytes -= bytes;
        }
        self.line.wake_workers(&state);
    }
}

impl<T> Drop for Turn<'_, T> {
    fn drop(&mut self) {
        let mut state = lock(&self.line.state);
        if let Some(slot) = state.slot_mut(self.number) {
            slot.is_done = true;
        }
        self.line.move_on(&mut state);
        // Somebody may wait for this one to be emptied.
        if state.idle > 0 && state.slots.front().is_some_and(|slot| !slot.results.is_empty()) {
            self.line.news.notify_one();
        }
    }
}

/// The turns that are not over, in the order of their jobs.
struct Line<T> {
    state: Mutex<State<T>>,
    /// For the workers that wait.
    room: Condvar,
    /// For the sink.
    news: Condvar,
}

struct State<T> {
    slots: VecDeque<Slot<T>>,
    /// The number of the first of them.
    first: u64,
    /// Results in all of them.
    waiting: usize,
    threads: usize,
    /// Threads that have not ended.
    workers: usize,
    /// Of these, how many wait.
    idle: usize,
    /// Nobody wants more results.
    is_over: bool,
}

struct Slot<T> {
    results: VecDeque<T>,
    window_bytes: u64,
    is_done: bool,
}

enum Next<T> {
    Results(VecDeque<T>),
    NothingYet,
    End,
}

impl<T> Line<T> {
    fn new(threads: usize) -> Self {
        let state = State {
            slots: VecDeque::new(),
            first: 0,
            waiting: 0,
            threads,
            workers: 0,
            idle: 0,
            is_over: false,
        };
        Self { state: Mutex::new(state), room: Condvar::new(), news: Condvar::new() }
    }

    /// Gets in line, once it is not too long.
    fn enter(&self) -> Turn<'_, T> {
        let mut state =
            self.wait_until(|state| state.is_over || state.slots.len() < MAX_AHEAD * state.threads);
        let number = state.first + state.slots.len() as u64;
        state.slots.push_back(Slot { results: VecDeque::new(), window_bytes: 0, is_done: false });
        Turn { line: self, number }
    }

    /// What the sink is to do next.
    fn next(&self) -> Next<T> {
        let mut state = lock(&self.state);
        let mut has_waited = false;
        loop {
            if let Some(first) = state.slots.front_mut()
                && !first.results.is_empty()
            {
                let results = std::mem::take(&mut first.results);
                state.waiting -= results.len();
                self.move_on(&mut state);
                return Next::Results(results);
            }
            if state.workers == 0 {
                return Next::End;
            }
            if has_waited {
                return Next::NothingYet;
            }
            has_waited = true;
            (state, _) = self.news.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits, and wakes the sink before, since it may be what is waited for.
    fn wait_until(&self, is_met: impl Fn(&State<T>) -> bool) -> MutexGuard<'_, State<T>> {
        let mut state = lock(&self.state);
        while !is_met(&state) {
            self.news.notify_one();
            state.idle += 1;
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
        state
    }

    /// Takes away the turns in front that are over and emptied.
    fn move_on(&self, state: &mut State<T>) {
        while state.slots.front().is_some_and(|slot| slot.is_done && slot.results.is_empty()) {
            state.slots.pop_front();
            state.first += 1;
        }
        self.wake_workers(state);
    }

    fn wake_workers(&self, state: &State<T>) {
        if state.idle > 0 {
            self.room.notify_all();
        }
    }

    fn worker_begins(&self) {
        lock(&self.state).workers += 1;
    }

    fn worker_ends(&self) {
        let mut state = lock(&self.state);
        state.workers -= 1;
        if state.workers == 0 {
            self.news.notify_one();
        }
    }

    fn is_over(&self) -> bool {
        lock(&self.state).is_over
    }

    fn end(&self) {
        let mut state = lock(&self.state);
        state.is_over = true;
        self.wake_workers(&state);
    }
}

impl<T> State<T> {
    /// That all turns but the first may have together.
    fn max_window_bytes(&self) -> u64 {
        WINDOW_BYTES * (self.threads as u64 - 1)
    }

    fn is_first(&self, number: u64) -> bool {
        number == self.first
    }

    fn slot(&self, number: u64) -> Option<&Slot<T>> {
        self.slots.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    fn slot_mut(&mut self, number: u64) -> Option<&mut Slot<T>> {
        self.slots.get_mut(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }
}

/// The jobs that are left.
struct Source<I> {
    jobs: I,
    threads: usize,
    taken: usize,
}

impl<I: Iterator> Source<I> {
    fn take<'l, T>(&mut self, line: &'l Line<T>) -> Option<(Vec<I::Item>, Turn<'l, T>)> {
        // One by one at first, since a few jobs may be large; more at once later, since many are small.
        let count = (self.taken / (8 * self.threads)).clamp(1, MAX_AT_ONCE);
        let jobs: Vec<I::Item> = self.jobs.by_ref().take(count).collect();
        self.taken += jobs.len();
        (!jobs.is_empty()).then(|| (jobs, line.enter()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does something at the end of a scope, also if a thread panics there.
struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Most jobs that one worker takes at once: enough to make the cost of handing over small, and few enough that the
/// last ones do not keep one worker busy while the others have nothing left.
const MAX_AT_ONCE: usize = 64;

/// Most turns in line, for each thread: so many that nobody waits for a job that takes somewhat longer.
const MAX_AHEAD: usize = 64;

/// Most results that wait, for each thread: as many in the first turn, and as many in all others.
const MAX_WAITING: usize = 32;

/// As much as decompressors need to look back at in packages of distributions: 8 MiB, for each thread but the one whose
/// turn is first. More than that has to wait for its turn, so that only one at a time needs as much as it likes.
const WINDOW_BYTES: u64 = 8 << 20;

/// Nobody sees a shorter delay, and so few looks cost nothing.
const TICK: Duration = Duration::from_millis(10);

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
                |job, turn| {
                    // Job 0 is the slowest, and yields more than may wait.
                    let results = if job == 0 { 1000 } else { job % 3 };
                    (0..results).try_for_each(|number| turn.emit((job, number))).is_break();
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
            |job, turn| {
                ahead.fetch_add(1, Ordering::Relaxed);
                let _ = turn.emit(job);
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
    fn jobs_are_done_at_the_same_time() {
        let begun = AtomicUsize::new(0);
        let mut met = 0;
        let done: Result<(), Failure> = in_order(
            threads(2),
            0..2,
            |_: u64, turn| {
                begun.fetch_add(1, Ordering::SeqCst);
                // Either waits for the other, and gives up long after it should have come.
                let has_met = (0..3_000).any(|_| {
                    thread::sleep(TICK);
                    begun.load(Ordering::SeqCst) == 2
                });
                let _ = turn.emit(has_met);
            },
            |has_met| {
                met += usize::from(has_met == Some(true));
                Ok(())
            },
        );
        done.unwrap();
        assert_eq!(met, 2);
    }

    #[test]
    fn all_but_the_first_share_memory() {
        let all = AtomicUsize::new(0);
        let first_only = AtomicUsize::new(0);
        let jobs = 200;
        let mut emitted = 0;
        let done: Result<(), Failure> = in_order(
            threads(4),
            0..jobs,
            |job: u64, turn| {
                let bytes = if job.is_multiple_of(3) { 64 << 20 } else { 6 << 20 };
                turn.take(bytes);
                let state = lock(&turn.line.state);
                let others: u64 = state.slots.iter().skip(1).map(|slot| slot.window_bytes).sum();
                assert!(others <= 3 * WINDOW_BYTES, "{others} bytes");
                first_only.fetch_add(usize::from(state.is_first(turn.number)), Ordering::Relaxed);
                drop(state);
                all.fetch_add(1, Ordering::Relaxed);
                // More than may wait, so that those with memory wait for the first.
                (0..100).try_for_each(|_| turn.emit(job)).is_break();
                // In a decompressor in a decompressor.
                turn.take(bytes);
                turn.release(bytes);
                turn.release(bytes);
            },
            |result| {
                emitted += usize::from(result.is_some());
                Ok(())
            },
        );
        done.unwrap();
        assert_eq!((all.into_inner(), emitted), (200, 20_000));
        assert!(first_only.into_inner() >= 200 / 3, "the large ones have nobody before them");
    }

    #[test]
    fn a_failing_sink_ends_the_work() {
        let done = AtomicUsize::new(0);
        let ended = in_order(
            threads(3),
            0..,
            |job: u64, turn| {
                done.fetch_add(1, Ordering::Relaxed);
                let _ = turn.emit(job);
            },
            |result| if result == Some(10) { Err(Failure::new("enough")) } else { Ok(()) },
        );
        assert_eq!(ended.unwrap_err().to_string(), "enough");
        assert!(done.into_inner() < 1000);
    }
}
