//! 办理状态 — what the words of a list say about the standing of those on it: in, applied for, ended, left out.
//!
//! The words are data. The base pack has those every line of work uses, each programme adds its own; here is only
//! how a word is found in a cell or a title, and what 未 before it means.

use serde::{Deserialize, Serialize};

use crate::ledger::LedgerKind;
use crate::words::bare;

/// What a line can say of its subject, before a programme's own name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 在保、享受、参保
    In,
    /// 申请、待审批
    Applied,
    /// 应保未保: entitled, and not enrolled
    Found,
    /// 停发、退出、注销
    Ended,
    /// 未通过
    Refused,
    /// 未参保、否: plainly not enrolled, which says nothing about being entitled
    Not,
    /// Words that are known and do not decide: 暂停缴费, 核查
    Doubtful,
}

/// 词表 — the words of lists for standings, joined from all packs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    pub standings: Vec<StandingWords>,
    pub columns: Vec<ColumnWords>,
}

/// The words for one standing.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StandingWords {
    pub standing: Standing,
    /// Found within a cell.
    #[serde(default)]
    pub cells: Vec<String>,
    /// The whole cell: 是, 1, 正常.
    #[serde(default)]
    pub exact: Vec<String>,
    /// Found within a title, the name of a sheet or of a file.
    #[serde(default)]
    pub titles: Vec<String>,
    /// Heads of columns of days on which it began: 停发时间.
    #[serde(default)]
    pub days: Vec<String>,
}

/// Words of headers, whatever the standing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnWords {
    /// Ends of headers above words of standing: 状态, 审批结果.
    pub status: Vec<String>,
    /// Beginnings of headers that ask for yes or no: 是否, 有无.
    pub questions: Vec<String>,
    /// Parts of headers of status columns that are filled only where something happened: 变动, 异动.
    pub occasional: Vec<String>,
    /// What turns a word around when it stands right before it: 未, 没有.
    pub negations: Vec<String>,
    /// What makes a word a plan or a guess: 拟, 疑似.
    pub maybes: Vec<String>,
    /// What a plan is to do: 拟接收, 拟确定为.
    pub verbs: Vec<String>,
    /// Heads of columns of owners of things: 车主, 店主, 户名.
    pub owners: Vec<String>,
    /// Questions about what somebody wants or needs: 是否愿意参保 says nothing of being in.
    pub wishes: Vec<String>,
    /// Remarks by which a row is struck out: 作废, 填错.
    pub void: Vec<String>,
    /// Titles of lists of things (犬只, 车位, 商户) and of what people did for an hour (签到, 值班): whoever is named there
    /// does not live here because of it.
    pub bystanders: Vec<String>,
    /// Titles of lists on which something is given or done to people of many lines of work: 慰问品, 口罩, 体检.
    pub given: Vec<String>,
    /// Words of such titles that make it a list of people all the same: 人员, 住户.
    pub people: Vec<String>,
    /// Lists on which something is handed out or in, row by row: a blank one was not there yet (签收表).
    pub acts: Vec<String>,
    /// Ends of headers of days: 时间, 年月, 起始.
    pub times: Vec<String>,
    /// What begins when somebody is taken in: 享受, 纳保.
    pub granted: Vec<String>,
    /// What begins whatever the stage: 登记, 确定.
    pub entered: Vec<String>,
    /// What calls the stage itself: 状态, 身份.
    pub state: Vec<String>,
    /// Words of such headers that say nothing more: 开始, 首次, 该.
    pub fillers: Vec<String>,
}

/// Of which stages a column of days tells the beginning, when its header names none: 起始时间, 取得该身份时间.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// Of those in which something is granted.
    Granted,
    /// Of whatever stage the row is in, unless it has ended.
    Entered,
    /// Of whatever it says.
    State,
}

/// What a cell or a title says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// A stage of the programme, by its own word.
    Stage(String),
    Standing(Standing),
}

