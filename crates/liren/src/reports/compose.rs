//! From template and data to the document. `fig("population.total")` yields a span, never a bare number; so
//! does everything else that is a number: `cite(…)`, `param(…)`, the count of `aspects`.
//!
//! Rendering asks the desk for values; what has not been fetched is noted, fetched, and the template rendered
//! again, so that the template decides which days and returns are read.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use liren_documents::{Document, Figure as DocFigure, markdown};
use liren_facts::{Day, Period};
use liren_packs::{Chapter, Figure};
use minijinja::value::{Kwargs, Object, Value};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

use super::number::{Exact, chinese, scale};
use super::period::{period_of, span_of};
use super::queries::{self, EventRecord};
use super::records::{Fact, NoRecord, cite, fact, records, targets};
use super::sections::{self, Left};
use super::span::{Opens, SpanRecord};
use crate::base::records::Kept;
use crate::base::{App, Result, Scope, days, error};
use crate::figures::targets::Target;
use crate::figures::{Ask, Desk, Missing, SliceOf, href};

/// 成稿 — the document, its spans in order, and the desk that answered.
pub struct Composed {
    pub document: Document,
    pub spans: Vec<SpanRecord>,
    pub desk: Desk,
    pub period: Period,
    /// Id of the frame: `annual`, `monthly` …
    pub report: String,
    /// What is not told and why.
    pub left: Vec<Left>,
    /// Every section of the packs and place of the frame, with its text as a person edits it.
    pub sections: Vec<Draft>,
    /// What an edition says of itself below its title.
    pub said: Vec<String>,
    /// The figures that an edition does not tell.
    pub hidden: HashSet<String>,
}

/// 一节 — a section as the desk shows it: told or not, by the packs or in own words.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub id: String,
    pub title: String,
    pub chapter: String,
    /// With numbers as `{{总人口}}`.
    pub text: String,
    pub own: bool,
}

/// Composes the annual report of a year, as far as today allows.
pub async fn annual(app: &App, scope: &Scope, year: i32) -> Result<Composed> {
    annual_as_known(app, scope, year, None).await
}

/// The annual report of a year as it was known at a revision.
pub async fn annual_as_known(app: &App, scope: &Scope, year: i32, revision: Option<i64>) -> Result<Composed> {
    compose(app, scope, year, revision, None).await
}

/// The annual report of a year as it was sent: on a day, as known at a revision.
pub(super) async fn annual_as_sent(app: &App, scope: &Scope, year: i32, day: Day, revision: i64) -> Result<Composed> {
    // A file may say what it likes; nobody has sent a report of a day that has not come.
    compose_on(app, scope, year, day.min(app.clock.today()), Some(revision), None).await
}

/// Composes a report of a year from the packs' template, or another.
pub(super) async fn compose(
    app: &App,
    scope: &Scope,
    year: i32,
    revision: Option<i64>,
    template: Option<&str>,
) -> Result<Composed> {
    compose_on(app, scope, year, app.clock.today(), revision, template).await
}

async fn compose_on(
    app: &App,
    scope: &Scope,
    year: i32,
    today: Day,
    revision: Option<i64>,
    template: Option<&str>,
) -> Result<Composed> {
    let whole = Period::year(year).ok_or_else(|| error::not_found("年度"))?;
    let frame = Frame { id: "annual", whole, template };
    compose_frame(app, scope, &frame, today, revision).await
}

/// A report of any frame of the packs, for the period that contains `on`.
pub async fn of_frame(app: &App, scope: &Scope, id: &str, on: Day, revision: Option<i64>) -> Result<Composed> {
    let every = app.packs().reports.iter().find(|r| r.id == id).map(|r| r.every);
    let every = every.ok_or_else(|| error::not_found("报告"))?;
    let whole = period_of(every, on).ok_or_else(|| error::not_found("时段"))?;
    compose_frame(app, scope, &Frame { id, whole, template: None }, app.clock.today(), revision).await
}

