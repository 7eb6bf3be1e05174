//! What can happen, and how often it is drawn.

use std::time::Duration;

use proptest::prelude::*;

use super::request::Fault;

/// One event. Numbers choose among what there is, modulo how many there are.
#[derive(Clone, Debug)]
pub enum Op {
    /// A tab sends its first or next try.
    Send {
        tab: usize,
    },
    /// A request arrives; where `again`, a copy of it stays on the wire and may arrive later too.
    Deliver {
        request: usize,
        server: usize,
        again: bool,
    },
    LoseRequest {
        request: usize,
    },
    /// A server does one step of its work.
    Step {
        work: usize,
        fault: Fault,
    },
    /// An answer arrives.
    Answer {
        answer: usize,
    },
    LoseAnswer {
        answer: usize,
    },
    /// A tab refreshes, and everything goes well.
    Refresh {
        tab: usize,
        server: usize,
    },
    CrashServer {
        server: usize,
    },
    Advance(Duration),
    SetClockBack(Duration),
    /// The store goes on with a swap that was stuck in it.
    LandStuck {
        swap: usize,
    },
    /// The store goes back to the snapshot so many writes ago.
    Restore {
        back: usize,
    },
    /// The store loses so many rotations, but nothing before the last revocation.
    PowerCut {
        back: usize,
    },
    /// A server begins to mint with a newer secret.
    NewSecret {
        server: usize,
    },
    /// Somebody presents the client's token with one character changed.
    Forge {
        position: usize,
        byte: u8,
    },
    /// From here on there is a thief, who knows the token but not the device's secret.
    Steal,
    ThiefSends {
        key: bool,
    },
    LogOut,
    EndEverywhere,
}

/// Events that hurt no honest client, however they are mixed.
pub fn weather() -> BoxedStrategy<Op> {
    let pick = || 0..4_usize;
    prop_oneof![
        8 => pick().prop_map(|tab| Op::Send { tab }),
        8 => (pick(), pick(), prop::bool::weighted(0.3))
            .prop_map(|(request, server, again)| Op::Deliver { request, server, again }),
        1 => pick().prop_map(|request| Op::LoseRequest { request }),
        24 => (pick(), fault()).prop_map(|(work, fault)| Op::Step { work, fault }),
        6 => pick().prop_map(|answer| Op::Answer { answer }),
        2 => pick().prop_map(|answer| Op::LoseAnswer { answer }),
        3 => (pick(), pick()).prop_map(|(tab, server)| Op::Refresh { tab, server }),
        1 => pick().prop_map(|server| Op::CrashServer { server }),
        8 => span().prop_map(Op::Advance),
        1 => (0..5_000_u64).prop_map(|ms| Op::SetClockBack(Duration::from_millis(ms))),
        3 => pick().prop_map(|swap| Op::LandStuck { swap }),
        2 => (0..8_usize).prop_map(|back| Op::Restore { back }),
        1 => (0..8_usize).prop_map(|back| Op::PowerCut { back }),
        1 => pick().prop_map(|server| Op::NewSecret { server }),
        1 => (0..76_usize, any::<u8>()).prop_map(|(position, byte)| Op::Forge { position, byte }),
    ]
    .boxed()
}

/// The same, with a thief and with sign-outs.
pub fn crime() -> BoxedStrategy<Op> {
    prop_oneof![
        20 => weather(),
        1 => Just(Op::Steal),
        4 => any::<bool>().prop_map(|key| Op::ThiefSends { key }),
        1 => prop_oneof![3 => Just(Op::LogOut), 1 => Just(Op::EndEverywhere)],
    ]
    .boxed()
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        20 => Just(Fault::None),
        1 => Just(Fault::Down),
        1 => Just(Fault::LinkDropsBefore),
        1 => Just(Fault::LinkDropsAfter),
        2 => Just(Fault::Stuck),
    ]
}

/// From moments to hours; all of a run together stays under the idle lifetime of 14 days.
fn span() -> impl Strategy<Value = Duration> {
    prop_oneof![4 => 0..500_u64, 3 => 500..3_000_u64, 2 => 10_000..31_000_u64, 1 => 60_000..7_200_000_u64]
        .prop_map(Duration::from_millis)
}
