use crate::failure::Failure;
use crate::project::line;
use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long a program runs, from start to end. It must succeed.
pub(crate) fn time(command: &mut Command) -> Result<Duration, Failure> {
    let start = Instant::now();
    let status = command.status().map_err(|source| Failure::Start { command: line(command), source })?;
    let time = start.elapsed();
    if status.success() { Ok(time) } else { Err(Failure::Status { command: line(command), status }) }
}

/// One round.
#[derive(Clone, Copy, Default)]
pub(crate) struct Times {
    pub(crate) cargo: Duration,
    pub(crate) ours: Duration,
    pub(crate) established: Duration,
}

/// All rounds of one kind of build.
pub(crate) struct Samples {
    pub(crate) what: &'static str,
    pub(crate) rounds: Vec<Times>,
}

impl Samples {
    /// Cargo's own time in milliseconds.
    pub(crate) fn median(&self) -> f64 {
        median(self.rounds.iter().map(|times| milliseconds(times.cargo)))
    }

    /// What a wrapper adds, in milliseconds.
    pub(crate) fn added(&self, of: impl Fn(&Times) -> Duration) -> f64 {
        median(self.rounds.iter().map(|times| milliseconds(of(times)) - milliseconds(times.cargo)))
    }

    /// One line for each round, as in [`CSV_HEADER`].
    pub(crate) fn csv(&self) -> String {
        let mut text = String::new();
        for (round, times) in (1..).zip(&self.rounds) {
            let [cargo, ours, established] = [times.cargo, times.ours, times.established].map(milliseconds);
            // Writing to a string does not fail.
            let _ = writeln!(text, "\"{}\",{round},{cargo:.3},{ours:.3},{established:.3}", self.what);
        }
        text
    }
}

pub(crate) const CSV_HEADER: &str = "build,round,cargo_ms,ours_ms,established_ms\n";

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The middle value, or the mean of the two in the middle. Of nothing, not a number.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let (half, is_odd) = (values.len() / 2, values.len() % 2 == 1);
    match (values.get(half), half.checked_sub(1).and_then(|before| values.get(before))) {
        (Some(&middle), Some(&before)) if !is_odd => (before + middle) / 2.0,
        (Some(&middle), _) => middle,
        (None, _) => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), 2.5);
        assert!(median([].into_iter()).is_nan());
    }
}