/// Which frame, of which whole period, and the text if it is not the packs'.
struct Frame<'a> {
    id: &'a str,
    whole: Period,
    template: Option<&'a str>,
}

async fn compose_frame(
    app: &App,
    scope: &Scope,
    frame: &Frame<'_>,
    today: Day,
    revision: Option<i64>,
) -> Result<Composed> {
    let (whole, year) = (frame.whole, frame.whole.first.year());
    let mut desk = Desk::known(app, scope, today, revision).await?;
    if whole.first > desk.today {
        return Err(error::invalid(
            format!("{}还没有到，不能写。请改选今天或以前的时段。", whole.first),
            format!("{} has not come; choose this period or an earlier one.", whole.first),
        ));
    }
    let period = Period { first: whole.first, last: whole.last.min(desk.today) };
    let packs = app.packs().clone();
    let held = packs.reports.iter().find(|r| r.id == frame.id).ok_or_else(|| error::not_found("报告模板"))?;
    let template = frame.template.unwrap_or(&held.text);
    let mut tx = app.db.read().await?;
    let community = crate::org::queries::community(&mut tx, scope).await?;
    let events = queries::events(&mut tx, scope, whole, desk.revision).await?;
    let organisations = queries::organisations(&mut tx, scope, desk.today, desk.revision).await?;
    let targets = queries::targets(&mut tx, scope, year + 1, desk.revision).await?;
    // Own words belong to the annual report.
    let words = match frame.id {
        "annual" => queries::words(&mut tx, scope, year, desk.revision).await?,
        _ => vec![],
    };
    drop(tx);
    let mut records = Records { community: community.name, events, organisations, targets, words };
    // What a section asks may depend on an answer; each round fetches what the one before lacked.
    for _ in 0..ROUNDS {
        let shared = Arc::new(Shared {
            desk,
            records,
            period,
            spans: Mutex::default(),
            missing: Mutex::default(),
            left: Mutex::default(),
            drafts: Mutex::default(),
        });
        let text = render(&shared, template, &held.chapters, year)?;
        let back = Arc::try_unwrap(shared).map_err(|_| error::fault("a template kept a value"))?;
        desk = back.desk;
        records = back.records;
        let missing = back.missing.into_inner().unwrap_or_else(PoisonError::into_inner);
        if missing.days.is_empty() && missing.lines.is_empty() {
            let spans = back.spans.into_inner().unwrap_or_else(PoisonError::into_inner);
            let sections = back.drafts.into_inner().unwrap_or_else(PoisonError::into_inner);
            let left = back.left.into_inner().unwrap_or_else(PoisonError::into_inner);
            let (text, spans) = in_order(&text, spans);
            let (document, lost) = markdown::compose(&text, &doc_figures(&spans));
            if !lost.is_empty() {
                return Err(error::fault("the report lost a figure"));
            }
            return Ok(Composed {
                document,
                spans,
                desk,
                period,
                report: frame.id.to_owned(),
                left,
                sections,
                said: vec![],
                hidden: HashSet::new(),
            });
        }
        desk.fetch(missing).await?;
    }
    Err(error::fault("the report keeps asking for more"))
}

/// Rounds of asking: a figure that is asked only when another is there, three or four deep.
const ROUNDS: usize = 16;

/// The spans as they follow one another in the text; what was made and not printed goes.
fn in_order(text: &str, spans: Vec<SpanRecord>) -> (String, Vec<SpanRecord>) {
    let mut used = Vec::new();
    let text = markdown::renumber(text, |index| {
        used.push(spans.get(index)?.clone());
        Some(used.len() - 1)
    });
    (text, used)
}

fn doc_figures(spans: &[SpanRecord]) -> Vec<DocFigure> {
    spans
        .iter()
        .enumerate()
        .map(|(index, s)| DocFigure {
            text: s.text.clone(),
            index,
            href: s.href(),
            label: s.label.clone(),
            unsourced: s.value.is_none() && matches!(s.opens, Opens::Figure { .. }),
        })
        .collect()
}

