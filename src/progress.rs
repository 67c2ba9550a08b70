//! Progress of long work, on a terminal alone.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(400);
const TICK: Duration = Duration::from_millis(120);

/// One line on standard error that names the stage under way. Gone when dropped.
pub struct Progress {
    bar: ProgressBar,
    waker: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Starts to watch, in silence unless standard error is a terminal.
    pub fn start() -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::with_template("{spinner} {msg} {elapsed}").expect("the template is well-formed"));
        let waker = std::io::stderr().is_terminal().then(|| {
            let (done, wait) = mpsc::channel();
            let bar = bar.clone();
            let thread = std::thread::spawn(move || {
                if wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(TICK);
                }
            });
            (done, thread)
        });
        Progress { bar, waker }
    }

    /// Names what is under way.
    pub fn stage(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.waker.take() {
            drop(done);
            // A watcher that failed has shown nothing that would have to be cleared.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
