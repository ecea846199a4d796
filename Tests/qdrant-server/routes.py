"""The calls by method and path, and how a request becomes one of them."""

from __future__ import annotations

import dataclasses
import json
import re
import urllib.parse
from dataclasses import dataclass
from typing import Any, Callable, Optional

from pydantic import TypeAdapter, ValidationError
from qdrant_client.http import models

import operations
from errors import RequestError
from stored_collection import Collections

# The first that fits a method and a path is it.
_TABLE = [
    ("GET", "/collections", None, operations.list_collections),
    ("GET", "/collections/{name}", None, operations.collection_info),
    ("PUT", "/collections/{name}", models.CreateCollection, operations.create_collection),
    ("PATCH", "/collections/{name}", models.UpdateCollection, operations.change_collection),
    ("DELETE", "/collections/{name}", None, operations.delete_collection),
    ("GET", "/collections/{name}/exists", None, operations.collection_exists),
    ("PUT", "/collections/{name}/index", models.CreateFieldIndex, operations.create_index),
    ("DELETE", "/collections/{name}/index/{parameter}", None, operations.delete_index),
    ("PUT", "/collections/{name}/points", models.PointInsertOperations, operations.upsert),
    ("POST", "/collections/{name}/points", models.PointRequest, operations.retrieve),
    ("POST", "/collections/{name}/points/delete", models.PointsSelector, operations.delete_points),
    ("POST", "/collections/{name}/points/payload", models.SetPayload, operations.set_payload),
    ("PUT", "/collections/{name}/points/payload", models.SetPayload, operations.overwrite_payload),
    ("POST", "/collections/{name}/points/payload/delete", models.DeletePayload, operations.delete_payload),
    ("POST", "/collections/{name}/points/payload/clear", models.PointsSelector, operations.clear_payload),
    ("PUT", "/collections/{name}/points/vectors", models.UpdateVectors, operations.update_vectors),
    ("POST", "/collections/{name}/points/vectors/delete", models.DeleteVectors, operations.delete_vectors),
    ("POST", "/collections/{name}/points/batch", models.UpdateOperations, operations.update_batch),
    ("POST", "/collections/{name}/points/query", models.QueryRequest, operations.query),
    ("POST", "/collections/{name}/points/query/batch", models.QueryRequestBatch, operations.query_batch),
    ("POST", "/collections/{name}/points/scroll", models.ScrollRequest, operations.scroll),
    ("POST", "/collections/{name}/points/count", models.CountRequest, operations.count),
    ("POST", "/collections/{name}/facet", models.FacetRequest, operations.facet),
    ("GET", "/collections/{name}/points/{parameter}", None, operations.get_point),
    ("POST", "/_optimize/{name}", None, operations.optimize),
]

# The parameters behind a path's question mark: a misspelt one would be passed over in silence.
_PARAMETERS = {
    "wait": re.compile("true|false"), "ordering": re.compile("weak|medium|strong"), "timeout": re.compile("[1-9][0-9]*"),
    "consistency": re.compile("[1-9][0-9]*|majority|quorum|all"), "exact": re.compile("true|false"),
}


@dataclass(frozen=True)
class Route:
    """One call."""

    method: str
    pattern: re.Pattern
    adapter: Optional[TypeAdapter]
    operation: Callable[[Any], Any]


def _route(method, path, model, operation):
    pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))
    return Route(method, pattern, model and TypeAdapter(model), operation)


ROUTES = [_route(*row) for row in _TABLE]


@dataclass
class Call:
    """A request that is understood."""

    collections: Collections
    route: Route
    name: str
    parameter: str
    raw: bytes
    body: Any
    is_awaited: bool
    applied_points: Optional[int] = None

    @property
    def collection(self):
        """The one it is about."""
        return self.collections[self.name]

    def json(self):
        """The body as it was sent."""
        return json.loads(self.raw)

    def about(self, body):
        """The same call with a part of its body."""
        return dataclasses.replace(self, body=body)

    def answer(self):
        """Does it."""
        return self.route.operation(self)


def understand(collections, method, target, raw):
    """The call of a request; `target` is its path with parameters."""
    path, _, query = target.partition("?")
    for route in ROUTES:
        found = route.pattern.fullmatch(path)
        if found and route.method == method:
            break
    else:
        raise RequestError(404, f"The test server has no call {method} {path}")
    parameters = _parameters(query)
    segments = {key: urllib.parse.unquote(value) for key, value in found.groupdict().items()}
    body = None if route.adapter is None else _parsed(route.adapter, raw)
    return Call(
        collections, route, segments.get("name", ""), segments.get("parameter", ""), raw, body,
        is_awaited=parameters.get("wait") == "true")


def _parameters(query):
    parameters = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
    for name, value in parameters.items():
        if name not in _PARAMETERS or not _PARAMETERS[name].fullmatch(value):
            raise RequestError(400, f"Format error in query string: unknown parameter or value: {name}={value}")
    return parameters


def _parsed(adapter, raw):
    try:
        # Strict: "5" is no number.
        return adapter.validate_json(raw, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        places = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found[:4])
        raise RequestError(400, f"Format error in JSON body: {places}") from None