pub(super) struct Records {
    pub community: String,
    pub events: Vec<EventRecord>,
    pub organisations: Vec<(i64, String, String)>,
    pub targets: Vec<Kept<Target>>,
    /// Own texts of this report by section: those of the packs that were rewritten, and those of the frame's places.
    pub words: Vec<(String, String)>,
}

impl Records {
    pub fn words(&self, section: &str) -> Option<&str> {
        self.words.iter().find(|(id, _)| id == section).map(|(_, text)| text.as_str())
    }
}

pub(super) struct Shared {
    pub desk: Desk,
    pub records: Records,
    pub period: Period,
    pub spans: Mutex<Vec<SpanRecord>>,
    pub missing: Mutex<Missing>,
    pub left: Mutex<Vec<Left>>,
    pub drafts: Mutex<Vec<Draft>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

fn render(shared: &Arc<Shared>, template: &str, chapters: &[Chapter], year: i32) -> Result<String> {
    // Texts of packs and of this report live as long as the environment.
    let sections = shared.desk.packs().sections.clone();
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    let s = shared.clone();
    env.add_function("fig", move |id: String, kwargs: Kwargs| fig(&s, &id, &kwargs));
    let s = shared.clone();
    env.add_function("change", move |id: String, kwargs: Kwargs| change(&s, &id, &kwargs));
    let s = shared.clone();
    env.add_function("figday", move |id: String| figday(&s, &id));
    let s = shared.clone();
    env.add_function("param", move |id: String| param(&s, &id));
    let s = shared.clone();
    env.add_function("cite", move |fact: Value, form: Option<String>| cite(&s, &fact, form.as_deref()));
    let s = shared.clone();
    env.add_function("records", move |kind: String, kwargs: Kwargs| records(&s, &kind, &kwargs));
    let s = shared.clone();
    env.add_function("first", move |kind: String, kwargs: Kwargs| {
        let found = records(&s, &kind, &kwargs)?;
        let first = found.get_item_by_index(0).ok().filter(|v| !v.is_undefined());
        Ok::<Value, Error>(first.unwrap_or_else(|| Value::from_object(NoRecord)))
    });
    let s = shared.clone();
    env.add_function("more", move |id: String, unit: String| more(&s, &id, &unit));
    let s = shared.clone();
    env.add_function("has", move |kind: String, kwargs: Kwargs| {
        let found = records(&s, &kind, &kwargs)?;
        Ok::<bool, Error>(found.len().is_some_and(|n| n > 0))
    });
    env.add_filter("numeral", |n: i64| chinese(n));
    env.add_filter("about", |n: Value| Number::change(&n, |n| n.about = true));
    env.add_filter("cn", |n: Value| Number::change(&n, |n| n.chinese = true));
    env.add_filter("yuan", |n: Value| Number::yuan(&n));
    env.add_filter("in", |n: Value, unit: String| Number::scaled(&n, &unit));
    sections::add(&mut env, shared);
    for section in &sections {
        env.add_template(&section.id, &section.text).map_err(|e| broken(&section.id, &e))?;
    }
    env.add_template("annual.md", template).map_err(|e| broken("annual.md", &e))?;
    let places = ["thanks", "problems", "plan", "closing"];
    let own = places.map(|place| (place, sections::place_text(shared, place)));
    let ground = sections::ground(shared, year);
    let (body, there) = sections::body(shared, &env, chapters, &ground)?;
    let context = minijinja::context! {
        body => body,
        chapters => there,
        own => own.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        targets => targets(shared),
        ..ground
    };
    env.get_template("annual.md").and_then(|t| t.render(context)).map_err(|e| broken("annual.md", &e))
}

/// A mistake in a template, in words for whoever edits it.
pub(super) fn broken(template: &str, error: &Error) -> crate::base::Error {
    let line = error.line().map_or_else(String::new, |l| format!("第 {l} 行"));
    error::invalid(
        format!("报告模板 {template} {line}有误：{}。请改正模板后再生成。", error.detail().unwrap_or("语法不对")),
        format!("The report template {template} is wrong at {line}: {error}. Correct it and try again."),
    )
}

/// A number on its way to the page: what it opens and how it is to be printed.
#[derive(Clone, Debug)]
struct Number {
    shared: Arc<Shared>,
    exact: Option<Exact>,
    /// 至少 — more may have been.
    least: bool,
    /// Told by a list of an earlier day: what changed since was not reported.
    by_list: bool,
    unit: String,
    label: String,
    opens: Opens,
    about: bool,
    chinese: bool,
    /// 万 before 余: the unit's own multiplier is printed with the number.
    ten_thousands: bool,
}

impl Number {
    fn change(value: &Value, change: impl FnOnce(&mut Number)) -> std::result::Result<Value, Error> {
        let number = value.downcast_object_ref::<Number>().ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, "about、cn、in 只能用在 fig、param 这样的数字后面")
        })?;
        let mut number = number.clone();
        change(&mut number);
        Ok(Value::from_object(number))
    }

    fn scaled(value: &Value, to: &str) -> std::result::Result<Value, Error> {
        let number = value
            .downcast_object_ref::<Number>()
            .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "in 只能用在 fig 这样的数字后面"))?;
        let by = scale(&number.unit, to).ok_or_else(|| {
            let why = format!("不能把“{}”换算成“{to}”", number.unit);
            Error::new(ErrorKind::InvalidOperation, why)
        })?;
        let mut number = number.clone();
        number.exact = number.exact.map(|e| e.divided(by));
        number.ten_thousands = to.starts_with('万');
        to.clone_into(&mut number.unit);
        Ok(Value::from_object(number))
    }

    /// Money with its unit, as one would say it: 2100元, 269万元.
    fn yuan(value: &Value) -> std::result::Result<Value, Error> {
        let number = value
            .downcast_object_ref::<Number>()
            .filter(|n| n.unit == "元")
            .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "yuan 只能用在以元为单位的 fig 后面"))?;
        // Hundreds of yuan and less stay: 31,480 is no 3.148万.
        let whole = number.exact.is_some_and(|e| e.n >= 10_000 * e.scale && e.n % (1_000 * e.scale) == 0);
        let to = if whole { "万元" } else { "元" };
        let printed = Number::scaled(value, to)?;
        Ok(Value::from(format!("{printed}{to}")))
    }

    fn text(&self) -> String {
        let least = if self.least { "至少" } else { "" };
        format!("{least}{}", self.digits())
    }

    fn digits(&self) -> String {
        let Some(exact) = self.exact else {
            return "待核实".into();
        };
        if self.chinese {
            return chinese((exact.n / exact.scale) as i64);
        }
        if !self.about {
            return exact.plain();
        }
        let (text, more) = exact.about();
        let unit = if self.ten_thousands { "万" } else { "" };
        format!("{text}{unit}{}", if more { "余" } else { "" })
    }
}

