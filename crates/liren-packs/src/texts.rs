//! From files to [`Packs`]: which file belongs to which pack, in what order they are read, and what is
//! checked when all are there.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use liren_facts::Day;
use liren_rules::{Finding, Schema, SchemaBuilder, Title, Values};

use crate::arithmetic::{self, Check, Names};
use crate::case::{self, Case};
use crate::codes;
use crate::figure::{self, Figure, Formula, Known};
use crate::join::{self, Parts};
use crate::ledgers;
use crate::pack::{self, Declared, Event, Pack, Programme};
use crate::question::{self, Question};
use crate::read::{self, free_tables};
use crate::register::Register;
use crate::returns::{self, Return};
use crate::rule::{self, Param, Rule};
use crate::section::{self, Chapter, Every, Section};
use crate::source::{Language, Source, Spot, render};

/// All packs together: what the community's lines of work are made of.
#[derive(Debug, Default)]
pub struct Packs {
    /// The host's schema with everything the packs add.
    pub schema: Arc<Schema>,
    pub packs: Vec<Pack>,
    pub programmes: Vec<Programme>,
    pub events: Vec<Event>,
    pub rules: Vec<Rule>,
    pub params: Vec<Param>,
    pub figures: Vec<Figure>,
    pub checks: Vec<Check>,
    pub returns: Vec<Return>,
    pub cases: Vec<Case>,
    /// What is asked of the people of the register.
    pub questions: Vec<Question>,
    /// `[[ledger]]` tables for the importer, each with its `programme`.
    pub ledgers: Vec<toml::Table>,
    /// `[[standing]]` tables: what lists call being in, applied, ended, left out.
    pub standings: Vec<toml::Table>,
    /// `[[column_words]]` tables: what heads columns of such words, and what turns a word around.
    pub column_words: Vec<toml::Table>,
    /// `columns.toml` of the base: header synonyms for the importer.
    pub columns: toml::Table,
    pub reports: Vec<Report>,
    /// What each pack contributes to the annual report, by weight.
    pub sections: Vec<Section>,
    /// Paths of forms, by pack id: other departments' layouts.
    pub forms: Vec<(String, String)>,
    pub sources: Vec<Source>,
}

/// 报告模板
#[derive(Clone, Debug)]
pub struct Report {
    /// File name without its ending: `annual`.
    pub id: String,
    pub pack: String,
    pub file: Arc<str>,
    pub title: Title,
    pub every: Every,
    pub chapters: Vec<Chapter>,
    pub text: Arc<str>,
}

impl Packs {
    pub fn programme(&self, id: &str) -> Option<&Programme> {
        self.programmes.iter().find(|p| p.id == id)
    }

    pub fn figure(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|f| f.id == id)
    }

    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|q| q.id == id)
    }

    pub fn ret(&self, id: &str) -> Option<&Return> {
        self.returns.iter().find(|r| r.id == id)
    }

    /// A parameter by its full id, hyphens and underscores alike.
    pub fn param(&self, id: &str) -> Option<&Param> {
        let plain = |s: &str| s.replace('-', "_");
        self.params.iter().find(|p| plain(&p.id) == plain(id))
    }

    /// The version of a rule in force on a day.
    pub fn rule(&self, id: &str, on: Day) -> Option<&Rule> {
        self.rules.iter().find(|r| r.id == id && r.in_force(on))
    }

    /// Values of all parameters on a day, for compiling expressions.
    pub fn values(&self, on: Day) -> Values {
        self.params.iter().filter_map(|p| p.at(on).map(|v| (p.id.clone(), v.value))).collect()
    }

    /// Findings as a compiler prints them: place, line, caret, advice.
    pub fn check_text(&self, findings: &[Finding], language: Language) -> String {
        render(findings, &self.sources, language)
    }

    /// Runs every worked example; what comes out otherwise than written is a finding.
    pub fn run_cases(&self) -> Vec<Finding> {
        case::run(self)
    }
}

