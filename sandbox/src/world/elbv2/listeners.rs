//! Listeners and their default rule.
//!
//! The port is AWS's; which local socket serves it is the data plane's business.

use std::collections::BTreeMap;

use super::attributes::check_known;
use super::{Action, Kind, Listener, Rule};
use crate::world::{Refusal, Ruled, World};

const LISTENERS_PER_BALANCER: usize = 50;

/// What Create- and ModifyListener may set besides the actions.
#[derive(Debug, Clone, Default)]
pub struct ListenerSettings {
    pub port: Option<u16>,
    pub protocol: Option<String>,
    pub ssl_policy: Option<String>,
    pub certificates: Vec<String>,
}

impl World {
    pub fn create_listener(
        &mut self,
        load_balancer: &str,
        settings: ListenerSettings,
        actions: Vec<Action>,
        tags: BTreeMap<String, String>,
    ) -> Ruled<String> {
        let balancer = self.load_balancer(load_balancer)?.clone();
        let (port, protocol) = place(balancer.kind, &settings)?;
        check_protocol(balancer.kind, &protocol, &settings.certificates)?;
        self.check_port_free(load_balancer, port, None)?;
        let listeners = self
            .elbv2
            .listeners
            .values()
            .filter(|it| it.load_balancer == load_balancer)
            .count();
        if LISTENERS_PER_BALANCER <= listeners {
            return Err(Refusal::new(
                "TooManyListeners",
                format!(
                    "The maximum number of listeners on load balancer '{load_balancer}' has been reached"
                ),
            ));
        }
        self.check_actions(load_balancer, &actions, None)?;

        let path = format!("{}/{}/{}", balancer.kind.short(), balancer.name, balancer.id);
        let id = self.ids.hex16("listener", &format!("{path}:{port}"));
        let arn = self.ids.elb_arn(&format!("listener/{path}/{id}"));
        let rule_id = self.ids.hex16("listener-rule", &format!("{arn}/default"));
        let default_rule = self.ids.elb_arn(&format!("listener-rule/{path}/{id}/{rule_id}"));
        let ssl_policy = is_secure(&protocol).then(|| {
            settings
                .ssl_policy
                .unwrap_or_else(|| "ELBSecurityPolicy-2016-08".into())
        });
        self.set_tags(&arn, tags);
        self.elbv2.listeners.insert(
            arn.clone(),
            Listener {
                arn: arn.clone(),
                load_balancer: load_balancer.to_owned(),
                port,
                protocol,
                ssl_policy,
                certificates: settings.certificates,
                attributes: attributes(balancer.kind),
                default_rule: default_rule.clone(),
            },
        );
        let rule = Rule {
            arn: default_rule.clone(),
            listener: arn.clone(),
            priority: None,
            conditions: Vec::new(),
            actions,
        };
        self.elbv2.rules.insert(default_rule, rule);
        self.refresh_group_use();
        Ok(arn)
    }

    /// Omitted and empty lists leave things as they are.
    pub fn modify_listener(
        &mut self,
        arn: &str,
        settings: ListenerSettings,
        actions: Vec<Action>,
    ) -> Ruled<()> {
        let listener = self.listener(arn)?.clone();
        let protocol = settings.protocol.unwrap_or_else(|| listener.protocol.clone());
        let certificates = if settings.certificates.is_empty() {
            listener.certificates.clone()
        } else {
            settings.certificates
        };
        let kind = self.load_balancer(&listener.load_balancer)?.kind;
        check_protocol(kind, &protocol, &certificates)?;
        if let Some(port) = settings.port {
            self.check_port_free(&listener.load_balancer, port, Some(arn))?;
        }
        if !actions.is_empty() {
            self.check_actions(&listener.load_balancer, &actions, Some(&listener.default_rule))?;
            let before = self.rules_before(arn);
            if let Some(rule) = self.elbv2.rules.get_mut(&listener.default_rule) {
                rule.actions = actions;
            }
            self.propagate(arn, before);
        }
        if let Some(stored) = self.elbv2.listeners.get_mut(arn) {
            stored.port = settings.port.unwrap_or(stored.port);
            stored.ssl_policy = is_secure(&protocol).then(|| {
                settings
                    .ssl_policy
                    .or_else(|| stored.ssl_policy.take())
                    .unwrap_or_else(|| "ELBSecurityPolicy-2016-08".into())
            });
            stored.certificates = if is_secure(&protocol) {
                certificates
            } else {
                Vec::new()
            };
            stored.protocol = protocol;
        }
        self.refresh_group_use();
        Ok(())
    }

