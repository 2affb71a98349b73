//! pack.toml and programme.toml: what a line of work is called, its stages, fields, papers and events.

use liren_rules::{Code, CodeTable, Ending, Records, Title, nearest};

use crate::read::{Reader, Table, Word, free_tables};
use crate::source::Spot;

/// 条线包 — one folder: the base or a line of work.
#[derive(Clone, Debug)]
pub struct Pack {
    pub id: String,
    pub title: Title,
    /// The folder its files are in.
    pub dir: String,
    pub spot: Spot,
}

/// 条线 — a line of work people, households or others are enrolled in.
#[derive(Clone, Debug)]
pub struct Programme {
    pub id: String,
    pub title: Title,
    /// Name of the kind enrolled: person, household, dwelling, building, organisation, facility, area.
    pub subject: String,
    pub records: Records,
    pub owner: Option<Title>,
    /// Full id of the rule that screening lists.
    pub screen: Option<String>,
    pub notice: Option<Title>,
    pub stages: Vec<Stage>,
    pub moves: Vec<Move>,
    /// What an enrolment carries.
    pub fields: Vec<Field>,
    /// What the line of work asks about its subject, enrolled or not.
    pub facts: Vec<Fact>,
    pub documents: Vec<Document>,
    /// What a death and a departure do to an enrolment.
    pub on: (Ending, Ending),
    pub spot: Spot,
}

/// 阶段
#[derive(Clone, Debug)]
pub struct Stage {
    pub id: String,
    pub title: Title,
    /// Whether an enrolment in this stage makes `enrolled("…")` true.
    pub in_force: bool,
    /// Where an enrolment begins when nothing else is said; the first stage if none says so.
    pub first: bool,
    pub spot: Spot,
}

/// 阶段变动
#[derive(Clone, Debug)]
pub struct Move {
    pub from: Vec<String>,
    pub to: String,
    /// ISO 8601 time that must have passed in the stage before: `P1Y`, `P6M`, `P30D`.
    pub wait: Option<String>,
    /// Ids of the documents needed.
    pub papers: Vec<String>,
}

/// 字段类型
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    Bool,
    Int,
    /// Fen.
    Money,
    Day,
    /// A code of the named table.
    Code(String),
    /// Kept and shown, never in a frame.
    Text,
    /// A to-one relation to an organisation.
    Organisation,
    /// A to-one relation to an area.
    Area,
}

/// 字段 — what an enrolment or an event carries.
#[derive(Clone, Debug)]
pub struct Field {
    pub id: String,
    pub title: Title,
    pub field_type: FieldType,
    pub sensitive: bool,
    /// Headers by which a roster's column is recognised.
    pub columns: Vec<String>,
    pub spot: Spot,
}

/// 事实 — a column a line of work adds to its subject: 家庭月收入.
#[derive(Clone, Debug)]
pub struct Fact {
    pub id: String,
    pub title: Title,
    /// Kind it is a column of.
    pub subject: String,
    pub field_type: FieldType,
    pub sensitive: bool,
    pub columns: Vec<String>,
    /// What it costs to ask; 1 is a question at the door.
    pub cost: u32,
    pub spot: Spot,
}

/// 材料
#[derive(Clone, Debug)]
pub struct Document {
    pub id: String,
    pub title: Title,
}

/// 事件 — what happens beside the enrolments; a frame kind of its own.
#[derive(Clone, Debug)]
pub struct Event {
    /// `pack-id.event-id`, the name of its frame kind.
    pub id: String,
    pub pack: String,
    pub title: Title,
    /// Kind it happens to; `None` for none.
    pub subject: Option<String>,
    /// Name of the to-many relation on the subject.
    pub many: Option<String>,
    pub stages: Vec<String>,
    pub fields: Vec<Field>,
    pub spot: Spot,
}

/// What one pack.toml or programme.toml declares.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    pub pack: Option<Pack>,
    pub programme: Option<Programme>,
    pub tables: Vec<(CodeTable, Spot)>,
    pub events: Vec<Event>,
    /// `[[ledger]]`, for the importer.
    pub ledgers: Vec<(toml::Table, Spot)>,
    /// `[[standing]]` and `[[column_words]]`: the words of lists, for the importer.
    pub standings: Vec<(toml::Table, Spot)>,
    pub column_words: Vec<(toml::Table, Spot)>,
}

pub(crate) fn read(r: &mut Reader, t: &mut Table, dir: &str, out: &mut Declared) {
    let Some(id) = r.need_word(t, "id") else {
        return;
    };
    let title = r.title(t, "title");
    let folder = dir.rsplit('/').next().unwrap_or(dir);
    // A pack checked by itself has no folder among its paths.
    if !folder.is_empty() && id.text != folder {
        let finding = id.spot.error(
            "id-not-folder",
            format!("id 是 {}，文件夹却叫 {folder}", id.text),
            format!("the id is {}, the folder is called {folder}", id.text),
        );
        r.findings.push(finding.advise("两者要一样", "they must be the same"));
    }
    let pack = Pack { id: id.text.clone(), title: title.clone(), dir: dir.to_string(), spot: id.spot.clone() };
    out.pack = Some(pack);
    for mut table in r.tables(t, "code_table") {
        if let Some(read) = code_table(r, &mut table) {
            out.tables.push(read);
        }
        r.done(table);
    }
    for mut table in r.tables(t, "event") {
        out.events.extend(event(r, &mut table, &id.text));
        r.done(table);
    }
    out.ledgers.extend(free_tables(r, t, "ledger"));
    out.programme = programme(r, t, &id, title);
}

