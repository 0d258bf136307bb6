"""Gives Schemathesis ids of things that are there: made-up ones get no further than 404.

REAL_IDS is a JSON object from a collection in an address, or a field in a body, to an id. Every other request keeps what was made up.
"""

import itertools
import json
import os

import schemathesis

REAL = json.loads(os.environ["REAL_IDS"])
TURN = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    if next(TURN) % 2:
        return
    names = case.path_parameters or {}
    parts = case.path.split("/")
    for collection, parameter in zip(parts, parts[1:]):
        name = parameter.strip("{}")
        if parameter != name and name in names and collection in REAL:
            names[name] = REAL[collection]
    if isinstance(case.body, dict):
        for field in case.body.keys() & REAL.keys():
            case.body[field] = REAL[field]
