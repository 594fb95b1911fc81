"""AWS's own model of an answer: what a raw answer says that the model does not know, and the parsed one with names.

botocore drops what it does not know and accepts what is missing, so that agreeing with it proves little: these
functions read the raw answer beside the model. They change nothing.
"""
import json, re, xml.etree.ElementTree

# Refusals that every call may give, so no call's model lists them.
COMMON = {"ValidationError", "InvalidAction", "UnknownOperationException"}

# Values that AWS gives and its enums lack: said in the documentation of InternetGatewayAttachment.State, in that of
# DescribeNetworkInterfaces' filter interface-type, and in the CLI's examples of describe-vpc-endpoints.
BESIDES = {"AttachmentStatus": {"available"}, "NetworkInterfaceType": {"nat_gateway"}, "State": {"available"}}


def named(shape, value):
    """A parsed answer in which every structure says which one it is, under the key `$`."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        members = {name: named(member, value[name]) for name, member in shape.members.items() if name in value}
        return {"$": shape.name, **members}
    if shape.type_name == "list":
        return [named(shape.member, item) for item in value]
    if shape.type_name == "timestamp":
        return "a time"
    return value


def complaints(model, body, error):
    """Where a raw answer and the model of its call disagree."""
    found = []
    if error:
        codes = {shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes}
        # EC2 models no errors at all.
        if error not in codes | COMMON and model.service_model.service_name != "ec2":
            found.append(f"{error} is no error of {model.name}: {', '.join(sorted(codes))}")
        return found
    if model.output_shape is None:
        return found
    protocol = model.service_model.metadata["protocol"]
    if protocol in ("json", "rest-json"):
        of_json(model.output_shape, json.loads(body), model.output_shape.name, found)
        return found
    root = xml.etree.ElementTree.fromstring(body)
    if protocol == "query":
        root = root.find("{*}" + model.output_shape.serialization["resultWrapper"])
    of_xml(model.output_shape, root, model.output_shape.name, "item" if protocol == "ec2" else "member", found)
    return found


def of_json(shape, value, path, found):
    kind = {"structure": dict, "map": dict, "list": list, "boolean": bool, "integer": int, "long": int, "string": str}
    if value is None:
        # ECS writes no nulls; whoever reads its JSON need not expect one.
        found.append(f"{path} is null")
    elif shape.type_name in kind and type(value) is not kind[shape.type_name]:
        found.append(f"{path} is {value!r}, which is no {shape.type_name}")
    elif shape.type_name == "structure":
        structure(shape, {name: name for name in shape.members}, value, path, found)
        for name in value.keys() & shape.members.keys():
            of_json(shape.members[name], value[name], f"{path}.{name}", found)
    elif shape.type_name == "list":
        for item in value:
            of_json(shape.member, item, f"{path}[]", found)
    elif shape.type_name == "timestamp" and type(value) not in (int, float):
        found.append(f"{path} is {value!r}, not seconds since 1970")
    elif shape.type_name == "string":
        one_of(shape, value, path, found)


def of_xml(shape, node, path, item, found):
    if shape.type_name == "structure":
        members = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        tags = [tag(child) for child in node]
        if item == "item":
            tags = [name for name in tags if name != "requestId"]
        structure(shape, members, tags, path, found)
        for child in node:
            if tag(child) in members:
                name = members[tag(child)]
                of_xml(shape.members[name], child, f"{path}.{name}", item, found)
    elif shape.type_name == "list":
        for child in node:
            if tag(child) != item:
                found.append(f"{path} is a list and has <{tag(child)}>")
            of_xml(shape.member, child, f"{path}[]", item, found)
    elif len(node):
        found.append(f"{path} is {shape.type_name} and has <{tag(node[0])}>")
    elif shape.type_name in ("integer", "long") and not (node.text or "").lstrip("-").isdigit():
        found.append(f"{path} is {node.text!r}, which is no integer")
    elif shape.type_name == "boolean" and node.text not in ("true", "false"):
        found.append(f"{path} is {node.text!r}, which is no boolean")
    elif shape.type_name == "timestamp" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", node.text or ""):
        found.append(f"{path} is {node.text!r}, which is no time")
    elif shape.type_name == "string":
        one_of(shape, node.text or "", path, found)


def structure(shape, members, there, path, found):
    there = list(there)
    for name in sorted(set(there) - members.keys()):
        found.append(f"{path} has {name}, which the model does not know")
    for name in sorted({name for name in there if there.count(name) > 1}):
        found.append(f"{path} has {name} more than once")
    for wire, name in members.items():
        if name in shape.required_members and wire not in there:
            found.append(f"{path} has no {name}, which is required")


def one_of(shape, value, path, found):
    if shape.enum and value not in shape.enum and value not in BESIDES.get(shape.name, ()):
        found.append(f"{path} is {value!r}, which is none of {', '.join(shape.enum)}")


def tag(node):
    return node.tag.rpartition("}")[2]
