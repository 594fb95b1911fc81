//! SVG as text: elements with attributes, every text escaped.
//!
//! Knows nothing of what is drawn, and measures no fonts.

use std::fmt::{Display, Write};

/// A document that grows from back to front.
#[derive(Debug)]
pub struct Svg {
    text: String,
    open: Vec<&'static str>,
}

/// One attribute.
pub type Attribute<'a> = (&'a str, &'a dyn Display);

impl Svg {
    /// `style` is CSS, `title` and `description` are for those who do not see the picture.
    pub fn new(width: f64, height: f64, style: &str, title: &str, description: &str) -> Self {
        let mut svg = Self {
            text: String::new(),
            open: Vec::new(),
        };
        svg.open(
            "svg",
            &[
                ("xmlns", &"http://www.w3.org/2000/svg"),
                ("viewBox", &format!("0 0 {width} {height}")),
                ("width", &width),
                ("height", &height),
                ("role", &"img"),
                ("aria-labelledby", &"title description"),
            ],
        );
        svg.text("title", &[("id", &"title")], title);
        svg.text("desc", &[("id", &"description")], description);
        svg.text("style", &[], style.trim());
        svg
    }

    /// An element that holds what follows, until `close`.
    pub fn open(&mut self, name: &'static str, attributes: &[Attribute]) {
        self.begin(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
    }

    pub fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.line(&format!("</{name}>"));
        }
    }

    /// An element without content.
    pub fn empty(&mut self, name: &str, attributes: &[Attribute]) {
        self.begin(name, attributes);
        self.text.push_str("/>\n");
    }

    /// An element with nothing but text.
    pub fn text(&mut self, name: &str, attributes: &[Attribute], content: &str) {
        self.begin(name, attributes);
        let _ = writeln!(self.text, ">{}</{name}>", escaped(content));
    }

    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }

    fn begin(&mut self, name: &str, attributes: &[Attribute]) {
        let indent = "  ".repeat(self.open.len());
        let _ = write!(self.text, "{indent}<{name}");
        for (key, value) in attributes {
            let _ = write!(self.text, " {key}=\"{}\"", escaped(&value.to_string()));
        }
    }

    fn line(&mut self, line: &str) {
        let indent = "  ".repeat(self.open.len());
        let _ = writeln!(self.text, "{indent}{line}");
    }
}

/// A coordinate: a tenth of a pixel is more than anyone sees.
pub fn px(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Anything else below a space may not stand in XML at all.
            letter if letter < ' ' && letter != '\n' && letter != '\t' => {}
            letter => out.push(letter),
        }
    }
    out
}