impl Object for Number {
    fn repr(self: &Arc<Self>) -> minijinja::value::ObjectRepr {
        minijinja::value::ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = SpanRecord {
            text: self.text(),
            value: self.exact.map(Exact::value),
            unit: (!self.unit.is_empty()).then(|| self.unit.clone()),
            least: self.least,
            label: self.label.clone(),
            opens: self.opens.clone(),
        };
        f.write_str(&place(&self.shared, record))
    }
}

/// Takes a span into the report and returns the token that stands for it.
pub(super) fn place(shared: &Shared, record: SpanRecord) -> String {
    let mut spans = shared.spans.lock().unwrap_or_else(PoisonError::into_inner);
    spans.push(record);
    markdown::token(spans.len() - 1)
}

fn fig(shared: &Arc<Shared>, id: &str, kwargs: &Kwargs) -> std::result::Result<Value, Error> {
    let (figure, ask) = asked(shared, id, kwargs)?;
    kwargs.assert_all_used()?;
    Ok(Value::from_object(number(shared, figure, &ask)))
}

/// A figure of the report's own period, placed.
pub(super) fn figure_span(shared: &Arc<Shared>, figure: &Figure) -> String {
    Value::from_object(number(shared, figure, &Ask::of(shared.period))).to_string()
}

/// `more("party.members", "名")` — how many more may belong to a figure: `（另有1名待核实）`, or nothing.
fn more(shared: &Arc<Shared>, id: &str, unit: &str) -> std::result::Result<String, Error> {
    let (figure, ask) = asked(shared, id, &Kwargs::from_iter(Vec::<(&str, Value)>::new()))?;
    let mut missing = shared.missing.lock().unwrap_or_else(PoisonError::into_inner);
    let value = shared.desk.try_value(figure, &ask, &mut missing);
    drop(missing);
    let Some(value) = value.filter(|v| v.unknown > 0) else { return Ok(String::new()) };
    let exact = Exact::whole(value.unknown as i64);
    let record = SpanRecord {
        text: exact.plain(),
        value: Some(exact.value()),
        unit: Some(unit.to_owned()),
        least: false,
        label: format!("{} · 待核实", figure.title.zh),
        opens: Opens::Figure { id: figure.id.clone(), href: href(&figure.id, &ask, shared.desk.this_year()) },
    };
    Ok(format!("（另有{}{unit}待核实）", place(shared, record)))
}