/// Reads every file under `dir` that is text: (path from `dir`, text), in order of paths.
pub fn read_dir(dir: &Path) -> std::io::Result<Vec<(String, String)>> {
    let mut files = vec![];
    let mut open = vec![dir.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            // A form in another format is named but not read.
            let text = String::from_utf8(std::fs::read(&path)?).unwrap_or_default();
            files.push((name, text));
        }
    }
    files.sort();
    Ok(files)
}

/// Loads packs from texts: (path, text). Pure. `schema` holds the kinds of the host; the packs add to it.
///
/// Never refuses: what is wrong is among the findings, and what could be read is there. With an error among
/// them nothing must be evaluated.
pub fn load(files: &[(String, String)], mut schema: SchemaBuilder) -> (Packs, Vec<Finding>) {
    let sources: Vec<Source> =
        files.iter().map(|(path, text)| Source { file: path.as_str().into(), text: text.as_str().into() }).collect();
    let mut findings = vec![];
    let mut packs = Packs::default();
    let mut parts = Parts::default();
    let mut drafts = Drafts::default();
    for (dir, folder) in folders(&sources, &mut findings) {
        one_pack(&dir, &folder, &mut packs, &mut parts, &mut drafts, &mut findings);
    }
    join::extend(&mut schema, &parts, &mut findings);
    let (schema, found) = schema.build();
    findings.extend(found);
    let Parts { programmes, events, params, mut rules, .. } = parts;
    for rule in &mut rules {
        rule.checked = schema.rule(&rule.id);
    }
    check_screens(&programmes, &rules, &mut findings);
    check_figures(&schema, &mut packs, drafts, &params, &mut findings);
    packs.schema = Arc::new(schema);
    packs.programmes = programmes;
    packs.events = events;
    packs.params = params;
    packs.rules = rules;
    packs.sources = sources;
    // The same mistake of a derived column may be met from several expressions.
    let mut unique: Vec<Finding> = vec![];
    for finding in findings {
        if !unique.contains(&finding) {
            unique.push(finding);
        }
    }
    (packs, unique)
}

/// Figures and checks as they were read.
#[derive(Default)]
struct Drafts {
    figures: Vec<figure::Draft>,
    checks: Vec<(String, arithmetic::Draft)>,
    questions: Vec<question::Draft>,
}

/// Sources by the folder of their pack: the nearest folder above that holds pack.toml or programme.toml.
fn folders<'s>(sources: &'s [Source], findings: &mut Vec<Finding>) -> BTreeMap<String, Vec<&'s Source>> {
    let mut folders: BTreeMap<String, Vec<&Source>> = BTreeMap::new();
    for source in sources {
        let (dir, name) = source.file.rsplit_once('/').unwrap_or(("", &source.file));
        if matches!(name, "pack.toml" | "programme.toml") {
            folders.entry(dir.to_string()).or_default();
        }
    }
    for source in sources {
        let mut dir: &str = &source.file;
        while !dir.is_empty() {
            dir = dir.rsplit_once('/').map_or("", |(above, _)| above);
            if let Some(list) = folders.get_mut(dir) {
                list.push(source);
                break;
            }
        }
        let ours = folders.values().any(|list| list.iter().any(|s| s.file == source.file));
        if !ours && source.file.ends_with(".toml") {
            let spot = Spot { file: source.file.clone(), span: 0..0 };
            findings.push(spot.warning(
                "stray-file",
                "这个文件不在任何包的文件夹里，没有读".into(),
                "this file lies in no pack's folder and was not read".into(),
            ));
        }
    }
    folders
}