    pub fn delete_listener(&mut self, arn: &str) -> Ruled<()> {
        self.listener(arn)?;
        self.elbv2.listeners.remove(arn);
        self.elbv2.propagation.forget(arn);
        let rules: Vec<String> = self
            .elbv2
            .rules
            .values()
            .filter(|rule| rule.listener == arn)
            .map(|rule| rule.arn.clone())
            .collect();
        for rule in rules {
            self.elbv2.rules.remove(&rule);
            self.tags.remove(&rule);
        }
        self.tags.remove(arn);
        self.refresh_group_use();
        Ok(())
    }

    pub fn listener(&self, arn: &str) -> Ruled<&Listener> {
        self.elbv2
            .listeners
            .get(arn)
            .ok_or_else(|| Refusal::new("ListenerNotFound", format!("Listener '{arn}' not found")))
    }

    pub fn set_listener_attributes(
        &mut self,
        arn: &str,
        changes: BTreeMap<String, String>,
    ) -> Ruled<&Listener> {
        let listener = self
            .elbv2
            .listeners
            .get_mut(arn)
            .ok_or_else(|| Refusal::new("ListenerNotFound", format!("Listener '{arn}' not found")))?;
        check_known(&listener.attributes, &changes, "Listener")?;
        listener.attributes.extend(changes);
        Ok(listener)
    }

    fn check_port_free(&self, load_balancer: &str, port: u16, except: Option<&str>) -> Ruled<()> {
        let taken = self.elbv2.listeners.values().any(|listener| {
            listener.load_balancer == load_balancer
                && listener.port == port
                && Some(listener.arn.as_str()) != except
        });
        if taken {
            return Err(Refusal::new(
                "DuplicateListener",
                format!("A listener already exists on this port for this load balancer '{load_balancer}'"),
            ));
        }
        Ok(())
    }
}

/// Port and protocol of a listener; on a Gateway Load Balancer it has neither.
fn place(kind: Kind, settings: &ListenerSettings) -> Ruled<(u16, String)> {
    if kind == Kind::Gateway {
        if settings.port.is_some() || settings.protocol.is_some() {
            return Err(Refusal::validation(
                "A listener of a gateway load balancer has neither a port nor a protocol",
            ));
        }
        return Ok((0, String::new()));
    }
    let port = settings
        .port
        .ok_or_else(|| Refusal::validation("A listener port must be specified"))?;
    let protocol = settings
        .protocol
        .clone()
        .ok_or_else(|| Refusal::validation("A listener protocol must be specified"))?;
    Ok((port, protocol))
}

fn is_secure(protocol: &str) -> bool {
    ["HTTPS", "TLS"].contains(&protocol)
}

fn attributes(kind: Kind) -> BTreeMap<String, String> {
    let (key, value) = match kind {
        Kind::Application => ("routing.http.response.server.enabled", "true"),
        Kind::Network | Kind::Gateway => ("tcp.idle_timeout.seconds", "350"),
    };
    BTreeMap::from([(key.into(), value.into())])
}

fn check_protocol(kind: Kind, protocol: &str, certificates: &[String]) -> Ruled<()> {
    let known = match kind {
        Kind::Gateway => protocol.is_empty(),
        Kind::Application | Kind::Network => kind.protocols().contains(&protocol),
    };
    if !known {
        return Err(Refusal::validation(format!(
            "Listener protocol '{protocol}' must be one of '{}'",
            kind.protocols().join(", ")
        )));
    }
    if is_secure(protocol) && certificates.is_empty() {
        return Err(Refusal::validation(format!(
            "A certificate must be specified for {protocol} listeners"
        )));
    }
    Ok(())
}
