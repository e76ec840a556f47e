"""The columns of `auditable inspect --format ndjson`, from the JSON Schema of its lines.

A database can guess columns from what it sees, and guesses wrong where the first thousand binaries have no list.
"""

import json
from pathlib import Path

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schema" / "inspect.json"


def duckdb():
    """As `{name: type}`, for `columns` of DuckDB's `read_json`."""
    names = {"string": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN"}

    def array(items):
        return f"{items}[]"

    def struct(fields):
        return "STRUCT(" + ", ".join(f'"{name}" {kind}' for name, kind in fields) + ")"

    return dict(_fields(_schema(), names, array, struct))


def spark():
    """As Spark's text of a schema."""
    names = {"string": "STRING", "integer": "BIGINT", "boolean": "BOOLEAN"}

    def array(items):
        return f"ARRAY<{items}>"

    def struct(fields):
        return "STRUCT<" + ", ".join(f"`{name}`: {kind}" for name, kind in fields) + ">"

    return ", ".join(f"`{name}` {kind}" for name, kind in _fields(_schema(), names, array, struct))


def _schema():
    return json.loads(SCHEMA.read_text())


def _fields(schema, names, array, struct):
    return [(name, _kind(inner, names, array, struct)) for name, inner in schema["properties"].items()]


def _kind(schema, names, array, struct):
    # Constants and choices are texts.
    kinds = schema.get("type", "string")
    kind = next(kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null")
    if kind == "array":
        return array(_kind(schema["items"], names, array, struct))
    if kind == "object":
        return struct(_fields(schema, names, array, struct))
    return names[kind]