/// What became of a figure: `change("relief.paid", since="last year")` has `now`, `then` and `by` (percentage points
/// for rates), and says whether it went `up`, went `down` or is the `same`; none of the three while one side is unknown.
fn change(shared: &Arc<Shared>, id: &str, kwargs: &Kwargs) -> std::result::Result<Value, Error> {
    let (figure, ask) = asked(shared, id, kwargs)?;
    let since = kwargs.get::<Option<String>>("since")?;
    kwargs.assert_all_used()?;
    let mut before = ask.clone();
    match since.as_deref().unwrap_or("last year") {
        "start" => before.opening = true,
        words => {
            before.period = span_of(words, ask.period).ok_or_else(|| {
                let why = format!("不认识时段 since=\"{words}\",可写 last year 或 start");
                Error::new(ErrorKind::InvalidOperation, why)
            })?;
        }
    }
    let (now, then) = (number(shared, figure, &ask), number(shared, figure, &before));
    // Of what is at least so much, or told by a list of an earlier day, nobody knows by how much it changed.
    let settled = [&now, &then].iter().all(|n| !n.least && !n.by_list);
    let by = now.exact.zip(then.exact).filter(|_| settled).map(|(a, b)| a.minus(b));
    let unit = match figure.unit.as_str() {
        "%" => "个百分点",
        "‰" => "个千分点",
        unit => unit,
    };
    let difference =
        Number { exact: by, unit: unit.to_owned(), label: format!("{} · 增减", figure.title.zh), ..now.clone() };
    let turned = by.map(|by| by.n.signum());
    Ok(minijinja::context! {
        now => Value::from_object(now),
        then => Value::from_object(then),
        by => Value::from_object(difference),
        up => turned == Some(1),
        down => turned == Some(-1),
        same => turned == Some(0),
    })
}

/// The figure and the question that a template's arguments mean.
/// A figure of the report's period by its id, its title or another name of it, as a token; `None` when there is none.
pub(super) fn named_figure(shared: &Arc<Shared>, name: &str) -> Option<String> {
    let figure = figure_called(shared.desk.packs(), name)?;
    let ask = Ask::of(shared.period);
    Some(Value::from_object(number(shared, figure, &ask)).to_string())
}

/// The figure that a person means by a name.
pub fn figure_called<'a>(packs: &'a liren_packs::Packs, name: &str) -> Option<&'a Figure> {
    let all = &packs.figures;
    all.iter()
        .find(|f| f.id == name || f.title.zh == name)
        .or_else(|| all.iter().find(|f| f.also.iter().any(|also| also == name)))
}

