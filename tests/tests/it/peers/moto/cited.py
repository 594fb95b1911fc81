"""Looks up quotations in AWS's own words: the model in botocore and the examples in the AWS CLI.

Usage: cited.py JSON, a list of [kind, where, quotation]. Prints a line for each that is not there.
"""
import json, os, re, sys

import awscli
import botocore.session

LOADER = botocore.session.get_session().get_component("data_loader")
EXAMPLES = os.path.join(os.path.dirname(awscli.__file__), "examples")


def plain(text):
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def model(name):
    service, shape, *member = name.split(".")
    described = LOADER.load_service_model(service, "service-2")
    if shape in described["operations"] and not member:
        return described["operations"][shape].get("documentation", "")
    described = described["shapes"][shape]
    if member:
        return described["members"][member[0]].get("documentation", "")
    # Of a shape its documentation and, for what has no words, the names of its members.
    return described.get("documentation", "") + " members: " + ", ".join(described.get("members", {}))


def example(name):
    with open(os.path.join(EXAMPLES, name)) as lines:
        return lines.read()


for kind, where, says in json.loads(sys.argv[1]):
    try:
        text = plain({"model": model, "example": example}[kind](where))
    except (KeyError, OSError) as error:
        print(f"there is no {kind} {where}: {error!r}")
        continue
    if plain(says) not in text:
        print(f"{kind} {where} does not say: {says}")
