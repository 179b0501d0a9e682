"""The JSON API's description: OpenAPI 3.1 from the routes' own policies and shapes, at ``/api/v1/openapi.json``."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response

from exchange.core.settings import Settings
from exchange.core.web.api import ROUTES, Route
from exchange.core.web.policy import Policy, declare

PROBLEM = {
    "type": "object",
    "required": ["type", "status", "code", "title", "message"],
    "properties": {
        "type": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"}, "title": {"type": "string"},
        "message": {"type": "object", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}},
        "field": {"type": ["string", "null"]}, "details": {"type": "object"},
        "faults": {"type": "array", "items": {"type": "object"}}, "request_id": {"type": "string"},
    },
}


def install(app: Flask, settings: Settings) -> None:
    """Serve the description."""
    policy = declare(Policy("openapi", "GET", "/api/v1/openapi.json", public="the description of the API is open"))
    app.add_url_rule(policy.rule, policy.endpoint, lambda: Response(_described(len(ROUTES)), mimetype="application/json"), methods=["GET"])


@lru_cache(maxsize=1)
def _described(routes: int) -> str:
    """The description as text, made once a process; the routes are all known when the first request comes."""
    return json.dumps(description(), ensure_ascii=False, separators=(",", ":"))


def description() -> dict[str, Any]:
    """The whole API as an OpenAPI document."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda each: False)  # type: ignore[arg-type,return-value]  # False, its documented word for "inline"
    spec = APISpec("Zhirong API", "1", "3.1.0", plugins=[plugin])
    spec.components.schema("Problem", PROBLEM)
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for route in sorted(ROUTES, key=lambda each: (each.policy.rule, each.policy.method)):
        spec.path(path=_path(route.policy.rule), operations={route.policy.method.lower(): _operation(route)})
    return dict(spec.to_dict())


def _path(rule: str) -> str:
    return rule.replace("<int:", "<").replace("<", "{").replace(">", "}")


def _operation(route: Route) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _names(route.policy.rule)
    ]
    if route.policy.keyed:
        parameters.append({
            "name": "Idempotency-Key", "in": "header", "required": True,
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"}})
    if route.query is not None:
        parameters.append({"in": "query", "schema": route.query})
    operation: dict[str, Any] = {
        "operationId": route.policy.endpoint.replace("api_", "").replace(".", "_"), "tags": [route.tag],
        "summary": route.summary, "parameters": parameters, "x-permission": route.policy.permission or "public",
        "responses": {
            str(route.status): _answer(route),
            "default": {"description": "A refusal", "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        },
    }
    if route.policy.permission:
        operation["security"] = [{"token": []}]
    if route.body is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": route.body}}, "required": True}
    return operation


def _names(rule: str) -> list[str]:
    return [part.rpartition(":")[2].rstrip(">").lstrip("<") for part in rule.split("/") if part.startswith("<")]


def _answer(route: Route) -> dict[str, Any]:
    if route.answer is None:
        return {"description": "Done"}
    schema: Any = {"type": "object", "properties": {
        "items": {"type": "array", "items": {"type": "object"}}, "next": {"type": ["string", "null"]}}}
    return {"description": "Done", "content": {"application/json": {"schema": schema if route.many else route.answer}}}
