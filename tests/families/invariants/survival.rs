//! 8 and 9: crashes and restored snapshots sign nobody out.

use std::time::Duration;

use super::super::client::Keys;
use super::super::ops::Op;
use super::super::request::{Answer, Fault};
use super::super::world::HOUR;
use super::{WINDOW, world};

const DAY: Duration = Duration::from_secs(86_400);

#[test]
fn invariant_8_a_crash_at_any_step_signs_out_nobody_who_comes_back_with_the_key_or_in_time() {
    for (keys, window, later) in [(Keys::PerToken, Duration::ZERO, DAY), (Keys::None, WINDOW, WINDOW * 9 / 10)] {
        for (steps, store_dies) in (0..=3).flat_map(|steps| [(steps, false), (steps, true)]) {
            let mut world = world(keys, window);
            world.refresh(0, 0).unwrap();
            world.send(0);
            world.deliver(0, 0, false);
            for _ in 0..steps {
                world.step(0, Fault::None).unwrap();
            }
            world.crash(0);
            if store_dies {
                world.apply(&Op::PowerCut { back: 1 }).unwrap();
            }
            world.advance(later);
            let answer = world.refresh(1, 1);
            assert!(matches!(answer, Ok(Answer::Granted(_))), "{keys:?}, {steps} steps\n{}", world.trace());
        }
    }
}

#[test]
fn invariant_9_restoring_any_snapshot_signs_out_nobody_however_old_its_last_use() {
    // A refresh a day: the oldest snapshots were last used longer ago than the idle lifetime (M7).
    for keys in [Keys::PerToken, Keys::None] {
        for back in 1..=20 {
            let mut world = world(keys, WINDOW);
            for _ in 0..20 {
                world.refresh(0, 0).unwrap();
                world.advance(DAY);
            }
            world.apply(&Op::Restore { back }).unwrap();
            for tab in [0, 1, 2, 0] {
                let answer = world.refresh(tab, 1);
                assert!(matches!(answer, Ok(Answer::Granted(_))), "{back} back\n{}", world.trace());
                world.advance(HOUR);
            }
        }
    }
}
