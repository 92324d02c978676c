//! What an instance is set to, and what a person prefers.

#[derive(Clone, Default)]
pub struct Settings {
    /// Shown next to the logo; empty: nothing is.
    pub instance_name: String,
    /// An IANA name; none: UTC. Each operator may choose another.
    pub time_zone: Option<String>,
}

#[derive(Clone)]
pub struct Preferences {
    /// An IANA name; none: the instance's.
    pub time_zone: Option<String>,
    /// Whether single keys do something on pages.
    pub shortcuts: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            time_zone: None,
            shortcuts: true,
        }
    }
}
