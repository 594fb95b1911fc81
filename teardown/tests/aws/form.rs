//! What a call asks for: AWS's Query protocol as far as these tests need it. Checks no signature.

use std::collections::BTreeMap;

/// Name → value.
pub struct Form(BTreeMap<String, String>);

impl Form {
    pub fn read(body: &str) -> Form {
        let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
        Form(pairs.map(|(key, value)| (plain(key), plain(value))).collect())
    }

    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// `<prefix>1`, `<prefix>2` and so on.
    pub fn list(&self, prefix: &str) -> Vec<String> {
        let keys = (1..).map(|number| format!("{prefix}{number}"));
        keys.map_while(|key| self.0.get(&key).cloned()).collect()
    }

    /// The values of one of EC2's filters.
    pub fn filter(&self, name: &str) -> Option<Vec<String>> {
        let number = (1..10).find(|number| self.get(&format!("Filter.{number}.Name")) == name)?;
        Some(self.list(&format!("Filter.{number}.Value.")))
    }
}

fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}
