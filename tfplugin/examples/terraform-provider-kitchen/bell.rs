//! `kitchen_bell`, the action: rings, and says so each time.

use tfplugin::*;

use crate::store::Store;

pub struct Bell(pub Store);

model! {
    /// Calls people to the table.
    pub struct Ring {
        /// What is ready.
        pub dish: Attr<String> => required(),
        /// How often; once, when left out.
        pub times: Attr<u8> => optional(),
    }
}

#[async_trait]
impl Action for Bell {
    type Config = Ring;

    fn type_name(&self) -> &str {
        "kitchen_bell"
    }

    async fn validate(&self, config: &Ring, diags: &mut Diagnostics) {
        if config.times.known().is_some_and(|times| *times > 20) {
            diags.error_at(Path::root("times"), "that is noise", "Ring 20 times at most.");
        }
    }

    async fn plan(&self, req: PlanActionRequest<Ring>) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        if req.config.times.known().is_some_and(|times| *times == 13) {
            diagnostics.warning("thirteen times", "Some people will not like that.");
        }
        diagnostics
    }

    async fn invoke(&self, req: InvokeRequest<Ring>, progress: Progress) -> Diagnostics {
        let dish = req.config.dish.known_or_default();
        let times = req.config.times.known().copied().unwrap_or(1);
        for time in 1..=times {
            progress.say(format!("ding {time} of {times}: {dish}"));
            assert!(dish != "bronze", "the bell cracked");
        }
        self.0.note(&format!("ring {times} {dish}"));
        let mut diagnostics = Diagnostics::new();
        if dish == "nothing" {
            diagnostics.error("nobody came", "There was nothing to eat.");
        }
        diagnostics
    }
}
