//! Why a text was not taken, as a rule's code and as a sentence for the person who typed it.

/// The first rule of `redaction.md` that a text failed. It never carries the text.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Refusal {
    Length,
    Plain,
    IdAsLabel,
    Url,
    Assignment,
    Head,
    Run,
    Mass,
    /// Not one of the shapes, words or grammars that the field declares.
    Shape,
    /// A time that is well formed and outside of what the field allows.
    Range,
}

impl Refusal {
    /// What a form shows beside the field.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Length => "Use 1 to 120 characters and at most ten words.",
            Self::Plain => "Use letters, digits, spaces and simple punctuation on one line.",
            Self::IdAsLabel => "This is an identifier, not a name.",
            Self::Url => "This is an address of a page, not a name.",
            Self::Assignment | Self::Head | Self::Run | Self::Mass => {
                "This looks like a credential."
            }
            Self::Shape => "This does not have the expected form.",
            Self::Range => "This time is out of range.",
        }
    }
}
