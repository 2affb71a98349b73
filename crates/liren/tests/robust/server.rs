//! A server that others try to hold up: it goes on answering, and stops when it is asked to.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::{Folder, Server};

/// The whole answer to a request, and how long it took.
pub fn ask(server: &Server, request: &[u8]) -> (String, Duration) {
    let begun = Instant::now();
    let mut line = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // A server that refuses may close before it has heard everything.
    let _ = line.write_all(request);
    let mut answer = Vec::new();
    let _ = line.read_to_end(&mut answer);
    (String::from_utf8_lossy(&answer).into_owned(), begun.elapsed())
}

pub fn get(server: &Server, cookie: &str, path: &str) -> (String, Duration) {
    ask(server, format!("GET {path} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n").as_bytes())
}

fn form(path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\norigin: http://x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The cookie of somebody who signed in.
pub fn sign_in(server: &Server, login: &str, password: &str) -> String {
    let (answer, _) = ask(server, &form("/session", &format!("login={login}&password={password}")));
    let cookie = answer.lines().find_map(|l| l.strip_prefix("set-cookie: ")).unwrap_or_else(|| panic!("{answer}"));
    cookie.split(';').next().unwrap().to_owned()
}

fn well(server: &Server) {
    let (answer, took) = get(server, "", "/healthz");
    assert!(answer.starts_with("HTTP/1.1 200") && took < Duration::from_secs(2), "{took:?}: {answer}");
}

#[test]
fn slow_clients_and_too_many_of_them_hold_up_nobody() {
    let (folder, _) = Folder::community("slow", 0);
    let server = Server::start(&folder.data());
    // More than there are places, each with half a head; half a body; nothing at all.
    let begun = Instant::now();
    let mut held = Vec::new();
    for n in 0..900 {
        let Ok(mut line) = TcpStream::connect(("127.0.0.1", server.port)) else { continue };
        let half: &[u8] = match n % 3 {
            0 => b"GET / HTTP/1.1\r\nhost: x\r\nx-a: ",
            1 => b"POST /session HTTP/1.1\r\nhost: x\r\norigin: http://x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100000\r\n\r\nlogin=",
            _ => b"",
        };
        let _ = line.write_all(half);
        held.push(line);
        if n % 100 == 99 {
            well(&server);
        }
    }
    assert!(held.len() > 800);
    // Drop by drop they keep nothing open for long.
    let mut open = held;
    while begun.elapsed() < Duration::from_secs(40) && !open.is_empty() {
        well(&server);
        std::thread::sleep(Duration::from_millis(500));
        open.retain_mut(|line| {
            line.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
            let written = line.write_all(b"a").is_ok();
            let ended = matches!(line.read(&mut [0; 512]), Ok(0)) || matches!(line.read(&mut [0; 512]), Ok(0));
            written && !ended
        });
    }
    assert!(open.is_empty(), "{} are still open after {:?}", open.len(), begun.elapsed());
}

#[test]
fn a_head_without_end_is_refused() {
    let (folder, _) = Folder::community("heads", 0);
    let server = Server::start(&folder.data());
    let long = format!("GET / HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n\r\n", "a".repeat(1 << 20));
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(5_000));
    let address = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(1 << 20));
    for request in [long, many, address] {
        let (answer, took) = ask(&server, request.as_bytes());
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
        assert!(took < Duration::from_secs(5), "{took:?}");
        well(&server);
    }
}

#[test]
fn passwords_tried_all_at_once_leave_room_for_others() {
    let (folder, _) = Folder::community("passwords", 0);
    let server = Server::start(&folder.data());
    let answers: Vec<String> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..120)
            .map(|n| {
                let server = &server;
                scope.spawn(move || ask(server, &form("/session", &format!("login=shuji&password=wrong{n}"))).0)
            })
            .collect();
        for _ in 0..10 {
            well(&server);
            std::thread::sleep(Duration::from_millis(50));
        }
        tries.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let of = |code: &str| answers.iter().filter(|a| a.starts_with(&format!("HTTP/1.1 {code}"))).count();
    assert_eq!(of("422") + of("503"), 120, "{:?}", answers.first());
    assert!(of("422") >= 18 && of("503") >= 60, "{} tried, {} sent away", of("422"), of("503"));
    assert!(answers.iter().any(|a| a.contains("系统正忙")));
    let (wrong, _) = ask(&server, &form("/session", "login=a%00b&password=c"));
    assert!(wrong.starts_with("HTTP/1.1 422") && wrong.contains("控制字符"), "{wrong}");
}

#[test]
fn a_server_that_is_asked_to_stop_stops_in_time() {
    let (folder, _) = Folder::community("stop", 0);
    let mut server = Server::start(&folder.data());
    let mut held: Vec<TcpStream> = Vec::new();
    for half in [
        "",
        "GET / HT",
        "POST /session HTTP/1.1\r\nhost: x\r\norigin: http://x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nlog",
    ] {
        let mut line = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        line.write_all(half.as_bytes()).unwrap();
        held.push(line);
    }
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    assert!(std::process::Command::new("kill").arg(server.child.id().to_string()).status().unwrap().success());
    let status = server.child.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    // What it leaves is whole: no journal beside it.
    assert!(!folder.data().join("liren.db-wal").exists());
}
