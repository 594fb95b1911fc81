//! Which URLs are understood, and where they lead.

use super::*;

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

#[test]
fn ports_hosts_and_paths_are_taken_apart() {
    for (text, host, port, authority, path) in [
        (
            "http://shop.example.com",
            "shop.example.com",
            80,
            "shop.example.com",
            "/",
        ),
        (
            "https://shop.example.com/a?b=c#d",
            "shop.example.com",
            443,
            "shop.example.com",
            "/a?b=c",
        ),
        ("http://[::1]:8080/x", "::1", 8080, "[::1]:8080", "/x"),
        ("http://127.0.0.1:81", "127.0.0.1", 81, "127.0.0.1:81", "/"),
    ] {
        let url = url(text);
        assert_eq!(
            (
                url.host.as_str(),
                url.port,
                url.authority.as_str(),
                url.path.as_str()
            ),
            (host, port, authority, path),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_url_is_refused_with_what_to_write() {
    for (text, says) in [
        ("shop.example.com", "http://"),
        ("shop.example.com/path", "http"),
        ("ftp://shop.example.com/", "ftp is not spoken here"),
        ("http://user:secret@shop.example.com/", "--header"),
        ("http://shop.example.com:0/", "1 to 65535"),
        ("http://shop.example.com:99999/", ""),
        ("http://:80/", ""),
        ("http://a b/", ""),
        ("", ""),
    ] {
        let refusal = text.parse::<Url>().expect_err(text);
        assert!(refusal.contains(says), "{text}: {refusal}");
    }
}

#[test]
fn the_first_exception_that_fits_leads_elsewhere() {
    let exceptions: Vec<ConnectTo> = ["shop.example.com:443:127.0.0.2:8443", "::[::1]:9000"]
        .map(|text| text.parse().unwrap())
        .to_vec();
    let place = |text: &str| {
        let place = url(text).place(&exceptions);
        format!("{} {}", place.host, place.port)
    };
    assert_eq!(place("https://SHOP.example.com/"), "127.0.0.2 8443");
    assert_eq!(place("http://shop.example.com/"), "::1 9000");
    assert_eq!(
        url("http://a:1/").place(&[]),
        Place {
            host: "a".to_owned(),
            port: 1
        }
    );
    for wrong in ["", "a", "a:b:c:d", "a:80:b", "a:80::90", "a:80:b:0"] {
        assert!(wrong.parse::<ConnectTo>().is_err(), "{wrong}");
    }
}
