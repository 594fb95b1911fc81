//! What a provider stores beside an object's state: bytes that Terraform keeps and never shows.
//!
//! Not a place for secrets: whoever has the state file has these bytes too.

#[cfg(test)]
mod tests;

/// Bytes stored with an object. Hand on what was received, or it is erased.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Private(Vec<u8>);

impl Private {
    /// Nothing stored.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes as they are stored.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What [`set`](Self::set) stored; `None` if nothing is stored.
    ///
    /// # Errors
    /// The bytes are not JSON, or JSON of another form: they may be an older version's.
    pub fn get<T: serde::de::DeserializeOwned>(&self) -> serde_json::Result<Option<T>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        serde_json::from_slice(&self.0).map(Some)
    }

    /// Stores `value` as JSON in place of whatever was there.
    ///
    /// # Errors
    /// The value has no form in JSON (a map whose keys are not text).
    pub fn set<T: serde::Serialize + ?Sized>(&mut self, value: &T) -> serde_json::Result<()> {
        self.0 = serde_json::to_vec(value)?;
        Ok(())
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// How much is stored, never what.
impl std::fmt::Debug for Private {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Private({} bytes)", self.0.len())
    }
}

impl From<Vec<u8>> for Private {
    fn from(bytes: Vec<u8>) -> Self {
        Private(bytes)
    }
}

impl From<&[u8]> for Private {
    fn from(bytes: &[u8]) -> Self {
        Private(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Private {
    fn from(bytes: &[u8; N]) -> Self {
        Private(bytes.to_vec())
    }
}
