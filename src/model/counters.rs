//! What has happened since the process began, for a monitoring system to read.
use std::fmt::{Display, Write};
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
        let items = [
            ("{result=\"recorded\"}", self.recorded.get()),
            ("{result=\"duplicate\"}", self.duplicates.get()),
            ("{result=\"rejected\"}", self.rejected.get()),
        ];
        let answers = ["2xx", "3xx", "4xx", "5xx"].map(|it| format!("{{status=\"{it}\"}}"));
        let answered = answers.iter().zip(&self.answers);
        let answered: Vec<_> = answered.map(|(it, of)| (&**it, of.get())).collect();
        let mut text = Text(String::new());
        text.counter("items", "Items delivered, by what became of them.", &items);
        text.counter(
            "answers",
            "Requests answered, by class of status.",
            &answered,
        );
        text.counter(
            "unrecorded",
            "Events of Annals itself that could not be recorded.",
            &[("", self.unrecorded.get())],
        );
        text.gauge("log_events", "Events in the log.", events);
        text.gauge("queue_bytes", "Events that wait to be written.", waiting);
        text.counter(
            "password_hashes",
            "Password hashes computed.",
            &[("", hashes)],
        );
        text.0 + "# EOF\n"
    }
}

struct Text(String);

impl Text {
    fn counter(&mut self, name: &str, help: &str, counts: &[(&str, u64)]) {
        self.head(name, "counter", help);
        for (labels, count) in counts {
            let _ = writeln!(self.0, "annals_{name}_total{labels} {count}");
        }
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, "gauge", help);
        let _ = writeln!(self.0, "annals_{name} {value}");
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(
            self.0,
            "# TYPE annals_{name} {kind}\n# HELP annals_{name} {help}"
        );
    }
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
