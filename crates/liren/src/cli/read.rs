//! `liren read KIND`: the process that reads foreign files. Nobody types it.

use std::process::ExitCode;

use super::args::Read;
use crate::base::reader::{self, Reader, Size};
use crate::{exchange, proofreading, reports};

/// Everything a foreign file is read as.
static READERS: [&Reader; 4] = [
    &exchange::reading::BOOK,
    &exchange::reading::ANNOTATED,
    &proofreading::reading::PROOF,
    &reports::returned::RETURNED,
];

pub fn run(args: &Read) -> ExitCode {
    let reader = READERS.into_iter().find(|r| r.kind == args.kind);
    let (Some(reader), Some(size)) = (reader, Size::of(&args.size)) else {
        return ExitCode::from(2);
    };
    match reader::serve(reader, size) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