impl Vocabulary {
    /// What a cell says: the whole cell, else the longest word within it. `None` when no word is known.
    pub(crate) fn cell(&self, text: &str, kind: Option<&LedgerKind>) -> Option<Says> {
        let text = bare(text);
        if text.is_empty() {
            return None;
        }
        if let Some(stage) = kind.and_then(|k| k.stage_words.iter().find(|s| s.words.contains(&text))) {
            return Some(Says::Stage(stage.id.clone()));
        }
        if let Some(found) = self.standings.iter().find(|s| s.exact.contains(&text)) {
            return Some(Says::Standing(found.standing));
        }
        let standings = self.standings.iter().flat_map(|s| s.cells.iter().map(move |w| (w, s.standing)));
        let stages = kind.into_iter().flat_map(|k| &k.stage_words);
        let stages = stages.flat_map(|s| s.words.iter().map(move |w| (w, s.id.as_str())));
        self.within(&text, standings, stages)
    }

    /// What a title says. The names of the programme itself say nothing of the standing.
    pub(crate) fn title(&self, text: &str, kind: Option<&LedgerKind>) -> Option<Says> {
        let text = bare(text);
        let standings = self.standings.iter().flat_map(|s| s.titles.iter().map(move |w| (w, s.standing)));
        let stages = kind.into_iter().flat_map(|k| &k.stage_words);
        let stages = stages.flat_map(|s| s.titles.iter().map(move |w| (w, s.id.as_str())));
        self.within(&text, standings, stages)
    }

    /// The standing a column of days is about: 停发时间.
    pub(crate) fn day_header(&self, header: &str) -> Option<Standing> {
        let header = bare(header);
        let days = self.standings.iter().flat_map(|s| s.days.iter().map(move |w| (w, s.standing)));
        let listed = days.filter(|(w, _)| header.contains(w.as_str())).max_by_key(|(w, _)| w.len()).map(|(_, s)| s);
        listed.or_else(|| self.composed_day_header(&header))
    }

    /// 停保月份, 申报年月: a word for a standing and one for a time, and nothing else. When something expires says nothing
    /// of whether it did, and of a death the day is the person's.
    fn composed_day_header(&self, header: &str) -> Option<Standing> {
        let plain = header.split('(').next().unwrap_or(header);
        let times = self.columns.iter().flat_map(|c| &c.times);
        let time = times.filter(|w| plain.ends_with(w.as_str())).max_by_key(|w| w.len())?;
        let word = plain[..plain.len() - time.len()].trim_end_matches(['的', '之']);
        let is_plan = ["到期", "期满", "失效", "过期"].iter().any(|w| word.contains(w));
        if is_plan || word.chars().count() < 2 || crate::meanings::status_of_clause(word).is_some() {
            return None;
        }
        let ends = self.standings.iter().filter(|s| matches!(s.standing, Standing::Ended | Standing::Applied));
        ends.flat_map(|s| s.cells.iter().map(move |w| (w, s.standing))).find(|(w, _)| *w == word).map(|(_, s)| s)
    }

    /// 享受起始年月, 确定时间: a header of nothing but words for a beginning, and of the programme's own.
    pub(crate) fn since(&self, header: &str, kind: &LedgerKind) -> Option<Since> {
        let header = bare(header);
        let plain = header.split(['(', '/']).next().unwrap_or(&header);
        let words = |of: fn(&ColumnWords) -> &Vec<String>| self.columns.iter().flat_map(of);
        words(|c| &c.times).find(|w| plain.ends_with(w.as_str()))?;
        let (mut rest, mut found, mut begins) = (plain, None, false);
        while !rest.is_empty() {
            let classed = words(|c| &c.state)
                .map(|w| (w, Some(Since::State)))
                .chain(words(|c| &c.granted).map(|w| (w, Some(Since::Granted))))
                .chain(words(|c| &c.entered).map(|w| (w, Some(Since::Entered))))
                .chain(words(|c| &c.fillers).chain(&kind.words).map(|w| (w, None)));
            let plain_time = words(|c| &c.times).filter(|w| rest.starts_with(w.as_str())).map(|w| (w.len(), None));
            let next = classed
                .filter(|(w, _)| rest.starts_with(w.as_str()))
                .map(|(w, since)| (w.len(), Some(since)))
                .chain(plain_time)
                .max_by_key(|(length, since)| (*length, since.is_some()))?;
            // 起始时间 says that it begins; 时间 alone says nothing.
            begins |= rest[..next.0].contains(['起', '始']);
            if let Some(Some(since)) = next.1 {
                found = Some(found.map_or(since, |before| match (before, since) {
                    (Since::State, _) | (_, Since::State) => Since::State,
                    (Since::Granted, _) | (_, Since::Granted) => Since::Granted,
                    _ => Since::Entered,
                }));
            }
            rest = &rest[next.0..];
        }
        found.or(begins.then_some(Since::Granted))
    }

