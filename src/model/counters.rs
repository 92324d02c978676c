//! What has happened since the process began, for a monitoring system to read.
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub struct Counters {
    pub recorded: Counter,
    pub duplicates: Counter,
    pub rejected: Counter,
    /// Own events that could not be recorded.
    pub unrecorded: Counter,
    /// Answers by the first digit of their status, 2 to 5.
    answers: [Counter; 4],
}

#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, count: usize) {
        let count = u64::try_from(count).unwrap_or_default();
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Counters {
    pub fn answered(&self, status: u16) {
        let class = usize::from(status / 100).checked_sub(2);
        if let Some(counter) = class.and_then(|it| self.answers.get(it)) {
            counter.add(1);
        }
    }

    /// OpenMetrics text; `events` is how many the log holds, `waiting` the bytes of those that are
    /// not written yet, `hashes` how many passwords were compared or hashed.
    pub fn text(&self, events: u64, waiting: usize, hashes: u64) -> String {
        let mut text = String::new();
        let deliveries = [
            ("recorded", &self.recorded),
            ("duplicate", &self.duplicates),
            ("rejected", &self.rejected),
        ];
        head(
            &mut text,
            "annals_items",
            "counter",
            "Items delivered, by what became of them.",
        );
        for (what, counter) in deliveries {
            let count = counter.get();
            let _ = writeln!(text, "annals_items_total{{result=\"{what}\"}} {count}");
        }
        head(
            &mut text,
            "annals_answers",
            "counter",
            "Requests answered, by class of status.",
        );
        for (class, counter) in (2..).zip(&self.answers) {
            let count = counter.get();
            let _ = writeln!(text, "annals_answers_total{{status=\"{class}xx\"}} {count}");
        }
        head(
            &mut text,
            "annals_unrecorded",
            "counter",
            "Events of Annals itself that could not be recorded.",
        );
        let _ = writeln!(text, "annals_unrecorded_total {}", self.unrecorded.get());
        head(
            &mut text,
            "annals_log_events",
            "gauge",
            "Events in the log.",
        );
        let _ = writeln!(text, "annals_log_events {events}");
        head(
            &mut text,
            "annals_queue_bytes",
            "gauge",
            "Events that wait to be written.",
        );
        let _ = writeln!(text, "annals_queue_bytes {waiting}");
        head(
            &mut text,
            "annals_password_hashes",
            "counter",
            "Password hashes computed.",
        );
        let _ = writeln!(text, "annals_password_hashes_total {hashes}");
        text.push_str("# EOF\n");
        text
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# TYPE {name} {kind}\n# HELP {name} {help}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_read_as_openmetrics() {
        let counters = Counters::default();
        counters.recorded.add(3);
        counters.answered(200);
        counters.answered(404);
        counters.answered(101);
        let text = counters.text(7, 512, 9);
        #[track_caller]
        fn case(text: &str, line: &str) {
            assert!(text.lines().any(|it| it == line), "{line}: {text}");
        }
        case(&text, "annals_items_total{result=\"recorded\"} 3");
        case(&text, "annals_answers_total{status=\"2xx\"} 1");
        case(&text, "annals_answers_total{status=\"4xx\"} 1");
        case(&text, "annals_unrecorded_total 0");
        case(&text, "annals_log_events 7");
        case(&text, "annals_queue_bytes 512");
        case(&text, "annals_password_hashes_total 9");
        assert!(text.ends_with("# EOF\n"));
    }
}
