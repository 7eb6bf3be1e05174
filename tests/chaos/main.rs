//! Everything at once: honest clients with several tabs, who lose answers and try again, and thieves live
//! through random faults of two processes of ours and of their store. Nobody is signed out who was not
//! robbed, no generation has two successors, and thieves are caught (refresh.md, "What must hold").
//!
//! An ordinary test run lives through some seconds of it. `make chaos` takes minutes; CONTRIBUTING.md says
//! how to run and to replay it.

mod chance;
mod checks;
mod device;
mod family;
mod instances;
mod plan;
mod requests;
mod rollbacks;
mod run;
mod stage;
mod summary;
mod tab;
mod tally;
mod thefts;
mod thief;
mod weather;
mod wire;
mod world;

// Processes of the program itself are those of tests/binary, the servers those of tests/redis, and the proxy
// that of tests/faults; each has more than is used here.
#[allow(dead_code)]
#[path = "../binary/client.rs"]
mod client;
#[allow(dead_code)]
#[path = "../binary/home.rs"]
mod home;
#[allow(dead_code)]
#[path = "../binary/process.rs"]
mod process;
#[allow(dead_code)]
#[path = "../faults/proxy.rs"]
mod proxy;
#[path = "../faults/resp.rs"]
mod resp;
#[allow(dead_code)]
#[path = "../binary/server.rs"]
mod server;
#[allow(dead_code, unused_imports)]
#[path = "../redis/servers/mod.rs"]
mod servers;

use instances::Instances;
use plan::Plan;
use weather::{file, links, processes, redis};
use world::World;

#[test]
fn nobody_is_signed_out_and_thieves_are_caught_on_redis() {
    let plan = Plan::from_environment();
    let server = redis::Redis::start(plan.seed);
    let proxies = links::Links::to(server.port());
    let (ours, theirs, links) =
        (processes::schedule(&plan), redis::schedule(&plan, server.always), links::schedule(&plan));
    let instances = Instances::start(run::home(&plan), proxies.urls());
    let world = World::new(plan, instances);
    run::run(
        "Redis",
        &world,
        &[&|| processes::suffer(&world, &ours), &|| server.suffer(&world, &theirs), &|| proxies.suffer(&world, &links)],
    );
}

#[test]
fn nobody_is_signed_out_and_thieves_are_caught_on_one_file() {
    let plan = Plan::from_environment();
    let home = run::home(&plan);
    let file = file::File::new(home.path("sessions/jeton.db"));
    let (ours, faults) = (processes::schedule(&plan), file::schedule(&plan));
    let url = || "sqlite://sessions/jeton.db".to_owned();
    let world = World::new(plan, Instances::start(home, [url(), url()]));
    run::run("one file", &world, &[&|| processes::suffer(&world, &ours), &|| file.suffer(&world, &faults)]);
}