    /// The stage whose own word stands in a header: 确定为入党积极分子. That days stand below it is for the caller to see.
    pub(crate) fn stage_header(&self, header: &str, kind: &LedgerKind) -> Option<String> {
        let header = bare(header);
        let plain = header.split('(').next().unwrap_or(&header);
        let words = kind.stage_words.iter().flat_map(|s| s.words.iter().chain(&s.titles).map(move |w| (w, &s.id)));
        // 已采集 in a cell is 采集 in a header.
        let words = words.map(|(w, id)| (w.trim_start_matches('已'), id));
        let longest = words.filter(|(w, _)| w.chars().count() >= 2 && plain.contains(*w));
        longest.max_by_key(|(w, _)| w.len()).map(|(_, id)| id.clone())
    }

    /// 是否愿意参保, 有无需求
    pub(crate) fn is_wish(&self, header: &str) -> bool {
        let header = bare(header);
        self.columns.iter().flat_map(|c| &c.wishes).any(|w| header.contains(w.as_str()))
    }

    /// Does a text hold a word for a standing, whatever stands around it?
    pub(crate) fn names(&self, text: &str, standing: Standing) -> bool {
        let text = bare(text);
        self.standings
            .iter()
            .filter(|s| s.standing == standing)
            .flat_map(|s| &s.cells)
            .any(|w| text.contains(w.as_str()))
    }

    /// 作废, 填错: the row is struck out.
    pub(crate) fn is_void(&self, clause: &str) -> bool {
        let clause = bare(clause);
        let is = |w: &String| clause.strip_prefix('已').unwrap_or(&clause) == w;
        self.columns.iter().flat_map(|c| &c.void).any(is)
    }

    /// 犬只登记名册, 值班表: the rows are things, or names of people whom the list does not register.
    pub(crate) fn is_of_bystanders(&self, title: &str) -> bool {
        let title = bare(title);
        let has =
            |of: fn(&ColumnWords) -> &Vec<String>| self.columns.iter().flat_map(of).any(|w| title.contains(w.as_str()));
        has(|c| &c.bystanders) && !has(|c| &c.people)
    }

    /// 低保户口罩发放表: a list of what was handed out, and none of the line of work it names.
    pub(crate) fn is_of_gifts(&self, title: &str) -> bool {
        self.columns.iter().flat_map(|c| &c.given).any(|w| title.contains(w.as_str()))
    }

    /// 车主, 店主: whoever is named below it owns what the list is about.
    pub(crate) fn is_owner(&self, header: &str) -> bool {
        let header = bare(header);
        self.columns.iter().flat_map(|c| &c.owners).any(|w| header == *w)
    }

    /// 领取签收表
    pub(crate) fn is_of_acts(&self, title: &str) -> bool {
        let title = bare(title);
        self.columns.iter().flat_map(|c| &c.acts).any(|w| title.contains(w.as_str()))
    }

    /// 是否参保 → what a tick below it says; the rest of the header must be a word that is known.
    pub(crate) fn question(&self, header: &str, kind: Option<&LedgerKind>) -> Option<Says> {
        let header = bare(header);
        let plain = header.split(['(', '?']).next().unwrap_or(&header);
        let asks = self.columns.iter().flat_map(|c| &c.questions).find(|q| plain.starts_with(q.as_str()));
        let legend = header.contains("是/否") || header.contains("是否)") || header.ends_with("(√)");
        let rest = match asks {
            Some(question) => &plain[question.len()..],
            None if legend => plain,
            None => return None,
        };
        if rest.is_empty() || self.is_wish(rest) {
            return None;
        }
        // 是否低保: the programme's own name asks whether somebody is in it.
        let own = || {
            kind.is_some_and(|k| k.words.iter().any(|w| rest.contains(w.as_str()) || w.contains(rest)))
                .then_some(Says::Standing(Standing::In))
        };
        let stage = || kind.and_then(|k| self.stage_header(rest, k)).map(Says::Stage);
        self.cell(rest, kind).or_else(stage).or_else(own)
    }