fn programme(r: &mut Reader, t: &mut Table, id: &Word, title: Title) -> Option<Programme> {
    let subject = r.text(t, "subject");
    let records = r.word(t, "records");
    let owner = r.title_if(t, "owner");
    let screen = r.text(t, "screen").map(|rule| format!("{}.{rule}", id.text));
    let notice = r.title_if(t, "notice");
    let mut stages: Vec<Stage> = vec![];
    for mut s in r.tables(t, "stage") {
        if let Some(stage_id) = r.need_word(&mut s, "id") {
            let title = r.title(&mut s, "title");
            let in_force = r.bool(&mut s, "in_force").unwrap_or(true);
            let first = r.bool(&mut s, "first").unwrap_or(false);
            if stages.iter().any(|x| x.id == stage_id.text) {
                duplicate(r, &stage_id);
            }
            stages.push(Stage { id: stage_id.text, title, in_force, first, spot: stage_id.spot });
        }
        r.done(s);
    }
    let mut documents = vec![];
    for mut d in r.tables(t, "document") {
        if let Some(id) = r.need_word(&mut d, "id") {
            documents.push(Document { id: id.text, title: r.title(&mut d, "title") });
        }
        r.done(d);
    }
    let mut moves = vec![];
    for mut m in r.tables(t, "move") {
        moves.extend(step(r, &mut m, &stages, &documents));
        r.done(m);
    }
    let mut on = (Ending::Ends, Ending::Ends);
    if let Some(mut t) = r.table(t, "on") {
        on = (ending(r, &mut t, "death"), ending(r, &mut t, "departure"));
        r.done(t);
    }
    let fields = fields(r, t, "field");
    let mut facts = vec![];
    for mut f in r.tables(t, "fact") {
        let about = r.text(&mut f, "subject").or_else(|| subject.clone()).unwrap_or_default();
        let cost = r.int(&mut f, "cost").and_then(|c| u32::try_from(c).ok()).unwrap_or(1);
        if let Some(Field { id, title, field_type, sensitive, columns, spot }) = field(r, &mut f) {
            facts.push(Fact { id, title, subject: about, field_type, sensitive, columns, cost, spot });
        }
        r.done(f);
    }
    // `[roster]` is free: the importer reads it.
    let _ = r.value(t, "roster");
    let subject = subject?;
    let records = match records.as_ref().map(|w| w.text.as_str()) {
        Some("open") => Records::Open,
        Some("closed") => Records::Closed,
        _ => {
            let span = records.map_or(id.spot.span.clone(), |w| w.spot.span);
            r.error(
                span,
                "records",
                "records 要写 \"closed\"（无记录即没有）或 \"open\"（无记录即未知）".into(),
                "records must be \"closed\" (no record is no) or \"open\" (no record is unknown)".into(),
            );
            Records::Open
        }
    };
    let spot = id.spot.clone();
    let id = id.text.clone();
    Some(Programme {
        id,
        title,
        subject,
        records,
        owner,
        screen,
        notice,
        stages,
        moves,
        fields,
        facts,
        documents,
        on,
        spot,
    })
}

fn ending(r: &mut Reader, t: &mut Table, key: &'static str) -> Ending {
    let Some(word) = r.word(t, key) else { return Ending::Ends };
    match word.text.as_str() {
        "ends" => Ending::Ends,
        "keeps" => Ending::Keeps,
        "ask" => Ending::Ask,
        _ => {
            r.error(
                word.spot.span,
                "ending",
                format!("{key} 要写 \"ends\"（终止）、\"keeps\"（延续）或 \"ask\"（待问）"),
                format!("{key} must be \"ends\", \"keeps\" or \"ask\""),
            );
            Ending::Ask
        }
    }
}

fn step(r: &mut Reader, t: &mut Table, stages: &[Stage], documents: &[Document]) -> Option<Move> {
    let from = r.words(t, "from");
    let to = r.need_word(t, "to")?;
    let papers = r.words(t, "papers");
    let wait = r.word(t, "wait");
    for stage in from.iter().chain([&to]) {
        known(r, stage, stages.iter().map(|s| s.id.as_str()), "阶段", "stage");
    }
    for paper in &papers {
        known(r, paper, documents.iter().map(|d| d.id.as_str()), "材料", "document");
    }
    if let Some(wait) = wait.as_ref().filter(|w| !is_period(&w.text)) {
        let finding = wait.spot.error(
            "wait",
            format!("{} 不是时长", wait.text),
            format!("{} is not a length of time", wait.text),
        );
        r.findings.push(finding.advise("如 P1Y（一年）、P6M、P30D", "for example P1Y (a year), P6M, P30D"));
    }
    let text = |w: Word| w.text;
    Some(Move {
        from: from.into_iter().map(text).collect(),
        to: to.text,
        wait: wait.map(text),
        papers: papers.into_iter().map(text).collect(),
    })
}