pub(super) fn asked<'a>(
    shared: &'a Arc<Shared>,
    id: &str,
    kwargs: &Kwargs,
) -> std::result::Result<(&'a Figure, Ask), Error> {
    let wrong = |why: String| Error::new(ErrorKind::InvalidOperation, why);
    let figure = shared.desk.named(id).ok_or_else(|| wrong(format!("没有指标 {id}")))?;
    let mut ask = Ask::of(shared.period);
    match kwargs.get::<Option<String>>("at")?.as_deref() {
        None | Some("end") => {}
        Some("start") => ask.opening = true,
        Some(day) => {
            let day = days::asked(day).map_err(|_| wrong(format!("at=\"{day}\" 不是日期，应写成 2013-11-20")))?;
            ask.period = Period { first: shared.period.first.min(day), last: day };
        }
    }
    if let Some(within) = kwargs.get::<Option<String>>("in")? {
        ask.period = span_of(&within, shared.period).ok_or_else(|| wrong(format!("不认识时段 in=\"{within}\"")))?;
    }
    ask.area = kwargs.get::<Option<i64>>("area")?;
    let slice = kwargs.get::<Option<Value>>("slice")?;
    ask.slice = slice.map(|s| SliceOf::parse(&s.to_string()));
    Ok((figure, ask))
}

/// A figure asked in a way, as a number of the text.
fn number(shared: &Arc<Shared>, figure: &Figure, ask: &Ask) -> Number {
    let mut missing = shared.missing.lock().unwrap_or_else(PoisonError::into_inner);
    let value = shared.desk.try_value(figure, ask, &mut missing);
    let exact = value.as_ref().and_then(crate::figures::Value::exact);
    let list = value.as_ref().and_then(|v| v.list_day).map_or_else(String::new, |day| format!(" · 据 {day} 名单"));
    Number {
        shared: shared.clone(),
        exact: exact.map(|(n, scale)| Exact { n, scale }),
        least: value.as_ref().is_some_and(|v| v.number.is_some() && v.range().1.is_none()),
        by_list: value.as_ref().is_some_and(|v| v.list_day.is_some()),
        unit: figure.unit.clone(),
        label: format!("{} · {}{list}", figure.title.zh, value.map_or_else(String::new, |v| v.on.to_string())),
        opens: Opens::Figure { id: figure.id.clone(), href: href(&figure.id, ask, shared.desk.this_year()) },
        about: false,
        chinese: false,
        ten_thousands: false,
    }
}

fn figday(shared: &Arc<Shared>, id: &str) -> std::result::Result<Value, Error> {
    let figure =
        shared.desk.named(id).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("没有指标 {id}")))?;
    let day = shared.desk.first_day(figure, &Ask::of(shared.period));
    Ok(fact(Fact { day: Some(day), ..Fact::default() }))
}

fn param(shared: &Arc<Shared>, id: &str) -> std::result::Result<Value, Error> {
    let wrong = |why: String| Error::new(ErrorKind::InvalidOperation, why);
    let packs = shared.desk.packs();
    let param = packs.param(id).ok_or_else(|| wrong(format!("没有参数 {id}")))?;
    // As the figures beside it: the value of the report's last day, a local one where there is one.
    let on = shared.period.last;
    let mut missing = shared.missing.lock().unwrap_or_else(PoisonError::into_inner);
    let value = shared.desk.param(id, on, &mut missing);
    let fen = param.unit == "元";
    Ok(Value::from_object(Number {
        shared: shared.clone(),
        exact: value.map(|n| Exact { n: n.into(), scale: if fen { 100 } else { 1 } }),
        least: false,
        by_list: false,
        unit: param.unit.clone(),
        label: param.title.zh.clone(),
        opens: Opens::Param { id: id.to_owned(), source: param.at(on).map(|v| v.source.clone()).unwrap_or_default() },
        about: false,
        chinese: false,
        ten_thousands: false,
    }))
}

/// How many things the template lists, as a span that opens their list.
pub(super) fn counted_as(shared: &Shared, items: usize) -> String {
    let number = Exact::whole(items as i64);
    let opens = Opens::List { items };
    let (text, value, unit) = (number.plain(), Some(number.value()), Some("方面".into()));
    place(shared, SpanRecord { text, value, unit, least: false, label: "列举".into(), opens })
}
