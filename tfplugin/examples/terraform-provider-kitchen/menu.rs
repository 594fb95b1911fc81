//! `kitchen_menu`: nested blocks in every way, one inside another.

use tfplugin::{Attr, List, Map, Number, Set};

use crate::shelf::{Goods, decide};

tfplugin::model! {
    /// What is served, in order.
    pub struct Menu {
        pub name: Attr<String> => required().requires_replace(),
        /// How many there are.
        pub courses: Attr<u64> => computed(),
        pub cover: Attr<Cover> => block(),
        pub layout: Attr<Layout> => group(),
        pub course: List<Course> => block().items(1, 4),
        pub guest: Set<Guest> => block(),
        pub table: Map<Table> => block(),
        pub footer: List<Footer> => block().deprecated("Nobody reads it; use `cover`."),
    }

    pub struct Cover {
        pub title: Attr<String> => required(),
        pub color: Attr<String> => default("white"),
    }

    pub struct Layout {
        pub columns: Attr<u8> => default(1),
        pub font: Attr<String> => optional(),
    }

    pub struct Course {
        pub dish: Attr<String> => required(),
        pub position: Attr<u64> => computed(),
        pub wine: Set<Wine> => block(),
    }

    pub struct Wine {
        pub grape: Attr<String> => required(),
        pub year: Attr<Number> => optional(),
    }

    pub struct Guest {
        pub name: Attr<String> => required(),
        pub hungry: Attr<bool> => default(true),
        pub seat: Attr<String> => optional().computed(),
    }

    pub struct Table {
        pub seats: Attr<Number> => required(),
    }

    pub struct Footer {
        pub text: Attr<String> => optional(),
    }
}

impl Goods for Menu {
    const TYPE: &'static str = "kitchen_menu";

    fn name(&self) -> String {
        self.name.known_or_default()
    }

    fn complete(&mut self, _: Option<&Self>) {
        decide(&mut self.courses, self.course.each().count() as u64);
        let courses = self
            .course
            .known_mut()
            .into_iter()
            .flatten()
            .filter_map(Attr::known_mut);
        for (position, course) in (1_u64..).zip(courses) {
            decide(&mut course.position, position);
        }
        self.guest = self.guest.each().cloned().map(seated).collect();
    }
}

fn seated(mut guest: Guest) -> Guest {
    let seat = format!("near {}", guest.name.known_or_default());
    decide(&mut guest.seat, seat);
    guest
}