fn is_period(text: &str) -> bool {
    let digits = text.strip_prefix('P').and_then(|t| t.strip_suffix(['Y', 'M', 'W', 'D']));
    digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
}

fn fields(r: &mut Reader, t: &mut Table, key: &'static str) -> Vec<Field> {
    let mut fields: Vec<Field> = vec![];
    for mut f in r.tables(t, key) {
        if let Some(field) = field(r, &mut f) {
            if fields.iter().any(|x| x.id == field.id) {
                let word = Word { text: field.id.clone(), inside: 0, spot: field.spot.clone() };
                duplicate(r, &word);
            }
            fields.push(field);
        }
        r.done(f);
    }
    fields
}

fn field(r: &mut Reader, t: &mut Table) -> Option<Field> {
    let id = r.need_word(t, "id");
    let title = r.title(t, "title");
    let ty = r.need_word(t, "type");
    let codes = r.word(t, "codes");
    let sensitive = r.bool(t, "sensitive").unwrap_or(false);
    let columns = r.texts(t, "columns");
    let (id, ty) = (id?, ty?);
    let field_type = match (ty.text.as_str(), codes) {
        ("bool", _) => FieldType::Bool,
        ("int", _) => FieldType::Int,
        ("money", _) => FieldType::Money,
        ("day", _) => FieldType::Day,
        ("text", _) => FieldType::Text,
        ("organisation", _) => FieldType::Organisation,
        ("area", _) => FieldType::Area,
        ("code", Some(table)) => FieldType::Code(table.text),
        ("code", None) => {
            let finding = ty.spot.error("missing-key", "代码字段缺 codes".into(), "a code field needs codes".into());
            r.findings.push(finding.advise("codes = \"代码表的 id\"", "codes = \"id of a code table\""));
            FieldType::Text
        }
        _ => {
            let types = ["bool", "int", "money", "day", "code", "text", "organisation", "area"];
            known(r, &ty, types.into_iter(), "类型", "type");
            FieldType::Text
        }
    };
    Some(Field { id: id.text, title, field_type, sensitive, columns, spot: id.spot })
}

fn event(r: &mut Reader, t: &mut Table, pack: &str) -> Option<Event> {
    let id = r.need_word(t, "id");
    let title = r.title(t, "title");
    let subject = r.text(t, "subject").filter(|s| s != "none");
    let many = r.text(t, "many");
    let stages = r.texts(t, "stages");
    let fields = fields(r, t, "field");
    let id = id?;
    let full = format!("{pack}.{}", id.text);
    Some(Event { id: full, pack: pack.to_string(), title, subject, many, stages, fields, spot: id.spot })
}

fn code_table(r: &mut Reader, t: &mut Table) -> Option<(CodeTable, Spot)> {
    let id = r.need_word(t, "id")?;
    let title = r.title(t, "title");
    let mut codes: Vec<Code> = vec![];
    for mut c in r.tables(t, "codes") {
        if let Some(code) = r.need_word(&mut c, "code") {
            let title = r.title_here(&mut c);
            let also = r.texts(&mut c, "also");
            if codes.iter().any(|x| x.code == code.text) {
                duplicate(r, &code);
            } else {
                codes.push(Code { code: code.text, title, also });
            }
        }
        r.done(c);
    }
    Some((CodeTable::new(&id.text, title, codes), id.spot))
}

pub(crate) fn duplicate(r: &mut Reader, id: &Word) {
    let finding =
        id.spot.error("duplicate-id", format!("{} 出现了两次", id.text), format!("{} appears twice", id.text));
    r.findings.push(finding.advise("每个 id 只能用一次", "an id is used once"));
}

/// Says so, with a suggestion, when `word` is none of `list`.
pub(crate) fn known<'a>(r: &mut Reader, word: &Word, list: impl Iterator<Item = &'a str> + Clone, zh: &str, en: &str) {
    if list.clone().any(|k| k == word.text) {
        return;
    }
    let finding = word.spot.error(
        "unknown-reference",
        format!("没有{zh} {}", word.text),
        format!("there is no {en} {}", word.text),
    );
    let (advice_zh, advice_en) = suggest(&word.text, list);
    r.findings.push(finding.advise(advice_zh, advice_en));
}

pub(crate) fn suggest<'a>(word: &str, list: impl Iterator<Item = &'a str> + Clone) -> (String, String) {
    match nearest(word, list.clone()) {
        Some(near) => (format!("是不是 {near}？"), format!("did you mean {near}?")),
        None => {
            let some: Vec<&str> = list.take(8).collect();
            (format!("可用：{}", some.join("、")), format!("there are {}", some.join(", ")))
        }
    }
}
