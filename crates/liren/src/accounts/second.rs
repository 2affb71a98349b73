//! 两步登录 — besides the password a code that changes every thirty seconds (TOTP, RFC 6238), or one of eight codes on paper.

use hmac::{Hmac, KeyInit as _, Mac as _};
use liren_store::Tx;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::queries;
use crate::base::{App, Result, error};

/// Seconds that a code is good for.
const STEP: i64 = 30;
/// So many steps a clock may be wrong, before and after.
const DRIFT: i64 = 1;
/// A secret's bytes (RFC 4226 asks for 160 bits), and how many codes go on paper.
const BYTES: usize = 20;
const PAPER: usize = 8;
/// How long somebody may take from the password to the code.
const TICKET: i64 = 5 * 60 * 1_000_000;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The second step of an account.
pub struct Second {
    secret: Vec<u8>,
    pub since: Option<i64>,
    last_step: i64,
    recovery: String,
}

impl Second {
    /// How many codes on paper are left.
    pub fn left(&self) -> usize {
        self.recovery.lines().count()
    }

    /// The secret as people type it into an authenticator: base32 in groups of four.
    pub fn typed(&self) -> String {
        let text = base32(&self.secret);
        let groups: Vec<&str> = text.as_bytes().chunks(4).filter_map(|c| std::str::from_utf8(c).ok()).collect();
        groups.join(" ")
    }

    /// The address by which an authenticator takes it over.
    pub fn address(&self, login: &str) -> String {
        let login: String = form_urlencoded::byte_serialize(login.as_bytes()).collect();
        format!("otpauth://totp/Liren:{login}?secret={}&issuer=Liren", base32(&self.secret))
    }
}

fn base32(bytes: &[u8]) -> String {
    let (mut text, mut held, mut bits) = (String::new(), 0u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// The code of a step (RFC 4226 §5.3): six digits.
pub fn code(secret: &[u8], step: i64) -> u32 {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return 0 };
    mac.update(&step.to_be_bytes());
    let bytes = mac.finalize().into_bytes();
    let at = usize::from(bytes[19] & 15);
    let cut = u32::from_be_bytes([bytes[at] & 127, bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    cut % 1_000_000
}

async fn held(app: &App, tx: &mut Tx, account: i64) -> Result<Option<Second>> {
    queries::second(tx, account)
        .await?
        .map(|(sealed, since, last_step, recovery)| {
            let secret =
                app.master().key.open(&sealed).ok_or_else(|| error::fault("a second step under another key"))?;
            Ok(Second { secret, since, last_step, recovery })
        })
        .transpose()
}

/// What an account has, begun or in use.
pub async fn of(app: &App, account: i64) -> Result<Option<Second>> {
    let mut tx = app.db.read().await?;
    held(app, &mut tx, account).await
}

/// Whether signing in needs a code.
pub async fn asked(app: &App, account: i64) -> Result<bool> {
    Ok(of(app, account).await?.is_some_and(|second| second.since.is_some()))
}

/// Makes a secret that waits for its first code; one in use stays.
pub async fn begin(app: &App, account: i64) -> Result<()> {
    let mut tx = app.db.write().await?;
    if held(app, &mut tx, account).await?.is_some_and(|second| second.since.is_some()) {
        return Ok(());
    }
    let secret: [u8; BYTES] = rand::random();
    queries::put_second(&mut tx, account, app.master().key.seal(&secret)).await?;
    Ok(tx.commit().await?)
}

/// The first code was right: from now on it is asked for. The codes on paper, shown this once; `None` when the code is wrong.
pub async fn confirm(app: &App, account: i64, typed: &str) -> Result<Option<Vec<String>>> {
    let mut tx = app.db.write().await?;
    let Some(second) = held(app, &mut tx, account).await?.filter(|s| s.since.is_none()) else { return Ok(None) };
    let now = app.clock.instant();
    let Some(step) = fits(&second, typed, now) else { return Ok(None) };
    let codes: Vec<String> = (0..PAPER)
        .map(|_| {
            let random: [u8; 7] = rand::random();
            let text = base32(&random).to_lowercase();
            format!("{}-{}", &text[..5], &text[5..10])
        })
        .collect();
    let kept: Vec<String> = codes.iter().map(|code| digest(code)).collect();
    queries::second_used(&mut tx, account, (Some(now), step), &kept.join("\n")).await?;
    tx.commit().await?;
    Ok(Some(codes))
}

/// Nothing but the password is asked for any more.
pub async fn end(tx: &mut Tx, account: i64) -> Result<()> {
    queries::end_second(tx, account).await
}

/// Whether a code of the authenticator, or one on paper, is right; each is good once.
pub async fn right(app: &App, account: i64, typed: &str) -> Result<bool> {
    let mut tx = app.db.write().await?;
    let Some(second) = held(app, &mut tx, account).await?.filter(|s| s.since.is_some()) else { return Ok(false) };
    if let Some(step) = fits(&second, typed, app.clock.instant()) {
        queries::second_used(&mut tx, account, (second.since, step), &second.recovery).await?;
        tx.commit().await?;
        return Ok(true);
    }
    let typed = digest(&typed.trim().to_lowercase());
    let left: Vec<&str> = second.recovery.lines().filter(|line| *line != typed).collect();
    if left.len() == second.left() {
        return Ok(false);
    }
    queries::second_used(&mut tx, account, (second.since, second.last_step), &left.join("\n")).await?;
    tx.commit().await?;
    Ok(true)
}

/// The step whose code was typed; none that was used before.
fn fits(second: &Second, typed: &str, now: i64) -> Option<i64> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let number: u32 = (digits.len() == 6).then(|| digits.parse().ok())??;
    let here = now.div_euclid(1_000_000 * STEP);
    (here - DRIFT..=here + DRIFT).find(|step| *step > second.last_step && code(&second.secret, *step) == number)
}

fn digest(code: &str) -> String {
    Sha256::digest(code.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// What the browser carries from the password to the code: who it was, until when, signed.
pub fn ticket(app: &App, account: i64, login: &str) -> String {
    let until = app.clock.instant() + TICKET;
    format!("{account}.{until}.{}", signature(app, account, until, login))
}

/// Whose ticket it is, while it holds.
pub fn ticket_of(app: &App, text: &str, login: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '.');
    let (account, until): (i64, i64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let told = parts.next()?;
    let ours = signature(app, account, until, login);
    // Compared by digest, so that time tells nothing.
    let same = Sha256::digest(told.as_bytes()) == Sha256::digest(ours.as_bytes());
    (same && app.clock.instant() < until).then_some(account)
}

fn signature(app: &App, account: i64, until: i64, login: &str) -> String {
    let text = format!("{account}.{until}.{login}");
    app.master().key.sign("second step", text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 4226, appendix D, and RFC 6238, appendix B (the last six digits).
        let secret = b"12345678901234567890";
        let told = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489];
        for (step, code) in told.into_iter().enumerate() {
            assert_eq!(super::code(secret, step as i64), code);
        }
        assert_eq!(super::code(secret, 1_111_111_109 / 30), 81_804);
        assert_eq!(base32(secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"foob"), "MZXW6YQ");
    }
}