    /// 参保状态, 审批结果
    pub(crate) fn is_status_header(&self, header: &str) -> bool {
        let header = bare(header);
        let plain = header.split('(').next().unwrap_or(&header);
        self.columns.iter().flat_map(|c| &c.status).any(|w| plain.ends_with(w.as_str()))
    }

    /// 变动情况: blank says that nothing happened.
    pub(crate) fn is_occasional(&self, header: &str) -> bool {
        self.columns.iter().flat_map(|c| &c.occasional).any(|w| header.contains(w.as_str()))
    }

    /// The longest words win over what lies within them; what remains must agree.
    fn within<'a>(
        &self,
        text: &str,
        standings: impl Iterator<Item = (&'a String, Standing)>,
        stages: impl Iterator<Item = (&'a String, &'a str)>,
    ) -> Option<Says> {
        let mut found: Vec<(usize, usize, Says)> = Vec::new();
        let mut add = |word: &str, says: Says| {
            for (at, _) in text.match_indices(word) {
                found.push((at, at + word.len(), says.clone()));
            }
        };
        for (word, standing) in standings {
            add(word, Says::Standing(standing));
        }
        for (word, stage) in stages {
            add(word, Says::Stage(stage.to_owned()));
        }
        // Within a longer word, or equal to a programme's own: 停保 in 停保人员, 预备党员 in 发展为预备党员.
        let inside = |a: &(usize, usize, Says), b: &(usize, usize, Says)| {
            b.0 <= a.0
                && a.1 <= b.1
                && (b.1 - b.0 > a.1 - a.0 || matches!((&a.2, &b.2), (Says::Standing(_), Says::Stage(_))))
        };
        let mut said: Vec<Says> = Vec::new();
        for one in &found {
            if found.iter().any(|other| inside(one, other)) {
                continue;
            }
            let says = self.turned(&text[..one.0], one.2.clone());
            if !said.contains(&says) {
                said.push(says);
            }
        }
        // A word that decides wins over one that does not: 应参未参摸底表.
        let decides = |s: &Says| *s != Says::Standing(Standing::Doubtful);
        let decided: Vec<&Says> = said.iter().filter(|s| decides(s)).collect();
        match decided[..] {
            [] => said.first().cloned(),
            [one] => Some(one.clone()),
            _ => Some(Says::Standing(Standing::Doubtful)),
        }
    }

    /// 未参保 is not 参保, 未停发 is not 停发, 拟停发 is a plan.
    fn turned(&self, before: &str, says: Says) -> Says {
        let ends = |words: &[String]| words.iter().any(|w| before.ends_with(w.as_str()));
        // 拟接收预备党员: the plan stands before the verb.
        let mut planned = before;
        while let Some(shorter) =
            self.columns.iter().flat_map(|c| &c.verbs).find_map(|v| planned.strip_suffix(v.as_str()))
        {
            planned = shorter;
        }
        let plans = |words: &[String]| words.iter().any(|w| planned.ends_with(w.as_str()));
        if self.columns.iter().any(|c| ends(&c.maybes) || planned.len() < before.len() && plans(&c.maybes)) {
            return match says {
                // 拟发展, 拟享受: applied for and not yet granted
                Says::Standing(Standing::In) => Says::Standing(Standing::Applied),
                _ => Says::Standing(Standing::Doubtful),
            };
        }
        if !self.columns.iter().any(|c| ends(&c.negations)) {
            return says;
        }
        Says::Standing(match says {
            Says::Standing(Standing::In | Standing::Applied) => Standing::Not,
            Says::Standing(Standing::Ended) => Standing::In,
            _ => Standing::Doubtful,
        })
    }
}
