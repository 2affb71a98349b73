//! What a password and a sign-in name must be, and how long somebody waits who types a wrong one again and again.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use unicode_normalization::UnicodeNormalization as _;

use crate::base::{App, Result, error};

/// Characters of a password, at least and at most.
pub const LEAST: usize = 8;
const MOST: usize = 128;

/// Passwords that are tried first, folded, one a line.
const COMMON: &str = include_str!("common.txt");

/// A sign-in name or a password as it is compared: full-width letters and capitals are no difference.
pub fn folded(text: &str) -> String {
    text.trim().nfkc().collect::<String>().to_lowercase()
}

/// Whether somebody may have this password.
pub fn password(password: &str, login: &str, name: &str) -> Result<()> {
    let refuse = |zh: &str, en: &str| Err(error::invalid(zh, en));
    let length = password.chars().count();
    if length < LEAST {
        return refuse(
            "密码太短，至少要 8 个字符。可以用一句好记的话，空格也算。没有保存。",
            "The password is too short: 8 characters at least. A sentence you remember will do. Nothing was saved.",
        );
    }
    if length > MOST {
        return refuse(
            "密码太长，最多 128 个字符。没有保存。",
            "The password is too long: 128 characters at most. Nothing was saved.",
        );
    }
    let folded_password = folded(password);
    let own =
        [folded(login), folded(name)].into_iter().any(|own| own.chars().count() > 1 && folded_password.contains(&own));
    if own || COMMON.lines().any(|common| common == folded_password) || is_plain(&folded_password) {
        return refuse(
            "这个密码太容易猜到：常见的密码，或者只是名字、日期、电话、连续或重复的字符。请换一个。没有保存。",
            "This password is easily guessed: a common one, or only a name, a day, a phone, characters in a row. Choose another. Nothing was saved.",
        );
    }
    Ok(())
}

/// One character or a few again and again, characters in a row, a day, a phone.
fn is_plain(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let repeats = (1..=4).any(|n| chars.len() >= 2 * n && chars.iter().zip(&chars[n..]).all(|(a, b)| a == b));
    let step =
        |by: i64| chars.windows(2).all(|pair| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0])) == by);
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let day = digits
        && chars.len() == 8
        && liren_facts::Day::parse(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])).is_some();
    let phone = digits && chars.len() == 11 && text.starts_with('1');
    repeats || step(1) || step(-1) || day || phone
}

/// So many wrong passwords for one name, or from one address, cost no waiting.
const FREE: u32 = 5;
const FREE_ADDRESS: u32 = 30;

/// The first wait, and the longest; each failure doubles it.
const FIRST: i64 = 30 * 1_000_000;
const LONGEST: i64 = 15 * 60 * 1_000_000;

/// After so long without a failure nothing is held against anybody.
const FORGOTTEN: i64 = 60 * 60 * 1_000_000;

/// How many names and addresses are remembered.
const REMEMBERED: usize = 20_000;

/// Failures and the instant of the last, by data folder and name or address. They live as long as the process: whoever
/// can restart it needs no password.
static ATTEMPTS: LazyLock<Mutex<HashMap<String, (u32, i64)>>> = LazyLock::new(Mutex::default);

fn keys(app: &App, login: &str, address: &str) -> [(String, u32); 2] {
    let dir = app.dir.display();
    [(format!("{dir} name {}", folded(login)), FREE), (format!("{dir} from {address}"), FREE_ADDRESS)]
}

/// Whether a password may be tried now: for a name that nobody has as for one somebody has.
pub fn may_try(app: &App, login: &str, address: &str) -> Result<()> {
    let now = app.clock.instant();
    let attempts = ATTEMPTS.lock().unwrap_or_else(PoisonError::into_inner);
    for (key, free) in keys(app, login, address) {
        if key.ends_with(" from ") {
            continue;
        }
        let Some((n, last)) = attempts.get(&key) else { continue };
        let wait = last + waiting(*n, free) - now;
        if wait > 0 && now - last < FORGOTTEN {
            let minutes = (wait / 60_000_000 + 1).to_string();
            return Err(error::invalid(
                format!("登录名或密码连续输错多次，请 {minutes} 分钟后再试；忘记密码请找社区书记重设。"),
                format!(
                    "The name or password was wrong too often. Try again in {minutes} minutes; the secretary can reset a password."
                ),
            ));
        }
    }
    Ok(())
}

fn waiting(failures: u32, free: u32) -> i64 {
    match failures.checked_sub(free) {
        None => 0,
        Some(over) => FIRST.checked_shl(over.min(20)).unwrap_or(LONGEST).min(LONGEST),
    }
}

/// Remembers how an attempt went.
pub fn tried(app: &App, login: &str, address: &str, right: bool) {
    let now = app.clock.instant();
    let mut attempts = ATTEMPTS.lock().unwrap_or_else(PoisonError::into_inner);
    if attempts.len() > REMEMBERED {
        attempts.retain(|_, (_, last)| now - *last < FORGOTTEN);
    }
    let [(name, _), (from, _)] = keys(app, login, address);
    if right {
        // The address goes on being held to what it did to others' names.
        attempts.remove(&name);
        return;
    }
    for key in [name, from] {
        let entry = attempts.entry(key).or_insert((0, now));
        if now - entry.1 > FORGOTTEN {
            entry.0 = 0;
        }
        *entry = (entry.0.saturating_add(1), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_are_guessed_first_are_refused() {
        for bad in [
            "", "1234567", "12345678", "87654321", "password", "PassWord1", "ｐａｓｓｗｏｒｄ", "qwertyuiop",
            "aaaaaaaa", "abcabcabc", "19900101", "19900001234", "woaini1314", "zhangsan123", "张三的密码是",
            "abcdefgh", "5201314520",
        ] {
            assert!(password(bad, "zhangsan", "张三").is_err(), "{bad}");
        }
        for good in ["correct horse", "今天下午三点去居委会", "Tq7#kd92m", "liren-2013-horse"] {
            assert!(password(good, "zhangsan", "张三").is_ok(), "{good}");
        }
        assert!(password(&"长".repeat(129), "a", "b").is_err());
        assert_eq!(folded("  ＷａｎｇMin "), "wangmin");
    }

    #[test]
    fn waiting_doubles_up_to_a_quarter_of_an_hour() {
        let seconds: Vec<i64> = (4..14).map(|n| waiting(n, FREE) / 1_000_000).collect();
        assert_eq!(seconds, [0, 30, 60, 120, 240, 480, 900, 900, 900, 900]);
        assert_eq!(waiting(u32::MAX, FREE), LONGEST);
    }
}
