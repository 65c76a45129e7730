//! Runs independent work on all cores.

use std::num::NonZeroUsize;
use std::thread;

/// Maps all items, and keeps their order.
pub(crate) fn map<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let share = all.len().div_ceil(cores).max(1);
    let (work, mut shares) = (&work, all.chunks(share));
    let Some(own) = shares.next() else { return Vec::new() };
    thread::scope(|scope| {
        let others: Vec<_> = shares
            .map(|share| scope.spawn(move || share.iter().map(work).collect::<Vec<_>>()))
            .collect();
        let mut done: Vec<R> = own.iter().map(work).collect();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                // It fails for its caller, as it would without the thread.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_stays() {
        for count in [0, 1, 2, 7, 100] {
            let all: Vec<u32> = (0..count).collect();
            let expected: Vec<u32> = (0..count).map(|it| it * 2).collect();
            assert_eq!(map(&all, |it| it * 2), expected);
        }
    }
}
