//! AWS's calls by service: members in, a rule of the world applied, members out.
//!
//! No HTTP, and no rule of its own: a refusal comes from the world or from the shape of the request.

/// The actions that a service answers, each named once: the match over them and the list of their names.
macro_rules! answers {
    (|$world:ident, $args:ident| { $($($name:literal)|+ => $answer:expr,)+ }) => {
        pub const ACTIONS: &[&str] = &[$($($name),+),+];

        fn answer(
            $world: &mut $crate::world::World,
            action: &str,
            $args: &$crate::api::args::Args<'_>,
        ) -> Option<$crate::world::Ruled<serde_json::Value>> {
            Some(match action {
                $($($name)|+ => $answer,)+
                _ => return None,
            })
        }
    };
}

mod args;
mod autoscaling;
mod dump;
mod ec2;
mod ecs;
mod eks;
mod elb;
mod elbv2;
mod page;
mod sts;
mod tag_limits;

use serde_json::{Map, Value};

pub use dump::dump;
pub use eks::{ROUTES as EKS_ROUTES, unknown as no_route};

use crate::wire::Protocol;
use crate::world::{Refusal, Ruled, World};

/// The services the sandbox speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Elb,
    Elbv2,
    Eks,
    Ecs,
    Sts,
    Ec2,
    Autoscaling,
}

/// One request, freed of its protocol.
#[derive(Debug, Clone)]
pub struct Call {
    pub service: Service,
    pub action: String,
    pub input: Map<String, Value>,
    /// Who the caller says to be: an SDK's own header, else the user agent.
    pub client: String,
}

/// Every call that is answered: service and action.
pub fn calls() -> impl Iterator<Item = (&'static str, &'static str)> {
    let services = [
        Service::Elb,
        Service::Elbv2,
        Service::Eks,
        Service::Ecs,
        Service::Sts,
        Service::Ec2,
        Service::Autoscaling,
    ];
    services
        .into_iter()
        .flat_map(|it| it.actions().iter().map(move |action| (it.name(), *action)))
}

impl Service {
    fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Elb => elb::ACTIONS,
            Self::Elbv2 => elbv2::ACTIONS,
            Self::Eks => eks::ACTIONS,
            Self::Ecs => ecs::ACTIONS,
            Self::Sts => sts::ACTIONS,
            Self::Ec2 => ec2::ACTIONS,
            Self::Autoscaling => autoscaling::ACTIONS,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Elb => "elb",
            Self::Elbv2 => "elbv2",
            Self::Eks => "eks",
            Self::Ecs => "ecs",
            Self::Sts => "sts",
            Self::Ec2 => "ec2",
            Self::Autoscaling => "application-autoscaling",
        }
    }

    pub fn protocol(self) -> Protocol {
        match self {
            Self::Elb | Self::Elbv2 | Self::Sts => Protocol::Query,
            Self::Ec2 => Protocol::Ec2,
            Self::Ecs | Self::Autoscaling => Protocol::Json,
            Self::Eks => Protocol::Rest,
        }
    }

    pub fn namespace(self) -> &'static str {
        match self {
            Self::Elb => "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/",
            Self::Elbv2 => "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
            Self::Ec2 => "http://ec2.amazonaws.com/doc/2016-11-15/",
            Self::Ecs | Self::Autoscaling | Self::Eks => "",
        }
    }
}

impl Call {
    /// Whether it could change anything.
    pub fn mutating(&self) -> bool {
        !["Describe", "List", "Get"]
            .iter()
            .any(|prefix| self.action.starts_with(prefix))
    }

    /// Applies the call. A refusal has changed nothing.
    pub fn apply(&self, world: &mut World) -> Ruled<Value> {
        match self.service {
            Service::Elb => elb::apply(world, &self.action, &self.input),
            Service::Eks => eks::apply(world, &self.action, &self.input),
            Service::Elbv2 => elbv2::apply(world, &self.action, &self.input),
            Service::Ecs => ecs::apply(world, &self.action, &self.input),
            Service::Sts => sts::apply(world, &self.action, &self.input),
            Service::Ec2 => ec2::apply(world, &self.action, &self.input),
            Service::Autoscaling => autoscaling::apply(world, &self.action, &self.input),
        }
    }
}

/// A Query action nobody knows.
fn unknown_action(action: &str, version: &str) -> Refusal {
    Refusal::new(
        "InvalidAction",
        format!("Could not find operation {action} for version {version}"),
    )
}
