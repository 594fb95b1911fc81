//! A controller's way to AWS: calls as anybody makes them, under its own name.
//!
//! Has no way around a rule: what AWS refuses others, it refuses here.

use serde_json::Value;

use crate::api::{Call, Service};
use crate::wire::query;
use crate::world::Ruled;

/// Makes calls on behalf of one controller.
pub struct Aws<'a> {
    client: &'static str,
    call: &'a mut dyn FnMut(Call) -> Ruled<Value>,
}

impl<'a> Aws<'a> {
    pub fn new(client: &'static str, call: &'a mut dyn FnMut(Call) -> Ruled<Value>) -> Self {
        Self { client, call }
    }

    pub fn ec2(&mut self, action: &str, input: Value) -> Ruled<Value> {
        self.make(Service::Ec2, action, input)
    }

    pub fn elb(&mut self, action: &str, input: Value) -> Ruled<Value> {
        self.make(Service::Elb, action, input)
    }

    pub fn elbv2(&mut self, action: &str, input: Value) -> Ruled<Value> {
        self.make(Service::Elbv2, action, input)
    }

    fn make(&mut self, service: Service, action: &str, input: Value) -> Ruled<Value> {
        (self.call)(Call {
            service,
            action: action.to_owned(),
            input: query::typed(input),
            client: self.client.to_owned(),
        })
    }
}

/// Whether a thing is there, by what was answered: a refusal other than `code` is no answer.
pub fn there(answer: Ruled<Value>, code: &str) -> Ruled<Option<Value>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(refusal) if refusal.code == code => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// Done, or nothing to do.
pub fn unless(answer: Ruled<Value>, codes: &[&str]) -> Ruled<()> {
    match answer {
        Err(refusal) if !codes.contains(&refusal.code) => Err(refusal),
        _ => Ok(()),
    }
}
