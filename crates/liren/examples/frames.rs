//! `frames DATA`: every frame of every community of a data folder, read in one process. Prints one line of
//! JSON: communities, people, CPU time, and the memory of the person frames and of all of them.

use std::path::Path;

use liren::base::{Moment, Needs};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).ok_or_else(|| anyhow::anyhow!("usage: frames DATA"))?;
    let told = |e: liren::base::Error| anyhow::anyhow!("{e:?}");
    let joined = liren::joined().map_err(|findings| anyhow::anyhow!("{findings:?}"))?;
    let app = liren::open(Path::new(&folder), false, None, joined).await.map_err(told)?;
    let begin = cpu_ms();
    let mut tx = app.db.read().await?;
    let communities = liren::org::queries::communities(&mut tx).await.map_err(told)?;
    let (mut people, mut person_bytes, mut all_bytes) = (0, 0, 0);
    for community in &communities {
        let moment: Moment = app.moment(&mut tx, community.id, app.clock.today()).await.map_err(told)?;
        let world = app.world(&mut tx, moment, &Needs::all(app.schema())).await.map_err(told)?;
        let kinds = app.schema().kinds.iter();
        for id in kinds.filter_map(|kind| app.schema().kind(&kind.name)) {
            let frame = world.frame(id);
            all_bytes += frame.bytes();
            if app.schema().kind_of(id).name == "person" {
                people += frame.len();
                person_bytes += frame.bytes();
            }
        }
    }
    println!(
        "{{\"communities\": {}, \"people\": {people}, \"cpu_ms\": {}, \"person_bytes\": {person_bytes}, \"all_bytes\": {all_bytes}}}",
        communities.len(),
        cpu_ms() - begin,
    );
    Ok(())
}

/// User and system time of this process so far. The kernel counts in hundredths of a second.
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|t| t.parse::<u64>().ok()).sum::<u64>() * 10
}
