//! URLs, and where to connect instead of where they say.
//!
//! Takes no password: it would be in every report.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;

/// An address to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// As written, without a fragment.
    pub text: String,
    pub scheme: Scheme,
    /// Without brackets.
    pub host: String,
    pub port: u16,
    /// Host and port as the `host` header has them.
    pub authority: String,
    pub path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Http,
    Https,
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.split('#').next().unwrap_or_default();
        // Without a scheme a path makes it no URL at all, of which the parser says only that.
        if !text.contains("://") {
            return Err("write it with http:// or https://".to_owned());
        }
        let uri: Uri = text.parse().map_err(|error| format!("{error}"))?;
        let scheme = match uri.scheme_str() {
            Some("http") => Scheme::Http,
            Some("https") => Scheme::Https,
            Some(other) => return Err(format!("{other} is not spoken here: write http:// or https://")),
            None => return Err("it names no scheme".to_owned()),
        };
        let authority = uri.authority().ok_or("it names no host")?;
        if authority.as_str().contains('@') {
            return Err("a password in a URL would be in every report: use --header".to_owned());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err("it names no host".to_owned());
        }
        let explicit = match authority.as_str().strip_prefix(authority.host()) {
            Some("") | None => None,
            Some(_) => Some(
                authority
                    .port_u16()
                    .filter(|port| *port != 0)
                    .ok_or("its port is no number from 1 to 65535")?,
            ),
        };
        let usual = match scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        };
        Ok(Self {
            text: text.to_owned(),
            scheme,
            host: host.to_owned(),
            port: explicit.unwrap_or(usual),
            authority: authority.to_string(),
            path: uri
                .path_and_query()
                .map_or_else(|| "/".to_owned(), |path| path.to_string()),
        })
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// `HOST:PORT:ADDRESS:PORT2`: who asks for the first connects to the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectTo {
    /// Any, if there is none.
    host: Option<String>,
    port: Option<u16>,
    to: Place,
}

/// Where to connect; the name may still have to be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub host: String,
    pub port: u16,
}

impl FromStr for ConnectTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write HOST:PORT:ADDRESS:PORT2, an IPv6 address in brackets".to_owned();
        let (host, rest) = split_host(text).ok_or_else(wrong)?;
        let (port, rest) = rest.split_once(':').ok_or_else(wrong)?;
        let (to, to_port) = split_host(rest).ok_or_else(wrong)?;
        let number = |text: &str| {
            text.parse::<u16>()
                .ok()
                .filter(|port| *port != 0)
                .ok_or_else(wrong)
        };
        if to.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            host: (!host.is_empty()).then(|| host.to_owned()),
            port: (!port.is_empty()).then(|| number(port)).transpose()?,
            to: Place {
                host: to.to_owned(),
                port: number(to_port)?,
            },
        })
    }
}

/// A host, and what comes after the colon behind it.
fn split_host(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once("]:"),
        None => text.split_once(':'),
    }
}

impl Url {
    /// Where to connect: the first exception that fits, or what the URL says.
    pub fn place(&self, exceptions: &[ConnectTo]) -> Place {
        let fits = |it: &&ConnectTo| {
            it.host
                .as_ref()
                .is_none_or(|host| host.eq_ignore_ascii_case(&self.host))
                && it.port.is_none_or(|port| port == self.port)
        };
        exceptions.iter().find(fits).map_or_else(
            || Place {
                host: self.host.clone(),
                port: self.port,
            },
            |it| it.to.clone(),
        )
    }
}

#[cfg(test)]
mod tests;
