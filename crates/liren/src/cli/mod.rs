//! The command line. It acts as the operator, with every permission on the named community, and is audited.
//! Exit status: 0 fine, 1 findings of level error, 2 could not run.

mod args;
mod args_param;
mod args_report;
mod audit;
mod backup;
mod data;
mod demo;
mod export;
mod figure;
mod frozen;
mod pack;
mod param;
mod person;
mod proof;
mod read;
mod register;
mod returned;
mod serve;
mod undo;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use futures_util::FutureExt as _;

use crate::base::{Error, Lang, error, reader};
use args::{Cli, Command};

/// Runs the command of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // Before anything is made that a reading process needs not have.
    if let Command::Read(args) = &cli.command {
        return read::run(args);
    }
    reader::reads_apart();
    std::panic::set_hook(Box::new(|info| {
        // Where, not what: the message may hold what somebody typed.
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "the program broke off");
    }));
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("LIREN_LOG").unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .json()
        .init();
    let lang = if cli.english { Lang::En } else { Lang::Zh };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            say(&format!("不能启动 / cannot start: {e}"));
            return ExitCode::from(2);
        }
    };
    let work = AssertUnwindSafe(dispatch(cli.command, lang)).catch_unwind();
    let done = runtime.block_on(work).unwrap_or_else(|_| Err(error::fault("a command panicked")));
    // A file that is being read, a password that is being hashed: nobody waits for them any more.
    runtime.shutdown_timeout(Duration::from_millis(500));
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            if let Error::Fault(what) = &error {
                tracing::error!(what, "the command failed");
            }
            for sentence in error.sentences(lang.is_en()) {
                say(&sentence);
            }
            if let Error::Fault(what) = &error {
                say(what);
            }
            ExitCode::from(2)
        }
    }
}

async fn dispatch(command: Command, lang: Lang) -> crate::base::Result<u8> {
    match command {
        Command::Demo(args) => demo::run(args).await,
        Command::Serve(args) => serve::run(args).await,
        Command::Init(args) => data::init(args).await,
        Command::User(args) => data::user(args).await,
        Command::Migrate(args) => data::migrate(args).await,
        Command::Audit(args) => audit::run(args, lang).await,
        Command::Backup(args) => backup::backup(args, lang).await,
        Command::Restore(args) => backup::restore(args, lang).await,
        Command::Import(args) => data::import(args, lang).await,
        Command::Export(args) => export::run(args).await,
        Command::Figure(args) => figure::run(args, lang).await,
        Command::Freeze(args) => frozen::freeze(args, lang).await,
        Command::Compare(args) => frozen::compare(args, lang).await,
        Command::Person(args) => person::run(args, lang).await,
        Command::Register(args) => register::run(args, lang).await,
        Command::Param(args) => param::run(args, lang).await,
        Command::Undo(args) => undo::run(args, lang).await,
        Command::Screen(args) => figure::screen(args, lang).await,
        Command::Report(args) => data::report(args, lang).await,
        Command::Proof(args) => proof::run(args, lang).await,
        Command::Pack(args) => pack::run(args, lang),
        Command::Read(_) => Ok(2),
    }
}

/// A line for people, on the error stream: standard output belongs to results. A reader that went away is not
/// an error.
fn say(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A result, on standard output. A reader that went away is not an error.
fn out(bytes: &[u8]) {
    use std::io::Write as _;
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(bytes);
    let _ = stdout.flush();
}
