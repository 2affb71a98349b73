//! The server: connections that are too slow, too many or too long are ended, so that others are answered; and it
//! stops when it is asked to.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use hyper::body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::Service as _;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_io_timeout::TimeoutStream;

/// Connections at a time. One more takes the place of the one that has been silent longest.
const CONNECTIONS: usize = 400;

/// How long a head may take, and a connection stay open without a request.
const HEAD: Duration = Duration::from_secs(15);

/// Bytes of a head, and fields in it.
const HEAD_BYTES: usize = 32 << 10;
const HEAD_FIELDS: usize = 64;

/// How long a body may take at all, and how many bytes of it must come in each second beyond that.
const BODY: Duration = Duration::from_secs(10);
const BODY_RATE: u64 = 16 << 10;

/// How long a client may take no byte of its answer, and how long the whole of it may take.
const STALLED: Duration = Duration::from_secs(20);
const ANSWER: Duration = Duration::from_secs(600);

/// How long requests that are being answered may go on when the server is to stop.
const STOP: Duration = Duration::from_secs(4);

/// What a client that found no place is told.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\nretry-after: 5\r\nconnection: close\r\n\r\n\xe7\xb3\xbb\xe7\xbb\x9f\xe6\xad\xa3\xe5\xbf\x99\xef\xbc\x8c\xe8\xaf\xb7\xe7\xa8\x8d\xe5\x90\x8e\xe5\x86\x8d\xe8\xaf\x95\xe3\x80\x82 The system is busy; please try again.\n";

/// 来处 — where a request came from: the address of the client, and whether it came encrypted all the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct From {
    pub address: String,
    pub encrypted: bool,
}

impl From {
    /// What a connection says of itself; behind a proxy that is trusted, what the proxy says. Of several addresses the
    /// last one that no trusted proxy wrote counts: those before it anybody can write.
    pub fn of(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> From {
        let peer = peer.to_canonical();
        if !proxies.contains(&peer) {
            return From { address: peer.to_string(), encrypted: false };
        }
        let told = |name: &str| headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>();
        let chain = told("x-forwarded-for").join(",");
        let chain = chain.split(',').rev().map_while(|part| part.trim().parse::<IpAddr>().ok());
        let client = chain.map(|ip| ip.to_canonical()).find(|ip| !proxies.contains(ip)).unwrap_or(peer);
        let encrypted = told("x-forwarded-proto").last().is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
        From { address: client.to_string(), encrypted }
    }
}

/// Serves until `stop` comes true; then those who are being answered have a few seconds. `proxies` are believed when
/// they say for whom they ask.
pub async fn serve(listener: TcpListener, service: Router, proxies: Vec<IpAddr>, stop: impl Future<Output = ()>) {
    let proxies: Arc<[IpAddr]> = proxies.into();
    let (stopping, stopped) = watch::channel(false);
    let open = Arc::new(Open::default());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
            Some(_) = connections.join_next() => continue,
        };
        let Ok((stream, peer)) = accepted else {
            // No more files, most likely: those that are open will end.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        match open.enter() {
            Some(place) => {
                let asked_by = (peer.ip(), proxies.clone());
                connections.spawn(connection(stream, asked_by, service.clone(), place, stopped.clone()));
            }
            None => {
                connections.spawn(refuse(stream));
            }
        }
    }
    drop(listener);
    let _ = stopping.send(true);
    let rest = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(STOP, rest).await.is_err() {
        connections.shutdown().await;
    }
}

async fn refuse(mut stream: TcpStream) {
    let _ = tokio::time::timeout(Duration::from_secs(1), stream.write_all(FULL)).await;
}

