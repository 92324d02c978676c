//! A form as sent. Its texts are wiped from memory when it is dropped.
use zeroize::Zeroizing;

pub struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    pub fn parse(body: &[u8]) -> Self {
        Self(
            form_urlencoded::parse(body)
                .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())))
                .collect(),
        )
    }

    /// As it was sent.
    pub fn encoded(&self) -> Zeroizing<String> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            body.append_pair(name, value);
        }
        Zeroizing::new(body.finish())
    }

    /// The field's first value.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        let (_, value) = fields.find(|(it, _)| it == name)?;
        Some(value.as_str())
    }

    /// Every value of a field that can be sent more than once.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.iter().filter(move |(it, _)| it == name);
        fields.map(|(_, value)| value.as_str())
    }

    /// A copy that is wiped as well.
    pub fn secret(&self, name: &str) -> Option<Zeroizing<String>> {
        self.get(name).map(|it| Zeroizing::new(it.to_owned()))
    }
}
