//! Damage to the text itself, by its shape: a unit without a number, a number without a unit, a lost name, digits that make no
//! date, masks, broken characters, slips of the key.

mod broken;
mod digits;
mod lost;
mod masks;
mod names;
mod slips;

use crate::findings::Findings;
use crate::page::Page;
use crate::relations::Outcome;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    lost::check(page, findings);
    digits::check(page, findings);
    names::check(page, findings);
    masks::check(page, findings);
    broken::check(page, findings);
    slips::check(page, findings);
}
