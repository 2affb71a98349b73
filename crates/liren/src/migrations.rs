//! The steps of the schema: every `migrations/NNNN_name.sql`, which `build.rs` lists by itself, and here those that
//! need code.

use std::sync::LazyLock;

use liren_store::Migration;

/// Steps that SQL cannot say, as `Migration::code(12, "name", |tx| Box::pin(people::steps::fill(tx)))`. Numbers are
/// shared with the files.
const CODE: &[Migration] = &[Migration::code(61, "trail", |tx| Box::pin(crate::base::trail::tables(tx)))];

const SQL: &[Migration] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let mut all = [SQL, CODE].concat();
    all.sort_by_key(|step| step.number);
    all
});

/// All of them, lowest number first.
pub fn all() -> &'static [Migration] {
    &ALL
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_step_has_a_number_of_its_own() {
        let all = super::all();
        assert!(all.len() >= 5);
        for pair in all.windows(2) {
            assert!(pair[0].number < pair[1].number, "{} and {}", pair[0].name, pair[1].name);
        }
    }
}
