//! What stands on a worksheet: printed columns, and empty ones to be filled, most of which are facts that can be read back.

use liren_rules::Title;

use crate::base::App;
use crate::people::columns::{self, Column};
use crate::people::conditions::Field;
use crate::people::facts;
use crate::people::forms::fact::Item;
use crate::people::search::Filter;

/// The head of the column by which a row is known again.
pub const KEY: &str = "登记编号";
/// The head of the column for phones.
pub const PHONE: &str = "联系电话";
/// What stands behind the head of an empty column when one of its name is printed beside it.
pub const NEW: &str = "（新）";
/// Columns for the pen only.
const PEN: [(&str, &str, &str); 2] = [("sign", "本人签字", "Signature"), ("note", "备注", "Remarks")];

/// 空栏 — a column to be filled.
#[derive(Clone)]
pub struct Blank {
    pub id: String,
    pub title: Title,
}

/// Every empty column there is: facts that are not sensitive, the phone, and those for the pen.
pub fn blanks(app: &App) -> Vec<Blank> {
    let phone = Blank { id: "phone".to_owned(), title: Title::new(PHONE, "Phone") };
    let facts = facts::all(app.packs()).into_iter().filter(|f| !f.sensitive);
    let facts = facts.map(|f| Blank { id: f.id, title: f.title });
    let pen = PEN.into_iter().map(|(id, zh, en)| Blank { id: id.to_owned(), title: Title::new(zh, en) });
    std::iter::once(phone).chain(facts).chain(pen).collect()
}

/// Which empty column a head means; the phone or a fact.
pub enum Meant {
    Phone,
    Fact(Box<Item>),
}

/// What the head of a column means, in either language.
pub fn meant(app: &App, head: &str) -> Option<Meant> {
    let head: String = head.chars().filter(|c| !c.is_whitespace()).collect();
    let is = |title: &Title| title.zh == head || title.en.replace(' ', "").eq_ignore_ascii_case(&head);
    let blank = blanks(app).into_iter().find(|b| is(&b.title))?;
    match blank.id.as_str() {
        "phone" => Some(Meant::Phone),
        id => crate::people::forms::fact::item(app, id, crate::base::Lang::Zh).map(|item| Meant::Fact(Box::new(item))),
    }
}

/// The printed columns that a worksheet has unless others are chosen.
const USUAL: [&str; 3] = ["age", "address", "phone"];
/// The empty ones.
const EMPTY: [&str; 2] = ["phone", "note"];

/// The chosen columns of both kinds.
pub fn chosen(app: &App, fields: &[Field], filter: &Filter, blank: &str) -> (Vec<Column>, Vec<Blank>) {
    let wanted = |text: &str, usual: &[&str]| -> Vec<String> {
        let chosen: Vec<String> = text.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        if chosen.is_empty() { usual.iter().map(|id| (*id).to_owned()).collect() } else { chosen }
    };
    let (shown, empty) = (wanted(&filter.cols, &USUAL), wanted(blank, &EMPTY));
    let columns = columns::all(app, fields).into_iter().filter(|c| shown.contains(&c.id)).collect();
    let blanks = blanks(app).into_iter().filter(|b| empty.contains(&b.id)).collect();
    (columns, blanks)
}

/// Whether a fact may be filled from a worksheet.
pub fn may(app: &App, id: &str) -> bool {
    blanks(app).iter().any(|b| b.id == id)
}
