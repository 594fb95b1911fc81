//! Windows in which nothing goes out, by the clock on the wall of a time zone. Reads no clock: the time is given.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;
use thiserror::Error;

/// One window. Its end is no longer part of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Text")]
pub struct Window {
    /// Why, for people.
    pub name: String,
    zone: TimeZone,
    span: Span,
}

#[derive(Clone, Debug, PartialEq)]
enum Span {
    /// Minutes since Monday, 00:00.
    Weekly {
        from: u32,
        to: u32,
    },
    Once {
        from: DateTime,
        to: DateTime,
    },
}

/// As the policy has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    name: String,
    zone: String,
    from: String,
    to: String,
}

/// A window that is none.
#[derive(Debug, Error)]
pub enum WindowError {
    #[error("freeze window {window:?}: {zone:?} is no time zone; write it like \"Europe/Berlin\" or \"UTC\"")]
    Zone { window: String, zone: String },
    #[error(
        "freeze window {window:?}: {text:?} is no time; write \"Fri 16:00\" for every week, or \"2026-12-20\" or \"2026-12-20T18:00\" for once"
    )]
    Time { window: String, text: String },
    #[error("freeze window {window:?}: from and to are both of a week, or both dates")]
    Mixed { window: String },
    #[error("freeze window {window:?} ends before it begins, or as it begins")]
    Empty { window: String },
}

enum Moment {
    OfWeek(u32),
    At(DateTime),
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY: u32 = 24 * 60;

impl TryFrom<Text> for Window {
    type Error = WindowError;

    fn try_from(text: Text) -> Result<Window, WindowError> {
        let window = text.name.clone();
        let zone = TimeZone::get(&text.zone).map_err(|_| WindowError::Zone {
            window: window.clone(),
            zone: text.zone.clone(),
        })?;
        let moment = |text: &str| {
            moment(text).ok_or_else(|| WindowError::Time {
                window: window.clone(),
                text: text.to_owned(),
            })
        };
        let span = match (moment(&text.from)?, moment(&text.to)?) {
            (Moment::OfWeek(from), Moment::OfWeek(to)) if from != to => Span::Weekly { from, to },
            (Moment::At(from), Moment::At(to)) if from < to => Span::Once { from, to },
            (Moment::OfWeek(_), Moment::OfWeek(_)) | (Moment::At(_), Moment::At(_)) => {
                return Err(WindowError::Empty { window });
            }
            _ => return Err(WindowError::Mixed { window }),
        };
        Ok(Window {
            name: text.name,
            zone,
            span,
        })
    }
}

fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Some((day, time)) = text.split_once(' ') {
        let day = day.to_ascii_lowercase();
        let index = DAYS
            .iter()
            .position(|known| day.starts_with(known) && day.len() <= "wednesday".len())?;
        let time: Time = time.trim().parse().ok()?;
        let minutes = u32::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).ok()?;
        return Some(Moment::OfWeek(u32::try_from(index).ok()? * DAY + minutes));
    }
    if text.contains('T') {
        return text.parse::<DateTime>().ok().map(Moment::At);
    }
    let date: Date = text.parse().ok()?;
    Some(Moment::At(date.to_datetime(Time::midnight())))
}

impl Window {
    /// Whether `now` lies in it.
    pub fn contains(&self, now: Timestamp) -> bool {
        let local = now.to_zoned(self.zone.clone()).datetime();
        match &self.span {
            Span::Once { from, to } => *from <= local && local < *to,
            Span::Weekly { from, to } => {
                let day = u32::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
                let minutes =
                    u32::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
                let at = day * DAY + minutes;
                match from < to {
                    true => *from <= at && at < *to,
                    // Over the end of the week.
                    false => *from <= at || at < *to,
                }
            }
        }
    }

    /// The time there, for people.
    pub fn local(&self, now: Timestamp) -> String {
        now.to_zoned(self.zone.clone())
            .strftime("%a %Y-%m-%d %H:%M %Z")
            .to_string()
    }
}
