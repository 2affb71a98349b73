//! What a slice brings to the product. It says so itself; nothing about it stands in a central match.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;

use liren_facts::Day;
use liren_rules::{SchemaBuilder, Unkept};
use liren_store::Tx;

use super::error::{Result, fault};
use super::ids::Key;
use super::records::RecordTable;
use super::states::StateTable;
use super::web::Routes;
use super::{App, Loading, Moment, Permission, Scope, Write};

/// Work that reads the database.
pub type Reading<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Fills the frame of one kind.
pub type Load = for<'a> fn(&'a mut Loading<'_>) -> Reading<'a, ()>;

/// What a list calls records of a kind, by id: the names of people left out, they are added where they may be read.
pub type Label = for<'a> fn(&'a mut Tx, &'a Scope, Asked<'a>) -> Reading<'a, HashMap<i64, String>>;

/// Writes what follows from a transaction.
pub type Settle = for<'a> fn(&'a mut Write) -> Reading<'a, ()>;

/// Of which kinds and programmes more records may exist than are known, at a moment.
pub type Open = for<'a> fn(&'a mut Tx, &'a liren_rules::Schema, Moment) -> Reading<'a, Unkept>;

/// Which records are to be called something, and on which day.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub kind: &'a str,
    pub on: Day,
    pub ids: &'a [i64],
}

/// A kind of record of a slice: how its frame is read, what a list calls its records, where one of them opens.
pub struct Kind {
    /// As the slice's `frames` declares it; `.` stands for the events that packs declare.
    pub name: &'static str,
    pub load: Load,
    pub label: Option<Label>,
    pub href: Option<fn(Key) -> String>,
    /// How a frame that is there takes over a few changed records; `None`: it is made anew.
    pub patch: Option<&'static Patch>,
}

impl Kind {
    /// A kind whose records are not called anything of their own and open nowhere.
    pub const fn new(name: &'static str, load: Load) -> Kind {
        Kind { name, load, label: None, href: None, patch: None }
    }

    pub const fn labelled(self, label: Label) -> Kind {
        Kind { label: Some(label), ..self }
    }

    pub const fn opens(self, href: fn(Key) -> String) -> Kind {
        Kind { href: Some(href), ..self }
    }

    pub const fn patched_by(self, patch: &'static Patch) -> Kind {
        Kind { patch: Some(patch), ..self }
    }
}

/// What a loader that can read a few records only ([`Loading::among`]) needs said of it.
pub struct Patch {
    /// Tables whose changes are told record by record.
    pub tables: &'static [&'static str],
    /// Aspects whose change concerns the whole frame.
    pub anew: &'static [&'static str],
    /// Columns that a few records cannot decide.
    pub kept: &'static [&'static str],
}

/// An entry of the navigation.
pub struct Nav {
    pub href: &'static str,
    pub icon: &'static str,
    pub title: &'static str,
    pub permission: Permission,
    /// Its place among the entries of all slices.
    pub rank: u8,
}

/// 模块 — one folder of the product.
pub struct Slice {
    pub name: &'static str,
    pub frames: fn(&mut SchemaBuilder),
    pub routes: fn(Routes, &App) -> Routes,
    pub nav: &'static [Nav],
    pub kinds: &'static [Kind],
    /// Its tables of dated states and of records: what can be taken back.
    pub states: &'static [&'static StateTable],
    pub records: &'static [&'static RecordTable],
    /// Writes what follows from what a transaction wrote, before it is committed.
    pub settle: Option<Settle>,
    /// Says of which kinds and programmes more records may exist than are known.
    pub unkept: Option<Open>,
}

impl Slice {
    /// A slice that declares nothing; `Slice { name: "…", nav: &[…], ..Slice::EMPTY }`.
    pub const EMPTY: Slice = Slice {
        name: "",
        frames: |_| {},
        routes: |routes, _| routes,
        nav: &[],
        kinds: &[],
        states: &[],
        records: &[],
        settle: None,
        unkept: None,
    };
}

/// All slices, in the order in which they may import one another.
#[derive(Clone, Copy)]
pub struct Slices(pub &'static [&'static Slice]);

impl Slices {
    pub fn kinds(self) -> impl Iterator<Item = &'static Kind> {
        self.0.iter().flat_map(|slice| slice.kinds)
    }

    /// The kind of a name; those with a point are events of packs.
    pub fn kind(self, name: &str) -> Option<&'static Kind> {
        self.kinds().find(|k| k.name == name).or_else(|| {
            let of_a_pack = name.contains('.');
            self.kinds().find(|k| of_a_pack && k.name == ".")
        })
    }

    pub fn states(self) -> impl Iterator<Item = &'static StateTable> {
        self.0.iter().flat_map(|slice| slice.states).copied()
    }

    pub fn records(self) -> impl Iterator<Item = &'static RecordTable> {
        self.0.iter().flat_map(|slice| slice.records).copied()
    }

    /// The navigation, in its order.
    pub fn nav(self) -> Vec<&'static Nav> {
        let mut all: Vec<&Nav> = self.0.iter().flat_map(|slice| slice.nav).collect();
        all.sort_by_key(|nav| nav.rank);
        all
    }

    /// Of which kinds and programmes more records may exist than are known.
    pub async fn unkept(self, tx: &mut Tx, schema: &liren_rules::Schema, moment: Moment) -> Result<Unkept> {
        let mut all = Unkept::default();
        for open in self.0.iter().filter_map(|slice| slice.unkept) {
            let unkept = open(tx, schema, moment).await?;
            all.kinds.extend(unkept.kinds);
            all.programmes.extend(unkept.programmes);
        }
        Ok(all)
    }

    /// A kind that nobody loads would be an empty frame, and every figure over it an invented zero: it stops the start.
    pub fn check(self, schema: &liren_rules::Schema) -> Result<()> {
        for kind in &schema.kinds {
            if self.kind(&kind.name).is_none() {
                return Err(fault(format!("nobody loads the frame kind {}", kind.name)));
            }
        }
        for kind in self.kinds().filter(|k| k.name != ".") {
            if schema.kind(kind.name).is_none() {
                return Err(fault(format!("the frame kind {} is loaded and not declared", kind.name)));
            }
        }
        Ok(())
    }
}