fn one_pack(
    dir: &str,
    folder: &[&Source],
    packs: &mut Packs,
    parts: &mut Parts,
    drafts: &mut Drafts,
    findings: &mut Vec<Finding>,
) {
    let name = |s: &Source| s.file.get(dir.len()..).unwrap_or("").trim_start_matches('/').to_string();
    let find = |file: &str| folder.iter().copied().find(|s| name(s) == file);
    let mut declared = Declared::default();
    if let Some(source) = find("programme.toml").or_else(|| find("pack.toml")) {
        read::file(source, findings, |r, t| pack::read(r, t, dir, &mut declared));
    }
    let Some(pack) = declared.pack else { return };
    let id = pack.id.clone();
    let subject = declared.programme.as_ref().map(|p| p.subject.clone());
    if let Some(source) = find("codes.tsv") {
        parts.tables.extend(codes::tables(source, find("codes_en.tsv"), findings));
    }
    for &source in folder {
        match name(source).as_str() {
            "pack.toml" | "programme.toml" | "codes.tsv" | "codes_en.tsv" => {}
            "rules.toml" => read::file(source, findings, |r, t| {
                parts.rules.extend(rule::rules(r, t, &id, subject.as_deref()));
            }),
            "params.toml" => read::file(source, findings, |r, t| parts.params.extend(rule::params(r, t, &id))),
            "derive.toml" => read::file(source, findings, |r, t| parts.derived.extend(rule::derived(r, t, &id))),
            "returns.toml" => read::file(source, findings, |r, t| packs.returns.extend(returns::read(r, t, &id))),
            "questions.toml" => read::file(source, findings, |r, t| drafts.questions.extend(question::read(r, t, &id))),
            "cases.toml" => read::file(source, findings, |r, t| packs.cases.extend(case::read(r, t, &id))),
            "ledgers.toml" => read::file(source, findings, |r, t| {
                declared.ledgers.extend(free_tables(r, t, "ledger"));
                declared.standings.extend(free_tables(r, t, "standing"));
                declared.column_words.extend(free_tables(r, t, "column_words"));
            }),
            "columns.toml" => read::file(source, findings, |r, t| packs.columns.extend(read::free_root(r, t))),
            "figures.toml" => read::file(source, findings, |r, t| {
                drafts.figures.extend(figure::read(r, t, &id));
                for mut check in r.tables(t, "check") {
                    drafts.checks.extend(arithmetic::read(r, &mut check).map(|d| (id.clone(), d)));
                    r.done(check);
                }
            }),
            "report.md" => packs.sections.extend(section::sections(source, &id, findings)),
            other => {
                if let Some(report) = other.strip_prefix("reports/").and_then(|r| r.strip_suffix(".md")) {
                    let section::Frame { title, every, chapters, text } = section::frame(source, findings);
                    let title = title.unwrap_or_else(|| Title::new(report, report));
                    let (pack, file) = (id.clone(), source.file.clone());
                    packs.reports.push(Report { id: report.to_string(), pack, file, title, every, chapters, text });
                } else if other.starts_with("forms/") {
                    packs.forms.push((id.clone(), source.file.to_string()));
                } else if other.ends_with(".toml") {
                    unknown_file(source, other, findings);
                }
            }
        }
    }
    for (mut table, spot) in declared.ledgers {
        table.entry("programme").or_insert_with(|| toml::Value::String(id.clone()));
        let own = table.get("programme").and_then(toml::Value::as_str) == Some(id.as_str());
        if let Some(programme) = declared.programme.as_ref().filter(|_| own) {
            ledgers::check(&table, &spot, programme, findings);
        }
        packs.ledgers.push(table);
    }
    packs.standings.extend(declared.standings.into_iter().map(|(table, _)| table));
    packs.column_words.extend(declared.column_words.into_iter().map(|(table, _)| table));
    parts.tables.extend(declared.tables);
    parts.events.extend(declared.events);
    parts.programmes.extend(declared.programme);
    packs.packs.push(pack);
}

fn unknown_file(source: &Source, name: &str, findings: &mut Vec<Finding>) {
    let known = [
        "pack.toml", "programme.toml", "rules.toml", "params.toml", "derive.toml", "figures.toml", "returns.toml",
        "questions.toml", "cases.toml", "ledgers.toml", "columns.toml",
    ];
    let (zh, en) = pack::suggest(name, known.into_iter());
    let spot = Spot { file: source.file.clone(), span: 0..0 };
    let finding = spot.error("unknown-file", format!("不认识的文件 {name}"), format!("unknown file {name}"));
    findings.push(finding.advise(zh, en));
}

