//! Availability Zones.
//!
//! Filters are not applied: there are three zones, and all are shown.

use serde_json::{Value, json};

use crate::world::World;
use crate::world::ec2::{ZONES, zone_id};

pub fn describe(world: &World) -> Value {
    let region = world.ids.region();
    let zones = ZONES.into_iter().map(|letter| {
        let zone = format!("{region}{letter}");
        json!({
            "zoneName": zone, "zoneId": zone_id(&zone), "zoneState": "available",
            "zoneType": "availability-zone", "regionName": region, "groupName": region,
            "networkBorderGroup": region, "optInStatus": "opt-in-not-required", "messageSet": [],
        })
    });
    json!({ "availabilityZoneInfo": zones.collect::<Vec<_>>() })
}
