//! A world: all frames of a community as of one day, joined through their relations.

use std::sync::Arc;

use crate::frame::Frame;
use crate::schema::{KindId, Schema, Type};

/// 某日的社区 — what expressions are evaluated in.
///
/// Cheap to make: row indexes of to-one relations are found on first use and kept with their frames, so
/// worlds of several days that share frames share them too. A kind without a frame is an empty frame.
#[derive(Debug)]
pub struct World {
    schema: Arc<Schema>,
    day: i32,
    frames: Vec<Arc<Frame>>,
}

impl World {
    /// `day`: days since 1970-01-01, the meaning of `today`. `frames`: at most one per kind, the last one wins.
    pub fn new(
        schema: Arc<Schema>,
        day: i32,
        frames: impl IntoIterator<Item = Arc<Frame>>,
    ) -> World {
        let mut list: Vec<Option<Arc<Frame>>> = vec![None; schema.kinds.len()];
        for frame in frames {
            let at = usize::from(frame.kind().0);
            list[at] = Some(frame);
        }
        let frames = list
            .into_iter()
            .enumerate()
            .map(|(i, f)| f.unwrap_or_else(|| Arc::new(Frame::empty(&schema, KindId(i as u16)))))
            .collect();
        World {
            schema,
            day,
            frames,
        }
    }

    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Days since 1970-01-01.
    pub fn day(&self) -> i32 {
        self.day
    }

    pub fn frame(&self, kind: KindId) -> &Arc<Frame> {
        &self.frames[usize::from(kind.0)]
    }

    /// For each row of `kind`, the row its to-one column `slot` points to: `u32::MAX` is unknown,
    /// `u32::MAX - 1` absent. Empty when the column is not a to-one relation.
    pub fn link(&self, kind: KindId, slot: u16) -> Arc<Vec<u32>> {
        match self
            .schema
            .kind_of(kind)
            .columns
            .get(usize::from(slot))
            .map(|c| c.ty())
        {
            Some(Type::One(target)) => self.frame(kind).link(slot, self.frame(target)),
            _ => Arc::new(vec![]),
        }
    }
}
