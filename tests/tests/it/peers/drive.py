"""Runs a table of commands through the AWS CLI, all in one process, and prints what each call was answered.

Usage: drive.py TABLE PACE NAME=value...
PACE is how much faster than AWS the answering side lives: waiters sleep that much less between two looks. The endpoint
and the credentials come from the environment, as for any `aws`.

A line of the table is a command as one would type it after `aws`. `NAME = command | query` keeps what the query finds
for later lines, as $NAME; `! Code command` expects a refusal. A line that is indented continues the one before it.
Prints one JSON object per command and never stops early: whoever reads them judges.
"""
import contextlib, io, json, re, shlex, string, sys, time

import awscli.clidriver, jmespath
import botocore.waiter

import shape


class Waiting:
    """`time`, as the waiters see it."""

    def __init__(self, pace):
        self.pace = pace

    def sleep(self, seconds):
        time.sleep(seconds / self.pace)


def commands(text):
    """Number of the first line, the line with its continuations."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            found[-1][1] += " " + line.strip()
        else:
            found.append([number, line])
    return found


def read(line):
    """Name to keep, query, expected refusal, the command's words."""
    name = query = refusal = None
    if kept := re.match(r"(\w+) = (.*) \| (.*)$", line):
        name, line, query = kept.groups()
    if refused := re.match(r"! ([\w.]+) (.*)$", line):
        refusal, line = refused.groups()
    return name, query, refusal, line


def main(table, pace, *given):
    botocore.waiter.time = Waiting(float(pace))
    calls = []

    def answered(http_response, parsed, model, **_):
        error = parsed.get("Error", {}) if http_response.status_code >= 300 else {}
        calls.append(
            {
                "service": model.service_model.service_name,
                "action": model.name,
                "error": error.get("Code"),
                "output": None if error else shape.named(model.output_shape, parsed),
                "complaints": shape.complaints(model, http_response.content, error.get("Code")),
            }
        )

    def listening():
        driver = awscli.clidriver.create_clidriver()
        driver.session.register("after-call", answered)
        return driver

    usual = listening()
    kept = dict(pair.split("=", 1) for pair in given)
    with open(table) as lines:
        text = lines.read()
    for number, line in commands(text):
        name, query, refusal, command = read(line)
        words = shlex.split(string.Template(command).safe_substitute(kept))
        calls.clear()
        # The CLI's own additions to these leave a hook behind, over which the next command would fall.
        driver = listening() if words[1].startswith("modify-") else usual
        out, talk = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(talk):
            try:
                code = driver.main([*words, "--output", "json"])
            except SystemExit as end:
                code = end.code
        if name:
            answer = json.loads(out.getvalue() or "null")
            kept[name] = str(jmespath.search(query, answer) or "nothing")
        report = {
            "line": number,
            "command": command,
            "refusal": refusal,
            "keeps": {"name": name, "value": kept[name]} if name else None,
            "code": code,
            "talk": talk.getvalue().strip(),
            "calls": list(calls),
        }
        print(json.dumps(report, default=str), flush=True)


main(*sys.argv[1:])
