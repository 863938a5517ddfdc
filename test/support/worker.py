"""Runs Python snippets for the tests: one JSON request a line on stdin, one JSON reply a line on stdout.

A snippet finds what it was given as `input` and leaves its answer in `output`. Each has its own namespace, so none
sees another's names; what it prints goes to the reply, not to the channel.
"""

import contextlib
import io
import json
import math
import os
import sys
import traceback
import warnings


def encode(value):
    """JSON's values, with arrays as nested lists and non-finite numbers spelled out."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return value


def decode(pairs):
    return float(pairs["$float"]) if "$float" in pairs else pairs


def run(request):
    namespace = {"__name__": "snippet", "input": request["input"]}
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # divisions by zero are the caller's to judge
            exec(compile(request["source"], "<snippet>", "exec"), namespace)
            if "output" not in namespace:
                raise NameError("the snippet did not set `output`")
            return {"output": encode(namespace["output"]), "printed": printed.getvalue()}
    except BaseException:
        return {"error": traceback.format_exc(), "printed": printed.getvalue()}


channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # what native code prints must not end up between the replies
for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8"):
    reply = run(json.loads(line, object_hook=decode))
    try:
        text = json.dumps(reply)
    except TypeError as problem:
        text = json.dumps({"error": f"`output` is not JSON: {problem}", "printed": reply["printed"]})
    channel.write(text + "\n")
    channel.flush()
