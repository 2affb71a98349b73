//! Many users at once, over plain HTTP on the loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::Result;

/// Waits until the server answers.
pub fn wait(port: u16, patience: Duration) -> Result<()> {
    let end = Instant::now() + patience;
    while Instant::now() < end {
        if get(port, "", "/healthz").is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err(format!("the server did not answer within {} s", patience.as_secs()))
}

/// The cookie of a new session.
pub fn sign_in(port: u16, login: &str, password: &str) -> Result<String> {
    let form = format!("login={login}&password={password}&then=/");
    let head = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", form.len());
    let mut line = connect(port)?;
    let answer = ask(&mut line, "POST", "/session", &head, &form)?;
    let cookie = answer.head.iter().find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = cookie.and_then(|text| text.split(';').next());
    cookie.map(str::to_owned).ok_or_else(|| format!("{login} could not sign in: {}", answer.status))
}

pub fn get(port: u16, cookie: &str, path: &str) -> Result<()> {
    let mut line = connect(port)?;
    fetch(&mut line, cookie, path)
}

/// How long each request took when `count` users ask for the same page `times` times each, sorted.
pub fn users(port: u16, cookie: &str, path: &str, count: usize, times: usize) -> Result<Vec<Duration>> {
    let user = || {
        let mut line = connect(port)?;
        let mut took = Vec::with_capacity(times);
        for _ in 0..times {
            let begin = Instant::now();
            fetch(&mut line, cookie, path)?;
            took.push(begin.elapsed());
        }
        Ok::<_, String>(took)
    };
    let all: Result<Vec<Vec<Duration>>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(user)).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended.map(|user| user.unwrap_or_else(|_| Err("a user's thread broke off".into()))).collect()
    });
    let mut all: Vec<Duration> = all?.into_iter().flatten().collect();
    all.sort();
    Ok(all)
}

struct Answer {
    status: String,
    head: Vec<String>,
}

fn connect(port: u16) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).map_err(|e| format!("no connection: {e}"))?;
    stream.set_nodelay(true).map_err(|e| e.to_string())?;
    Ok(BufReader::new(stream))
}

fn fetch(line: &mut BufReader<TcpStream>, cookie: &str, path: &str) -> Result<()> {
    let answer = ask(line, "GET", path, &format!("Cookie: {cookie}\r\n"), "")?;
    if answer.status.contains(" 200 ") { Ok(()) } else { Err(format!("{path} answers {}", answer.status)) }
}

/// One request over a kept connection; the body is read and let go.
fn ask(line: &mut BufReader<TcpStream>, method: &str, path: &str, head: &str, body: &str) -> Result<Answer> {
    let broken = |e: std::io::Error| format!("{path}: {e}");
    let request = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n{body}");
    line.get_mut().write_all(request.as_bytes()).map_err(broken)?;
    let mut lines = Vec::new();
    loop {
        let mut text = String::new();
        line.read_line(&mut text).map_err(broken)?;
        match text.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let length = lines.iter().find_map(|l| l.strip_prefix("content-length: ")).and_then(|n| n.parse().ok());
    match length {
        Some(length) => {
            let mut body = vec![0; length];
            line.read_exact(&mut body).map_err(broken)?;
        }
        None => chunks(line).map_err(broken)?,
    }
    let status = lines.first().cloned().unwrap_or_default();
    Ok(Answer { status: format!("{status} "), head: lines })
}

fn chunks(line: &mut BufReader<TcpStream>) -> std::io::Result<()> {
    loop {
        let mut size = String::new();
        line.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let mut chunk = vec![0; size + 2];
        line.read_exact(&mut chunk)?;
        if size == 0 {
            return Ok(());
        }
    }
}
