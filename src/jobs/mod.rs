//! How background work runs: a worker does one unit at a time; the loop, the back-off, the panic net and the stop live here, once.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use futures_util::FutureExt;
use tokio::{
    runtime::{Builder, Handle},
    sync::Notify,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::infra::clock::Clock;

/// When a worker wants to be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At once: there may be more to do.
    Now,
    /// After this span, or when woken.
    In(Duration),
}

/// Background work, one unit at a time.
pub trait Worker: Send + Sync + 'static {
    /// The name in logs and health.
    fn name(&self) -> &'static str;

    /// Does one unit. Cancellation is looked at between units, never inside one.
    fn tick(&self) -> impl Future<Output = anyhow::Result<Next>> + Send;
}

/// The bell of one worker. Rung by whoever left work for it; cheap to clone.
#[derive(Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Wakes the worker, now or when it next looks.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits for a ring.
    pub async fn heard(&self) {
        self.0.notified().await;
    }
}

/// A worker's name and the moment it last finished a unit.
type Pulse = (&'static str, Arc<AtomicI64>);

/// All workers of the process.
#[derive(Clone)]
pub struct Crew {
    clock: Clock,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Where its tasks run; the caller's runtime where there is none.
    runtime: Option<Handle>,
    pulses: Arc<std::sync::Mutex<Vec<Pulse>>>,
}

impl Crew {
    /// A crew that works until `stop`.
    pub fn new(clock: Clock, stop: CancellationToken) -> Self {
        Self { clock, stop, tasks: TaskTracker::new(), runtime: None, pulses: Arc::default() }
    }

    /// Sets a worker to work.
    pub fn hire<W: Worker>(&self, worker: W, bell: Bell) {
        let pulse = Arc::new(AtomicI64::new(self.clock.now_ms()));
        self.pulses.lock().unwrap_or_else(|broken| broken.into_inner()).push((worker.name(), pulse.clone()));
        let (clock, stop) = (self.clock.clone(), self.stop.clone());
        self.spawn(work(worker, bell, clock, stop, pulse));
    }

    /// The token that ends all work; for tasks that are no workers.
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Runs a task beside the workers; an orderly stop waits for it.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        match &self.runtime {
            Some(runtime) => self.tasks.spawn_on(task, runtime),
            None => self.tasks.spawn(task),
        };
    }

    /// The same crew on a thread of its own: what is hired and spawned through it is woken without waking another thread, and whoever answers
    /// requests does not wait behind it. The thread ends when everyone has left.
    ///
    /// # Errors
    /// The system has no room for another thread or its event queue.
    pub fn apart(&self, name: &str) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (handle, stop, tasks) = (runtime.handle().clone(), self.stop.clone(), self.tasks.clone());
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            runtime.block_on(async {
                stop.cancelled().await;
                tasks.wait().await;
            });
        })?;
        Ok(Self { runtime: Some(handle), ..self.clone() })
    }

    /// Each worker with the moment (Unix milliseconds) it last finished a unit; health looks at these.
    pub fn pulses(&self) -> Vec<(&'static str, i64)> {
        let pulses = self.pulses.lock().unwrap_or_else(|broken| broken.into_inner());
        pulses.iter().map(|(name, at)| (*name, at.load(Ordering::Relaxed))).collect()
    }

    /// Waits until everyone has left after the stop.
    pub async fn gone(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

async fn work<W: Worker>(worker: W, bell: Bell, clock: Clock, stop: CancellationToken, pulse: Arc<AtomicI64>) {
    let mut failures = 0u32;
    while !stop.is_cancelled() {
        let ticked = std::panic::AssertUnwindSafe(worker.tick()).catch_unwind().await;
        pulse.store(clock.now_ms(), Ordering::Relaxed);
        let next = match ticked {
            Ok(Ok(next)) => {
                failures = 0;
                next
            }
            Ok(Err(error)) => {
                failures = failures.saturating_add(1);
                tracing::error!(worker = worker.name(), error = format!("{error:#}"), failures, "A worker could not do its unit");
                Next::In(pause(failures))
            }
            Err(_) => {
                failures = failures.saturating_add(1);
                tracing::error!(worker = worker.name(), failures, "A worker panicked and goes on");
                Next::In(pause(failures))
            }
        };
        let Next::In(span) = next else { continue };
        tokio::select! {
            () = stop.cancelled() => break,
            () = bell.heard(), if failures == 0 => {}
            () = clock.sleep(span) => {}
        }
    }
}

/// Growing pauses after failures: 1 s, 2 s, 4 s … one minute at most.
fn pause(failures: u32) -> Duration {
    Duration::from_secs(1 << failures.saturating_sub(1).min(6)).min(Duration::from_secs(60))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    struct Flaky(Arc<AtomicU32>);

    impl Worker for Flaky {
        fn name(&self) -> &'static str {
            "flaky"
        }

        async fn tick(&self) -> anyhow::Result<Next> {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => anyhow::bail!("once"),
                1 => panic!("on purpose"),
                _ => Ok(Next::In(Duration::from_secs(3600))),
            }
        }
    }

    #[tokio::test]
    async fn a_worker_outlives_errors_and_panics_and_leaves_when_told() {
        let (clock, stop, count) = (Clock::manual(0), CancellationToken::new(), Arc::new(AtomicU32::new(0)));
        let crew = Crew::new(clock.clone(), stop.clone());
        crew.hire(Flaky(count.clone()), Bell::default());
        while count.load(Ordering::SeqCst) < 3 {
            clock.advance(Duration::from_secs(10));
            tokio::task::yield_now().await;
        }
        stop.cancel();
        crew.gone().await;
        assert_eq!(crew.pulses().len(), 1);
    }

    #[tokio::test]
    async fn a_part_of_the_crew_works_on_its_own_thread_and_leaves_with_the_others() {
        let crew = Crew::new(Clock::manual(0), CancellationToken::new());
        let apart = crew.apart("apart").expect("a thread");
        let (tell, told) = tokio::sync::oneshot::channel();
        let left = Arc::new(AtomicU32::new(0));
        apart.spawn({
            let (stop, left) = (crew.stop().clone(), left.clone());
            async move {
                tell.send(thread::current().name().map(str::to_owned)).ok();
                stop.cancelled().await;
                left.fetch_add(1, Ordering::SeqCst);
            }
        });
        assert_eq!(told.await.expect("told").as_deref(), Some("apart"));
        crew.stop().cancel();
        crew.gone().await;
        assert_eq!(left.load(Ordering::SeqCst), 1);
    }
}
