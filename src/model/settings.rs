//! What an instance is set to.

#[derive(Clone, Default)]
pub struct Settings {
    /// Shown next to the logo; empty: nothing is.
    pub instance_name: String,
    /// An IANA name; none: UTC. Each operator may choose another.
    pub time_zone: Option<String>,
}