fn check_screens(programmes: &[Programme], rules: &[Rule], findings: &mut Vec<Finding>) {
    for p in programmes {
        let Some(screen) = p.screen.as_ref().filter(|s| rules.iter().all(|r| r.id != **s)) else {
            continue;
        };
        let advice = pack::suggest(screen, rules.iter().map(|r| r.id.as_str()));
        let finding = p.spot.error(
            "unknown-rule",
            format!("screen 所指的规则 {screen} 不存在"),
            format!("screen names the rule {screen}, which does not exist"),
        );
        findings.push(finding.advise(advice.0, advice.1));
    }
}

fn check_figures(schema: &Schema, packs: &mut Packs, drafts: Drafts, params: &[Param], findings: &mut Vec<Finding>) {
    let ids: Vec<String> = drafts.figures.iter().map(|f| f.id().text.clone()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let params: Vec<&str> = params.iter().map(|p| p.id.as_str()).collect();
    let lines: Vec<String> =
        packs.returns.iter().flat_map(|r| r.lines.iter().map(|l| format!("{}.{}", r.id, l.id))).collect();
    packs.questions = question::check(drafts.questions, schema, findings);
    duplicate_figures(&drafts.figures, findings);
    duplicate_returns(&packs.returns, findings);
    let known = Known { schema, figures: &ids, lines: &lines };
    packs.figures = drafts.figures.into_iter().filter_map(|d| d.check(&known, findings)).collect();
    packs.checks = drafts
        .checks
        .iter()
        .filter_map(|(pack, draft)| draft.check(&Names { figures: &ids, params: &params, lines: &[], pack }, findings))
        .collect();
    returns::check(&mut packs.returns, &ids, &params, findings);
    rings(&packs.figures, findings);
    packs.sections.sort_by(|a, b| (a.weight, &a.id).cmp(&(b.weight, &b.id)));
    let chapters = packs.reports.iter().flat_map(|r| r.chapters.clone()).collect::<Vec<_>>();
    findings.extend(section::check(&packs.sections, &chapters, |id| Register::parse(id, schema).is_some()));
}

fn duplicate_figures(drafts: &[figure::Draft], findings: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, &Spot> = HashMap::new();
    for draft in drafts {
        let id = draft.id();
        if let Some(other) = seen.insert(&id.text, &id.spot) {
            let finding = id.spot.error(
                "duplicate-id",
                format!("指标 {} 已在 {} 定义", id.text, other.file),
                format!("figure {} is already defined in {}", id.text, other.file),
            );
            findings.push(finding.advise("一个词一个算法：换一个 id", "one word, one formula: use another id"));
        }
    }
}

fn duplicate_returns(returns: &[Return], findings: &mut Vec<Finding>) {
    for (i, ret) in returns.iter().enumerate() {
        if returns[..i].iter().any(|r| r.id == ret.id) {
            let (zh, en) = (format!("上报表 {} 声明了两次", ret.id), format!("return {} is declared twice", ret.id));
            findings.push(ret.spot.error("duplicate-id", zh, en));
        }
    }
}

/// A ratio or total that leads back to itself.
fn rings(figures: &[Figure], findings: &mut Vec<Finding>) {
    let by_id: HashMap<&str, &Figure> = figures.iter().map(|f| (f.id.as_str(), f)).collect();
    for figure in figures.iter().filter(|f| matches!(f.formula, Formula::Ratio { .. } | Formula::Total(_))) {
        let mut open = figure.operands();
        let mut seen: Vec<&str> = vec![];
        while let Some(id) = open.pop() {
            if id == figure.id {
                let (zh, en) = (
                    format!("指标 {} 的算法绕回了它自己", figure.id),
                    format!("the formula of figure {} leads back to itself", figure.id),
                );
                findings.push(figure.spot.error("cycle", zh, en));
                break;
            }
            if !seen.contains(&id) {
                seen.push(id);
                open.extend(by_id.get(id).into_iter().flat_map(|f| f.operands()));
            }
        }
    }
}
