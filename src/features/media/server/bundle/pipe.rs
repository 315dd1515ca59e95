//! From a thread that writes to a body that is read: a few pieces under way, and nobody waits for ever.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use tokio::{runtime::Handle, sync::mpsc, time::timeout};

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;
/// Pieces under way.
const UNDER_WAY: usize = 4;
/// How long a reader may take nothing before it is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The writing end. For threads that may block. Dropped before [`Pipe::finish`], it makes the reader fail: half must not look whole.
pub(super) struct Pipe {
    runtime: Handle,
    sender: mpsc::Sender<Bytes>,
    piece: BytesMut,
    whole: Arc<AtomicBool>,
}

/// A pipe of this runtime, and what comes out of it.
pub(super) fn pipe() -> (Pipe, impl Stream<Item = io::Result<Bytes>> + Send + 'static) {
    let (sender, mut pieces) = mpsc::channel::<Bytes>(UNDER_WAY);
    let whole = Arc::new(AtomicBool::new(false));
    let pipe = Pipe { runtime: Handle::current(), sender, piece: BytesMut::with_capacity(PIECE), whole: whole.clone() };
    let stream = stream::poll_fn(move |context| {
        pieces.poll_recv(context).map(|piece| match piece {
            Some(piece) => Some(Ok(piece)),
            // Told once; asked again, there is nothing more.
            None => (!whole.swap(true, Ordering::Relaxed)).then(|| Err(io::ErrorKind::UnexpectedEof.into())),
        })
    });
    (pipe, stream)
}

impl Pipe {
    /// Sends what is left; the reader knows then that this was all.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.whole.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn send(&mut self) -> io::Result<()> {
        let piece = std::mem::replace(&mut self.piece, BytesMut::with_capacity(PIECE)).freeze();
        match self.runtime.block_on(async { timeout(PATIENCE, self.sender.send(piece)).await }) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == PIECE {
            self.send()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() { Ok(()) } else { self.send() }
    }
}
