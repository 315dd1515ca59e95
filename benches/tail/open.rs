//! An open loop: requests arrive at moments that were fixed ahead, whether or not the server has answered those before, and each one's
//! time is counted from that moment. One thread that never sleeps, and as many connections as are asked for.

use std::{
    collections::VecDeque,
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, net::TcpStream};

/// How long those still under way at the end are waited for.
const LAST: Duration = Duration::from_secs(5);

/// What arrives, and over how many connections.
pub struct Plan {
    /// Stretches one after the other: requests a second, and for how long.
    pub stretches: Vec<(f64, Duration)>,
    /// Connections, each with one request at a time.
    pub connections: usize,
    /// Those that find no free connection go away instead of waiting for one.
    pub impatient: bool,
}

/// One request that was answered.
#[derive(Clone, Copy)]
pub struct Answered {
    /// When it was to leave, counted from the beginning.
    pub planned: Duration,
    /// From then to the whole answer.
    pub took: Duration,
    /// The status; 0 for an answer that could not be read.
    pub status: u16,
    /// Whether it said when to come back.
    pub says_when: bool,
}

/// What became of a plan.
#[derive(Default)]
pub struct Seen {
    /// Answers in the order they came.
    pub answered: Vec<Answered>,
    /// Arrivals that found no free connection.
    pub left: u64,
    /// Connections that broke, and requests without an answer at the end.
    pub broken: u64,
}

struct Line {
    stream: TcpStream,
    planned: Duration,
    buffer: [u8; 4096],
    filled: usize,
}

/// Sends what is planned to `address`; `request` is the whole request.
pub fn run(address: SocketAddr, request: &[u8], plan: &Plan) -> anyhow::Result<Seen> {
    let mut poll = Poll::new()?;
    let mut lines = connect(&poll, address, plan.connections)?;
    let mut free: VecDeque<usize> = (0..lines.len()).collect();
    let mut arrivals = Arrivals::new(&plan.stretches).peekable();
    let (mut waiting, mut seen, mut events) = (VecDeque::new(), Seen::default(), Events::with_capacity(1024));
    let began = Instant::now();
    let end = plan.stretches.iter().map(|stretch| stretch.1).sum::<Duration>();
    loop {
        let now = began.elapsed();
        while let Some(planned) = arrivals.next_if(|planned| *planned <= now) {
            if plan.impatient && free.len() <= waiting.len() {
                seen.left += 1;
            } else {
                waiting.push_back(planned);
            }
        }
        while !free.is_empty()
            && let Some(planned) = waiting.pop_front()
            && let Some(at) = free.pop_front()
        {
            lines[at].planned = planned;
            // A request is small and the connection idle: it goes out in one piece.
            if lines[at].stream.write(request).is_err() {
                seen.broken += 1;
            }
        }
        poll.poll(&mut events, Some(Duration::ZERO))?;
        for event in &events {
            let at = event.token().0;
            match lines[at].read() {
                Some((status, says_when)) => {
                    let planned = lines[at].planned;
                    seen.answered.push(Answered { planned, took: began.elapsed().saturating_sub(planned), status, says_when });
                    free.push_back(at);
                }
                None if event.is_read_closed() => seen.broken += 1,
                None => {}
            }
        }
        let idle = arrivals.peek().is_none() && waiting.is_empty() && free.len() == lines.len();
        if idle || now > end + LAST {
            seen.broken += (lines.len() - free.len()) as u64;
            return Ok(seen);
        }
    }
}

fn connect(poll: &Poll, address: SocketAddr, count: usize) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::with_capacity(count);
    for at in 0..count {
        let stream = std::net::TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        poll.registry().register(&mut stream, Token(at), Interest::READABLE)?;
        lines.push(Line { stream, planned: Duration::ZERO, buffer: [0; 4096], filled: 0 });
    }
    Ok(lines)
}

impl Line {
    /// The status of the answer, and whether it has a Retry-After, once all of it is there.
    fn read(&mut self) -> Option<(u16, bool)> {
        match self.stream.read(&mut self.buffer[self.filled..]) {
            Ok(0) => None,
            Ok(more) => {
                self.filled += more;
                let text = &self.buffer[..self.filled];
                let head = memchr::memmem::find(text, b"\r\n\r\n")?;
                let length: usize = number_after(&text[..head], b"content-length: ")?;
                if self.filled < head + 4 + length {
                    return None;
                }
                let says_when = memchr::memmem::find(&text[..head], b"retry-after: ").is_some();
                let status = std::str::from_utf8(text.get(9..12)?).ok()?.parse().unwrap_or(0);
                self.filled = 0;
                Some((status, says_when))
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(_) => None,
        }
    }
}

fn number_after(head: &[u8], name: &[u8]) -> Option<usize> {
    let at = memchr::memmem::find(head, name)? + name.len();
    let digits = head[at..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}

/// Moments at which requests arrive: gaps as independent callers make them, the same in each run.
struct Arrivals<'a> {
    stretches: &'a [(f64, Duration)],
    began: Duration,
    at: Duration,
    state: u64,
}

impl<'a> Arrivals<'a> {
    fn new(stretches: &'a [(f64, Duration)]) -> Self {
        Self { stretches, began: Duration::ZERO, at: Duration::ZERO, state: 0x9e37_79b9_7f4a_7c15 }
    }

    /// Between 0 and 1, never 0.
    fn chance(&mut self) -> f64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        ((self.state >> 11) + 1) as f64 / (1u64 << 53) as f64
    }
}

impl Iterator for Arrivals<'_> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        loop {
            let (rate, span) = *self.stretches.first()?;
            let at = self.at + Duration::from_secs_f64(-self.chance().ln() / rate);
            if at < self.began + span {
                self.at = at;
                return Some(at);
            }
            self.began += span;
            self.at = self.began;
            self.stretches = &self.stretches[1..];
        }
    }
}