async fn connection(
    stream: TcpStream,
    asked_by: (IpAddr, Arc<[IpAddr]>),
    service: Router,
    place: Place,
    mut stopped: watch::Receiver<bool>,
) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(STALLED));
    let line = place.line.clone();
    let answer = hyper::service::service_fn(move |request: Request<Incoming>| {
        let (line, service) = (line.clone(), TowerToHyperService::new(service.clone()));
        let from = From::of(asked_by.0, request.headers(), &asked_by.1);
        line.is(if request.body().is_end_stream() { At::Working } else { At::Receiving });
        async move {
            let mut request = request.map(|body| Body::new(Paced::new(body, line.clone())));
            request.extensions_mut().insert(from);
            let response = service.call(request).await;
            line.is(At::Sending);
            response
        }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_FIELDS)
        .serve_connection(TokioIo::new(Box::pin(stream)), answer);
    let mut serving = pin!(serving);
    let line = place.line.clone();
    let mut tick = tokio::time::interval(Duration::from_secs(20));
    loop {
        tokio::select! {
            // However it ended, nobody is there to be told.
            _ = serving.as_mut() => return,
            () = line.ended.notified() => return,
            _ = stopped.changed() => serving.as_mut().graceful_shutdown(),
            _ = tick.tick() => if line.took_too_long() { return },
        }
    }
}

/// Where a connection is in its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// No request yet, or the last one is answered.
    Open,
    /// Its body is on the way.
    Receiving,
    /// We are at work on it.
    Working,
    /// The answer is on the way, or taken.
    Sending,
}

struct Line {
    at: Mutex<(At, Instant)>,
    ended: Notify,
}

impl Line {
    fn is(&self, at: At) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = (at, Instant::now());
    }

    fn at(&self) -> (At, Instant) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn took_too_long(&self) -> bool {
        matches!(self.at(), (At::Sending, since) if since.elapsed() > ANSWER)
    }
}

/// The connections there are.
#[derive(Default)]
struct Open {
    lines: Mutex<(u64, BTreeMap<u64, Arc<Line>>)>,
}

/// A connection's place among them; it is given back when dropped.
struct Place {
    open: Arc<Open>,
    number: u64,
    line: Arc<Line>,
}

impl Open {
    /// A place; when all are taken, that of the connection nobody is at work on and that has been so longest. `None` when
    /// we are at work on all of them.
    fn enter(self: &Arc<Open>) -> Option<Place> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.1.len() >= CONNECTIONS {
            let idle = lines.1.iter().filter(|(_, line)| line.at().0 != At::Working);
            let longest = idle.min_by_key(|(_, line)| line.at().1).map(|(number, _)| *number)?;
            if let Some(line) = lines.1.remove(&longest) {
                line.ended.notify_one();
            }
        }
        lines.0 += 1;
        let line = Arc::new(Line { at: Mutex::new((At::Open, Instant::now())), ended: Notify::new() });
        let number = lines.0;
        lines.1.insert(number, line.clone());
        Some(Place { open: self.clone(), number, line })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.lines.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&self.number);
    }
}

/// A body that must come at a pace.
struct Paced {
    body: Incoming,
    line: Arc<Line>,
    begun: Instant,
    received: u64,
    late: Pin<Box<tokio::time::Sleep>>,
}

impl Paced {
    fn new(body: Incoming, line: Arc<Line>) -> Paced {
        let late = Box::pin(tokio::time::sleep(BODY));
        Paced { body, line, begun: Instant::now(), received: 0, late }
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.received += frame.data_ref().map_or(0, |data| data.len() as u64);
                let allowed = BODY + Duration::from_secs(this.received / BODY_RATE);
                this.late.as_mut().reset(this.begun + allowed);
                if this.body.is_end_stream() {
                    this.line.is(At::Working);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(e))) => Poll::Ready(Some(Err(std::io::Error::other(e)))),
            Poll::Ready(None) => {
                this.line.is(At::Working);
                Poll::Ready(None)
            }
            Poll::Pending => {
                ready!(this.late.as_mut().poll(cx));
                Poll::Ready(Some(Err(std::io::ErrorKind::TimedOut.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
