"""Whether a request keeps to one tenant: the tenants' field in the filter, at the top and in everything it chooses from."""

from __future__ import annotations

from dataclasses import dataclass

from qdrant_client.http import models

from filters import as_list


@dataclass(frozen=True)
class Isolation:
    """What a request is about: `collection`, `tenants` (it lists them), or data, which is `filtered` or `unfiltered`."""

    kind: str
    tenants: tuple = ()


COLLECTION = Isolation("collection")
UNFILTERED = Isolation("unfiltered")


def isolation(body, key):
    """That of a parsed request; `key` is the tenants' field."""
    if isinstance(body, (models.CreateCollection, models.UpdateCollection, models.CreateFieldIndex)) or body is None:
        return COLLECTION
    if isinstance(body, models.FacetRequest) and body.key == key and body.filter is None:
        return Isolation("tenants")
    if isinstance(body, models.ScrollRequest) and _lists_tenants(body.filter):
        return Isolation("tenants")
    found = list(_tenants(body, key))
    if not found or None in found:
        return UNFILTERED
    return Isolation("filtered", tuple(sorted(set(found))))


def _lists_tenants(value):
    """Whether a filter admits only the points that stand for tenants as such."""
    return any(
        isinstance(each, models.FieldCondition) and each.key == "kind" and each.match == models.MatchValue(value="tenant")
        for each in as_list(value and value.must))


def _tenants(body, key):
    """One for each place where there must be one; None where it is missing."""
    if isinstance(body, models.QueryRequestBatch):
        for each in body.searches:
            yield from _tenants(each, key)
    elif isinstance(body, (models.QueryRequest, models.Prefetch)):
        yield _tenant(body.filter, key)
        corpus = getattr(body.params and body.params.idf, "corpus", None)
        if corpus is not None:
            yield _tenant(corpus, key)
        for each in as_list(body.prefetch):
            yield from _tenants(each, key)
    elif isinstance(body, models.PointsList):
        for each in body.points:
            yield _payload_tenant(each.payload, key)
    elif isinstance(body, models.PointsBatch):
        for each in body.batch.payloads or [None]:
            yield _payload_tenant(each, key)
    elif isinstance(body, models.UpdateOperations):
        for each in body.operations:
            for name in each.model_fields_set:
                yield from _tenants(getattr(each, name), key)
    elif isinstance(body, models.UpdateVectors):
        yield _tenant(body.update_filter, key)
    else:
        # Ids alone are no filter: nothing keeps them from naming another tenant's points.
        yield _tenant(getattr(body, "filter", None), key)


def _payload_tenant(payload, key):
    value = (payload or {}).get(key)
    return value if isinstance(value, str) else None


def _tenant(value, key):
    for each in as_list(value and value.must):
        if isinstance(each, models.FieldCondition) and each.key == key and isinstance(each.match, models.MatchValue):
            return str(each.match.value)
    return None
