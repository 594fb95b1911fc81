//! Answers of the Query and EC2 protocols: JSON with AWS's member names in, XML out.
//!
//! Null members are left out; an empty list is an empty element, as AWS writes it.

use quick_xml::escape::escape;
use serde_json::Value;

/// `<ActionResponse><ActionResult>…</ActionResult><ResponseMetadata>…`.
pub fn query_answer(action: &str, namespace: &str, output: &Value, request_id: &str) -> String {
    let mut xml = format!("<{action}Response xmlns=\"{namespace}\"><{action}Result>");
    members(&mut xml, output, "member");
    xml.push_str(&format!(
        "</{action}Result><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>"
    ));
    xml
}

/// `<ActionResponse><requestId>…</requestId>…`, lists of `<item>`.
pub fn ec2_answer(action: &str, namespace: &str, output: &Value, request_id: &str) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{action}Response xmlns=\"{namespace}\"><requestId>{request_id}</requestId>"
    );
    members(&mut xml, output, "item");
    xml.push_str(&format!("</{action}Response>"));
    xml
}

fn members(xml: &mut String, value: &Value, item: &str) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                element(xml, name, value, item);
            }
        }
        Value::Array(items) => {
            for value in items {
                element(xml, item, value, item);
            }
        }
        Value::String(text) => xml.push_str(&escape(text.as_str())),
        scalar => xml.push_str(&scalar.to_string()),
    }
}

fn element(xml: &mut String, name: &str, value: &Value, item: &str) {
    xml.push_str(&format!("<{name}>"));
    members(xml, value, item);
    xml.push_str(&format!("</{name}>"));
}
