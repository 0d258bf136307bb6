"""Reads a statement's OFX and Beancount files with the programs of others, and says what they have understood, as JSON.

Usage: read_statement.py FILE.ofx FILE.beancount; exit 1 if one of them refuses its file.
"""

import json
import sys

from beancount import loader
from ofxtools.Parser import OFXTree


def read_ofx(path):
    tree = OFXTree()
    tree.parse(path)
    statement = tree.convert().statements[0]
    movements = [[str(one.trntype), str(one.trnamt), one.fitid, one.name] for one in statement.transactions]
    return {"currency": statement.curdef, "balance": str(statement.ledgerbal.balamt), "movements": movements}


def read_beancount(path):
    entries, errors, _ = loader.load_file(path)
    if errors:
        raise ValueError("; ".join(error.message for error in errors))
    return {"transactions": sum(type(entry).__name__ == "Transaction" for entry in entries)}


try:
    print(json.dumps({"ofx": read_ofx(sys.argv[1]), "beancount": read_beancount(sys.argv[2])}))
except Exception as refused:  # whatever a reader raises is its refusal
    sys.exit(f"refused: {refused}")
