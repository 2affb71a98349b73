//! 修改一项 — one fact of a person: it changed from a day on, or it was never right.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liren_facts::{Day, PartialDay, identifier};

use super::{About, codes, origin, person_of, ways};
use crate::base::web::{self, Form, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{
    Actor, Aliases, App, FactValue, Field, FieldOf, Id as _, Lang, Mine, Origin, PersonId, Result, Scope, Write, error,
};
use crate::people::facts::{self, Answer, AnyFact};
use crate::people::states::{Birth, Identifier, Marital, Naming, Political, Residency, Schooling, Work};
use crate::people::{LONG_AGO, code, queries, register};

/// What can be changed one by one: our own facts, and those that are made of several.
pub struct Item {
    pub id: String,
    pub title: String,
    pub answer: Answer,
    /// So from birth: a new answer corrects.
    pub lasting: bool,
    /// The state table or field, for conflicts.
    aspect: String,
}

/// The name, the number, the day of birth and the residency are forms of their own kind.
pub fn item(app: &App, id: &str, lang: Lang) -> Option<Item> {
    let made = |id: &str, title: &str, answer, lasting, aspect: &str| Item {
        id: id.to_owned(),
        title: lang.t(title).to_owned(),
        answer,
        lasting,
        aspect: aspect.to_owned(),
    };
    match id {
        "name" => return Some(made(id, "姓名", Answer::Text, false, "person_naming")),
        "born" => return Some(made(id, "出生日期", Answer::Day, true, "person_birth")),
        "number" => return Some(made(id, "证件号", Answer::Text, true, "person_identifier")),
        "residency" => {
            return Some(made(id, "居住", Answer::Code("residency".into()), false, "person_residency"));
        }
        _ => {}
    }
    facts::all(app.packs()).into_iter().find(|f| f.id == id).map(|f| of_fact(f, lang))
}

fn of_fact(fact: AnyFact, lang: Lang) -> Item {
    Item {
        title: lang.pick(&fact.title.zh, &fact.title.en).to_owned(),
        answer: fact.answer,
        lasting: fact.own.is_some_and(|own| own.lasting),
        aspect: fact.own.map_or(fact.id.clone(), |own| own.table.name.to_owned()),
        id: fact.id,
    }
}

#[derive(Template)]
#[template(path = "people/forms/fact.html")]
pub struct FactPage {
    s: Shell,
    form: Form,
    key: String,
    name: String,
    title: String,
    id: String,
    now: String,
    since: Option<String>,
    source: Option<String>,
    known: bool,
    lasting: bool,
    /// Chosen among a few, among many, or typed.
    few: Vec<(String, String)>,
    many: Vec<(String, String)>,
    typed: &'static str,
    hint: &'static str,
    hows: Vec<(&'static str, String, String)>,
    ways: Vec<(&'static str, String)>,
}

pub async fn show(mut r: Reader, Path((key, id)): Path<(String, String)>) -> Result<Response> {
    let about = About::load(&mut r, &key).await?;
    let item = item(&r.app, &id, r.lang).ok_or_else(|| error::not_found("资料项"))?;
    let mut form = Form::new(&r);
    if id == "number" {
        // Typed from the card, never from the page; what it proves is corrected with it.
        form.set("also", "yes");
    } else if let Some((_, value)) = current(&mut r, &about, &item).await? {
        form.set("value", value);
    } else {
        form.set("how", "wrong");
    }
    let page = page(&mut r, &key, &id, form).await?;
    r.page(&page)
}

/// Since when it stands so, and the answer as the form types it; `None` while nothing is known.
async fn current(r: &mut Reader, about: &About, item: &Item) -> Result<Option<(Day, String)>> {
    let (scope, today) = (r.scope(), r.today());
    stands(&mut r.tx, &scope, &about.whole, item, today).await
}

async fn stands(
    tx: &mut liren_store::Tx,
    scope: &Scope,
    whole: &[PersonId],
    item: &Item,
    on: Day,
) -> Result<Option<(Day, String)>> {
    macro_rules! of {
        ($state:ty, $value:expr) => {
            <$state>::at(tx, scope, whole, on).await?.and_then(|d| {
                let value: fn(&$state) -> Option<String> = $value;
                value(&d.value).map(|v| (d.from, v))
            })
        };
    }
    Ok(match item.id.as_str() {
        "name" => of!(Naming, |n| n.name.clone()),
        "former_name" => of!(Naming, |n| n.former_name.clone()),
        "sex" => of!(Birth, |b| b.sex.clone()),
        "ethnic" => of!(Birth, |b| b.ethnic.clone()),
        "born" => of!(Birth, |b| b.born().map(|d| d.to_string())),
        "residency" => of!(Residency, |r| r.word().map(str::to_owned)),
        // That there is one; the number itself is sealed.
        "number" => of!(Identifier, |_| Some(String::new())),
        "marital" => of!(Marital, |m| m.marital.clone()),
        "education" => of!(Schooling, |s| s.education.clone()),
        "political" => of!(Political, |p| p.political.clone()),
        "employment" => of!(Work, |w| w.employment.clone()),
        "employer" => of!(Work, |w| w.employer.clone()),
        field => {
            let of: Vec<FieldOf> = whole
                .iter()
                .map(|p| FieldOf { kind: PersonId::KIND.into(), id: p.0, field: field.to_owned() })
                .collect();
            Field::at(tx, scope, &of, on).await?.and_then(|d| typed(&d.value, &item.answer).map(|v| (d.from, v)))
        }
    })
}

/// A field of a pack as the form types it.
fn typed(field: &Field, answer: &Answer) -> Option<String> {
    match (field.number, &field.text, answer) {
        (_, Some(text), _) => Some(text.clone()),
        (Some(n), _, Answer::Tick) => Some(if n == 0 { "no" } else { "yes" }.to_owned()),
        (Some(n), _, Answer::Day) => i32::try_from(n).ok().map(|n| Day(n).to_string()),
        (Some(n), _, Answer::Money) => Some(format!("{}.{:02}", n / 100, n % 100)),
        (Some(n), ..) => Some(n.to_string()),
        (None, None, _) => None,
    }
}

/// What stands of an item, in words.
pub async fn shown(
    app: &App,
    tx: &mut liren_store::Tx,
    scope: &Scope,
    whole: &[PersonId],
    item: &Item,
    on: Day,
    lang: Lang,
) -> Result<Option<String>> {
    let there = stands(tx, scope, whole, item, on).await?;
    Ok(there.map(|(_, value)| words(app, item, &value, lang)))
}

/// What somebody answered, in the words in which a page shows what stands.
pub fn worded(app: &App, item: &Item, given: &Given, lang: Lang) -> String {
    match given {
        Given::Text(text) => words(app, item, text, lang),
        Given::Born(day) => day.to_string(),
        Given::Number(number) => number.text.clone(),
        Given::Value(value) => {
            typed(&Field::of(value), &item.answer).map_or_else(String::new, |value| words(app, item, &value, lang))
        }
    }
}

fn words(app: &App, item: &Item, value: &str, lang: Lang) -> String {
    match &item.answer {
        Answer::Code(table) => code(app, table, Some(value), lang),
        Answer::Tick => lang.t(if value == "yes" { "是" } else { "否" }).to_owned(),
        Answer::Money => format!("{}{}", value.trim_end_matches(".00"), lang.t("元")),
        _ => value.to_owned(),
    }
}

async fn page(r: &mut Reader, key: &str, id: &str, form: Form) -> Result<FactPage> {
    let about = About::load(r, key).await?;
    let item = item(&r.app, id, r.lang).ok_or_else(|| error::not_found("资料项"))?;
    let lang = r.lang;
    let there = current(r, &about, &item).await?;
    let (few, many, typed, hint) = match &item.answer {
        Answer::Code(table) => {
            let all = codes(&r.app, table, lang);
            if all.len() <= 12 { (all, vec![], "", "") } else { (vec![], all, "", "") }
        }
        Answer::Tick => {
            let both = [("yes", "是"), ("no", "否")];
            (both.map(|(v, w)| (v.to_owned(), lang.t(w).to_owned())).to_vec(), vec![], "", "")
        }
        Answer::Day => (vec![], vec![], "text", "写成 1985-3-7；只知道年月就写 1985-3"),
        Answer::Number => (vec![], vec![], "text", "整数"),
        Answer::Money => (vec![], vec![], "text", "元"),
        Answer::Text => (vec![], vec![], "text", ""),
    };
    let masked =
        |value: &str| if item.id == "number" { about.row.id_number.clone() } else { words(&r.app, &item, value, lang) };
    let now = there.as_ref().map(|(_, value)| masked(value));
    let hows = vec![
        ("changed", lang.t("后来变了").to_owned(), lang.t("以前登记的没有错，从某一天起不一样了").to_owned()),
        (
            "wrong",
            lang.t("原来就登记错了").to_owned(),
            lang.t("从来不是那样；原来的记录留在历史里，标“已更正”").to_owned(),
        ),
    ];
    let title = format!("{}“{}”", lang.t("修改"), item.title);
    Ok(FactPage {
        s: r.shell(&title, "/people", ""),
        key: key.to_owned(),
        name: about.row.name.clone(),
        title: item.title,
        id: id.to_owned(),
        known: now.is_some(),
        now: now.unwrap_or_else(|| lang.t("没有人记过").to_owned()),
        since: there.filter(|(from, _)| *from > LONG_AGO).map(|(from, _)| from.to_string()),
        source: about.line.source.clone(),
        lasting: item.lasting,
        few,
        many,
        typed,
        hint,
        hows,
        ways: ways(lang),
        form,
    })
}

pub async fn save(Path((key, id)): Path<(String, String)>, mut s: Submitted) -> Result<Response> {
    let saved = change(&mut s, &key, &id).await;
    s.answer(saved, async |r: &mut Reader, form| page(r, &key, &id, form).await).await
}

/// How an answer differs from what is recorded.
#[derive(Clone, Copy)]
enum How {
    From(Day),
    Never,
}

async fn change(s: &mut Submitted, key: &str, id: &str) -> Saved {
    let person = person_of(s, key).await?;
    let (today, lang) = (s.today(), s.visitor.lang);
    let item = item(&s.app, id, lang).ok_or_else(|| error::not_found("资料项"))?;
    let fictional;
    let known = {
        let actor = s.actor()?.clone();
        let mut tx = s.app.db.read().await?;
        fictional = crate::org::queries::community(&mut tx, &actor.scope).await?.fictional;
        let whole = Aliases::now(&mut tx, &actor.scope).await?.whole(person.id());
        stands(&mut tx, &actor.scope, &whole, &item, today).await?
    };
    let value = answer(s, &item, fictional);
    let how = if item.lasting || known.is_none() || s.form.is("how", "wrong") {
        if known.is_none() && !item.lasting {
            match s.form.text("from") {
                Some(_) => s.form.partial_day("from", today).map(|d| How::From(d.last)),
                None => Some(How::From(today)),
            }
        } else {
            Some(How::Never)
        }
    } else if s.form.is("how", "changed") {
        match s.form.text("from") {
            Some(_) => s.form.partial_day("from", today).map(|d| How::From(d.last)),
            None => {
                s.form.problem(
                    "from",
                    "请填从哪天起变了；只知道年月就写 2026-6。",
                    "Say from which day it changed; write 2026-6 when only the month is known.",
                );
                None
            }
        }
    } else {
        s.form.problem(
            "how",
            "请选：是后来变了，还是原来就登记错了。两种改法不一样。",
            "Say whether it changed later or was recorded wrongly; the two are written differently.",
        );
        None
    };
    let (Some(value), Some(how)) = (value, how) else { return Err(Refused::Form) };
    if let Given::Number(number) = &value {
        let scope = s.actor()?.scope.clone();
        let mut tx = s.app.db.read().await?;
        let keys = s.app.community_keys(&mut tx, scope.community).await?;
        let whole = Aliases::now(&mut tx, &scope).await?.of(person.number());
        let holders = queries::holders(&mut tx, &scope, today, &keys.whole(&number.text)).await?;
        if holders.iter().any(|holder| *holder != whole) {
            s.form.problem(
                "value",
                "这个证件号登记在另一个人名下。是同一个人就合并，不是就先改正那个人的号码。",
                "This number is on record for somebody else. Merge the two if they are one person, or correct the other first.",
            );
            return Err(Refused::Form);
        }
    }
    if id == "residency" && matches!(how, How::From(_)) && known.is_some() {
        return Err(Refused::Error(error::invalid(
            "搬进搬出请用“登记一件事”，人和户会一起改。这里只改登记错的。",
            "Moves are recorded as an event, so that household and home change with them. Here only mistakes are corrected.",
        )));
    }
    // Kept with the change, so in Chinese whatever language the page is in.
    let title = self::item(&s.app, id, Lang::Zh).map_or_else(String::new, |i| i.title);
    let reason = match how {
        How::From(day) if known.is_some() => format!("{title}改好了，从{day}起"),
        How::From(_) => format!("{title}记下了"),
        How::Never => format!("{title}更正好了"),
    };
    let aspects = [item.aspect.as_str()];
    let about = [web::About { kind: PersonId::KIND, id: person.number(), aspects: &aspects }];
    s.save(&reason, &about, async |w: &mut Write| {
        let origin = origin(w, &s.form, today).await?;
        write(w, person, id, &value, how, today, &origin).await?;
        if let Given::Number(number) = &value {
            put_number(&s.app, w, person, number, s.form.is("also", "yes"), today, &origin).await?;
        }
        super::small::keep_paper(&s.app, w, s, person).await?;
        Ok(format!("/people/{key}#f-{id}"))
    })
    .await
}

/// What was typed or chosen, in the form in which it is kept. Empty is refused: to forget a fact is another act.
pub enum Given {
    Text(String),
    Born(PartialDay),
    Number(identifier::Number),
    Value(FactValue),
}

fn answer(s: &mut Submitted, item: &Item, fictional: bool) -> Option<Given> {
    let text = s.form.need("value", "请填或者选一个。", "Fill in or choose an answer.")?;
    match given(&s.app, item, &text, s.today(), fictional) {
        Ok(given) => Some(given),
        Err((zh, en)) => {
            s.form.problem("value", zh, en);
            None
        }
    }
}

/// What a text answers; otherwise what is wrong with it, in both languages.
pub fn given(
    app: &App,
    item: &Item,
    text: &str,
    today: Day,
    fictional: bool,
) -> std::result::Result<Given, (String, String)> {
    let wrong = |zh: &str, en: &str| Err((zh.to_owned(), en.to_owned()));
    match &item.answer {
        Answer::Code(table) => {
            let schema = app.schema();
            let found = schema.table(table).and_then(|t| {
                let codes = schema.table_of(t);
                let n = codes.find(text).or_else(|| codes.find(said(table, text)?))?;
                codes.codes.get(usize::from(n))
            });
            match found {
                Some(code) => Ok(Given::Text(code.code.clone())),
                None => wrong("没有这一项，请从列出的里面选。", "There is no such answer; choose one that is listed."),
            }
        }
        Answer::Tick => match text {
            "yes" | "是" | "有" | "√" | "✓" => Ok(Given::Value(FactValue::Number(1))),
            "no" | "否" | "无" | "×" => Ok(Given::Value(FactValue::Number(0))),
            _ => wrong("请填“是”或“否”。", "Write 是 (yes) or 否 (no)."),
        },
        Answer::Day if item.id == "born" => web::partial_day(text, today).map(Given::Born),
        Answer::Day => {
            web::partial_day(text, Day(today.0 + 36_525)).map(|d| Given::Value(FactValue::Number(i64::from(d.last.0))))
        }
        Answer::Number => match text.parse::<i64>().ok().filter(|n| (0..1_000_000_000_000).contains(n)) {
            Some(n) => Ok(Given::Value(FactValue::Number(n))),
            None => Err((format!("“{text}”不是整数。"), format!("“{text}” is no whole number."))),
        },
        Answer::Money => {
            let fen = text.parse::<f64>().ok().filter(|y| *y >= 0.0 && *y < 1e10).map(|y| (y * 100.0).round() as i64);
            match fen {
                Some(fen) => Ok(Given::Value(FactValue::Number(fen))),
                None => Err((format!("“{text}”不是一个金额。"), format!("“{text}” is not an amount."))),
            }
        }
        Answer::Text if item.id == "number" => {
            let options = identifier::Options { on: today, fictional };
            match identifier::read(text, options) {
                Ok(read) => Ok(Given::Number(read)),
                Err(fault) => Err((
                    super::new::fault_words(fault).to_owned(),
                    "This number cannot be right; compare it with the document.".to_owned(),
                )),
            }
        }
        Answer::Text if text.chars().count() > 200 => {
            wrong("太长了，请不要超过 200 个字。", "Too long: 200 characters at most.")
        }
        Answer::Text => Ok(Given::Text(text.to_owned())),
    }
}

/// The code that people mean by a word: 初中, 本科, 退休 — as lists are read.
fn said(table: &str, word: &str) -> Option<&'static str> {
    use liren_facts::code;
    match table {
        "education" => code::education(word),
        "marital" => code::marital(word),
        "political" => code::political(word),
        "employment" => code::employment(word),
        "ethnic" => code::ethnic(word),
        _ => None,
    }
}

/// Records a fact of which nothing was known: from today on, or from birth when it lasts.
pub async fn fill(
    w: &mut Write,
    person: Mine<PersonId>,
    item: &Item,
    given: &Given,
    today: Day,
    origin: &Origin,
) -> Result<()> {
    let how = if item.lasting { How::Never } else { How::From(today) };
    write(w, person, &item.id, given, how, today, origin).await
}

async fn write(
    w: &mut Write,
    person: Mine<PersonId>,
    id: &str,
    given: &Given,
    how: How,
    today: Day,
    origin: &Origin,
) -> Result<()> {
    let scope = Scope::whole(w.community);
    let whole = Aliases::now(&mut w.tx, &scope).await?.whole(person.id());
    let text = match given {
        Given::Text(text) => text.clone(),
        _ => String::new(),
    };
    // A field of several keeps the others as they are.
    macro_rules! put {
        ($state:ty, $empty:expr, |$s:ident| $set:expr) => {{
            let there = <$state>::at(&mut w.tx, &scope, &whole, today).await?;
            let mut $s = there.as_ref().map_or($empty, |d| d.value.clone());
            $set;
            match how {
                How::From(day) => $s.record(w, person.id(), day, origin).await,
                How::Never => {
                    let (from, to) = there.map_or((LONG_AGO, None), |d| (d.from, d.to));
                    $s.correct(w, person.id(), from, to, origin).await
                }
            }
        }};
    }
    let nobody = Naming::of(None, None);
    let unborn = Birth { sex: None, born_first: None, born_last: None, ethnic: None };
    match id {
        // It is sealed, and what it proves goes with it.
        "number" => Ok(()),
        "name" => put!(Naming, nobody, |n| {
            n = Naming::of(Some(&text), n.former_name.as_deref());
        }),
        "former_name" => put!(Naming, nobody, |n| n.former_name = Some(text)),
        "sex" => put!(Birth, unborn, |b| b.sex = Some(text)),
        "ethnic" => put!(Birth, unborn, |b| b.ethnic = Some(text)),
        "born" => put!(Birth, unborn, |b| {
            if let Given::Born(born) = given {
                (b.born_first, b.born_last) = (Some(born.first), Some(born.last));
            }
        }),
        "residency" => {
            let (lives, hukou) = match text.as_str() {
                "resident" => (true, true),
                "temporary" => (true, false),
                "hukou_only" => (false, true),
                _ => (false, false),
            };
            put!(Residency, Residency::default(), |r| {
                (r.lives_here, r.hukou_here, r.inferred) = (Some(lives), Some(hukou), None);
            })
        }
        "marital" => put!(Marital, Marital::default(), |m| {
            m.marital = Some(text);
        }),
        "education" => put!(Schooling, Schooling { education: None }, |s| s.education = Some(text)),
        "political" => put!(Political, Political { political: None }, |p| p.political = Some(text)),
        "employment" => {
            put!(Work, Work { employment: None, employer: None }, |k| k.employment = Some(text))
        }
        "employer" => put!(Work, Work { employment: None, employer: None }, |k| k.employer = Some(text)),
        field => {
            let value = match given {
                Given::Value(value) => value.clone(),
                _ => FactValue::Text(text),
            };
            let of = FieldOf { kind: PersonId::KIND.into(), id: person.number(), field: field.to_owned() };
            let state = Field::of(&value);
            match how {
                How::From(day) => state.record(w, of, day, origin).await,
                How::Never => {
                    let there = Field::at(&mut w.tx, &scope, std::slice::from_ref(&of), today).await?;
                    let (from, to) = there.map_or((LONG_AGO, None), |d| (d.from, d.to));
                    state.correct(w, of, from, to, origin).await
                }
            }
        }
    }
}

/// Corrects a number, and with it what it proves: the day of birth and the sex.
async fn put_number(
    app: &App,
    w: &mut Write,
    person: Mine<PersonId>,
    number: &identifier::Number,
    also: bool,
    today: Day,
    origin: &Origin,
) -> Result<()> {
    let scope = Scope::whole(w.community);
    let whole = Aliases::now(&mut w.tx, &scope).await?.whole(person.id());
    let keys = app.community_keys(&mut w.tx, w.community).await?;
    let key = register::key_of(w, &keys, person.id()).await?.ok_or_else(|| {
        error::invalid(
            "这个人注销过个人信息，不能再登记号码。",
            "This person's data were erased; no number can be recorded.",
        )
    })?;
    let there = Identifier::at(&mut w.tx, &scope, &whole, today).await?;
    let (from, to) = there.map_or((LONG_AGO, None), |d| (d.from, d.to));
    let sealed = register::identifier(&keys, &key, number.kind.code(), "ok", &number.text);
    sealed.correct(w, person.id(), from, to, origin).await?;
    if !also || !number.kind.proves_birth() {
        return Ok(());
    }
    let there = Birth::at(&mut w.tx, &scope, &whole, today).await?;
    let (from, to) = there.as_ref().map_or((LONG_AGO, None), |d| (d.from, d.to));
    let unborn = Birth { sex: None, born_first: None, born_last: None, ethnic: None };
    let before = there.map_or(unborn, |d| d.value);
    let sex = number.sex.map(|sex| if sex == identifier::Sex::Male { "1" } else { "2" }.to_owned());
    let proved = Birth {
        sex: sex.or(before.sex.clone()),
        born_first: number.birth.or(before.born_first),
        born_last: number.birth.or(before.born_last),
        ethnic: before.ethnic.clone(),
    };
    if proved != before {
        proved.correct(w, person.id(), from, to, origin).await?;
    }
    Ok(())
}

/// Whether somebody may change facts: for the buttons of a page.
pub fn may(actor: &Actor) -> bool {
    actor.may(crate::base::Permission::Record)
}
