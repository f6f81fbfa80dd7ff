"""The reference page of the workspace's API, written from the API's own description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def as_markdown() -> str:
    """Every operation with its parameters, its body and its answers; then each kind of record, field by field."""
    from childfirst.config.api import api

    told = api.get_openapi_schema(path_prefix="/api/")
    schemas: dict[str, Schema] = told["components"]["schemas"]
    lines = [
        "# API of the workspace",
        "",
        "This page is generated: `make docs`. The same as a file for programs: `/api/openapi.json`, for whoever may use the API.",
        "How a force's system uses it is told in [Record from another system](../how-to/for-system-integrators.md).",
        "",
        "Every call needs `Authorization: Bearer` and a key, or the session of a person who has signed in. Errors are",
        "`application/problem+json` (RFC 9457), with `faults` that name each field by a JSON pointer.",
        "",
    ]
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            lines += _operation(method.upper(), path, operation)
    lines += ["# What is sent and answered", ""]
    for name in sorted(schemas):
        if "properties" in schemas[name]:
            lines += _record(name, schemas[name], schemas)
    return "\n".join(lines)


def _operation(method: str, path: str, operation: Schema) -> Iterator[str]:
    yield f"## {operation['summary']}"
    yield ""
    yield f"`{method} {path}`"
    yield ""
    if operation.get("description"):
        yield _flat(operation["description"])
        yield ""
    parameters = operation.get("parameters", [])
    if parameters:
        yield "| Parameter | In | Type | Meaning |"
        yield "| --- | --- | --- | --- |"
        for one in parameters:
            needed = " *(needed)*" if one.get("required") else ""
            meaning = _flat(one.get("description") or one["schema"].get("description", ""))
            yield f"| `{one['name']}`{needed} | {one['in']} | {_kind(one['schema'])} | {meaning} |"
        yield ""
    if "requestBody" in operation:
        sent = next(iter(operation["requestBody"]["content"].values()))["schema"]
        yield f"Body: {_kind(sent)}."
        yield ""
    answers = [
        f"**{status}** {_kind(next(iter(answer['content'].values()))['schema'])}" if answer.get("content") else f"**{status}**"
        for status, answer in sorted(operation["responses"].items())
    ]  # fmt: skip
    yield f"Answers: {', '.join(answers)}."
    yield ""


def _record(name: str, schema: Schema, schemas: dict[str, Schema]) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    if schema.get("description"):
        yield _flat(schema["description"])
        yield ""
    yield "| Field | Type | Meaning |"
    yield "| --- | --- | --- |"
    needed = set(schema.get("required", ()))
    for field, kind in schema["properties"].items():
        star = " *(needed)*" if field in needed else ""
        meaning = [_flat(kind.get("description", "")), *_values(kind, schemas)]
        yield f"| `{field}`{star} | {_kind(kind)} | {' '.join(part for part in meaning if part)} |"
    yield ""


def _values(kind: Schema, schemas: dict[str, Schema]) -> Iterator[str]:
    for one in (kind, *kind.get("anyOf", ()), *kind.get("allOf", ())):
        target = schemas.get(one.get("$ref", "").rpartition("/")[2], one)
        if "enum" in target:
            yield ", ".join(f"`{value}`" for value in target["enum"])


def _kind(schema: Schema) -> str:
    """The type in words: ``text``, ``number or null``, ``list of CandidateOut``."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "allOf" in schema:
        return _kind(schema["allOf"][0])
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if name.endswith(("In", "Out", "Listed")) else "code"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    words = {
        "string": "text",
        "integer": "whole number",
        "boolean": "true or false",
        "object": "object",
        "null": "null",
    }
    kind = {"date-time": "moment", "date": "date"}.get(schema.get("format", "")) or words.get(
        schema.get("type", ""), str(schema.get("type", "anything"))
    )
    limits = [
        f"{word} {schema[name]}"
        for name, word in (("minimum", "from"), ("maximum", "to"), ("maxLength", "up to"))
        if name in schema
    ]
    return f"{kind} ({', '.join(limits)})" if limits else kind


def _flat(text: str) -> str:
    """Running text on one line, as a cell of a table takes it."""
    return " ".join(text.split()).replace("|", "\\|").replace("``", "`")
