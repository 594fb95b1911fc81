//! One value of a model: null, unknown or known. There is no fourth case, and no default hides the first two.

/// A value of a model that may be null or not known before apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attr<T> {
    /// Absent.
    #[default]
    Null,
    /// Not known before apply.
    Unknown,
    /// Known; what it holds may itself hold unknowns.
    Known(T),
}

impl<T> Attr<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Attr::Known(value) => Some(value),
            Attr::Null | Attr::Unknown => None,
        }
    }

    /// The value to change, if it is known.
    pub fn known_mut(&mut self) -> Option<&mut T> {
        match self {
            Attr::Known(value) => Some(value),
            Attr::Null | Attr::Unknown => None,
        }
    }

    /// The value itself, if it is known.
    pub fn into_known(self) -> Option<T> {
        match self {
            Attr::Known(value) => Some(value),
            Attr::Null | Attr::Unknown => None,
        }
    }

    /// What the value points to, if it is known: `&str` of an `Attr<String>`.
    pub fn as_deref(&self) -> Option<&T::Target>
    where
        T: std::ops::Deref,
    {
        self.known().map(std::ops::Deref::deref)
    }

    /// The value if it is known, else the default of its type: `""`, `0`, `false`, nothing.
    ///
    /// Takes unknown for that default too. Use it where nothing can be unknown, as of a prior state and while applying
    /// of what is configured; elsewhere, as in `configure` and `plan`, ask [`Attr::known`] or match.
    pub fn known_or_default(&self) -> T
    where
        T: Clone + Default,
    {
        self.known().cloned().unwrap_or_default()
    }

    /// Whether it is absent.
    pub fn is_null(&self) -> bool {
        matches!(self, Attr::Null)
    }

    /// Whether it is not known before apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Attr::Unknown)
    }

    /// Whether it is known.
    pub fn is_known(&self) -> bool {
        matches!(self, Attr::Known(_))
    }

    /// A known value changed; null and unknown stay.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Attr<U> {
        match self {
            Attr::Null => Attr::Null,
            Attr::Unknown => Attr::Unknown,
            Attr::Known(value) => Attr::Known(change(value)),
        }
    }
}

impl<T> From<T> for Attr<T> {
    fn from(value: T) -> Self {
        Attr::Known(value)
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Attr::Null, Attr::Known)
    }
}

impl From<&str> for Attr<String> {
    fn from(text: &str) -> Self {
        Attr::Known(text.to_owned())
    }
}

impl From<&String> for Attr<String> {
    fn from(text: &String) -> Self {
        Attr::Known(text.clone())
    }
}
