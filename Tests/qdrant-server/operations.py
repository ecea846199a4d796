"""What each call does: a parsed request goes in, the answer's `result` comes out."""

from __future__ import annotations

import qdrant_edge as engine
from qdrant_client.http import models

from errors import accept_only, bad_request, invalid, not_found, require_positive, unsupported
from filters import engine_filter, given, point_id
from queries import (DEFAULT_LIMIT, enumerated, json_id, point_vectors, query_request, record, scored,
                     scroll_request, selector)

UPDATES = engine.UpdateOperation


def list_collections(call):
    return {"collections": [{"name": name} for name in call.collections.names()]}


def collection_exists(call):
    return {"exists": call.name in call.collections.names()}


def create_collection(call):
    call.collections.create(call.name, call.json())
    return True


def change_collection(call):
    accept_only(call.body, "strict_mode_config", "metadata", "optimizers_config", "params")
    if call.body.params is not None:
        accept_only(call.body.params, "replication_factor", "write_consistency_factor")
    call.collection.change(call.json())
    return True


def delete_collection(call):
    return call.collections.delete(call.name)


def collection_info(call):
    return call.collection.info()


def create_index(call):
    return call.collection.create_index(call.body.field_name, call.body.field_schema, call.is_awaited)


def delete_index(call):
    return call.collection.delete_index(call.parameter, call.is_awaited)


def optimize(call):
    """Builds the indexes now, as a server does in the background. Not a call of Qdrant's."""
    collection = call.collection
    with collection.lock:
        collection.apply_waiting()
        return collection.shard.optimize()


def _change(call, operation):
    return call.collection.update(operation, call.is_awaited)


def upsert(call):
    body, collection = call.body, call.collection
    accept_only(body, "points", "batch", "update_filter", "update_mode")
    if isinstance(body, models.PointsBatch):
        points = _columns(body.batch, collection)
    else:
        for each in body.points:
            collection.check_vectors(each.vector)
        points = [engine.Point(point_id(each.id), point_vectors(each.vector), each.payload) for each in body.points]
    collection.strict.check_limit("upsert_max_batchsize", len(points), "upsert limit")
    collection.strict.check_filter(body.update_filter, collection.indexes, updates=True)
    if call.applied_points is not None:
        points = points[:call.applied_points]
    options = given(condition=engine_filter(body.update_filter), update_mode=enumerated(engine.UpdateMode, body.update_mode))
    return _change(call, UPDATES.upsert_points(points, **options))


def _columns(batch, collection):
    vectors, ids = batch.vectors, batch.ids
    columns = vectors if isinstance(vectors, dict) else {"": vectors}
    for column in [*columns.values(), batch.payloads or ids]:
        if len(column) != len(ids):
            raise invalid("batch: number of ids, vectors and payloads must be equal")
    points = []
    for row, each in enumerate(ids):
        named = {name: column[row] for name, column in columns.items()}
        vector = named if isinstance(vectors, dict) else named[""]
        collection.check_vectors(vector)
        points.append(engine.Point(point_id(each), point_vectors(vector), (batch.payloads or [None] * len(ids))[row]))
    return points


def _selected(call, body, by_ids, by_filter):
    """An update of the points that a request names, by their ids or by a filter."""
    points, wanted = getattr(body, "points", None), getattr(body, "filter", None)
    accept_only(body, "points", "filter", "payload", "key", "keys", "vector")
    if points is not None:
        return _change(call, by_ids([point_id(each) for each in points]))
    if wanted is None:
        raise bad_request("Either list of point ids or filter should be provided")
    call.collection.strict.check_filter(wanted, call.collection.indexes, updates=True)
    return _change(call, by_filter(engine_filter(wanted)))


def delete_points(call):
    return _selected(call, call.body, UPDATES.delete_points, UPDATES.delete_points_by_filter)


def set_payload(call):
    body = call.body
    options = given(key=body.key)
    return _selected(
        call, body, lambda ids: UPDATES.set_payload(ids, body.payload, **options),
        lambda wanted: UPDATES.set_payload_by_filter(wanted, body.payload, **options))


def overwrite_payload(call):
    body = call.body
    options = given(key=body.key)
    return _selected(
        call, body, lambda ids: UPDATES.overwrite_payload(ids, body.payload, **options),
        lambda wanted: UPDATES.overwrite_payload_by_filter(wanted, body.payload, **options))


def delete_payload(call):
    keys = call.body.keys
    return _selected(
        call, call.body, lambda ids: UPDATES.delete_payload(ids, keys),
        lambda wanted: UPDATES.delete_payload_by_filter(wanted, keys))


def clear_payload(call):
    return _selected(call, call.body, UPDATES.clear_payload, UPDATES.clear_payload_by_filter)


def update_vectors(call):
    body, collection = call.body, call.collection
    accept_only(body, "points", "update_filter")
    collection.strict.check_filter(body.update_filter, collection.indexes, updates=True)
    for each in body.points:
        collection.check_vectors(each.vector)
    points = [engine.PointVectors(point_id(each.id), point_vectors(each.vector)) for each in body.points]
    return _change(call, UPDATES.update_vectors(points, **given(condition=engine_filter(body.update_filter))))


def delete_vectors(call):
    names = call.body.vector
    return _selected(
        call, call.body, lambda ids: UPDATES.delete_vectors(ids, names),
        lambda wanted: UPDATES.delete_vectors_by_filter(wanted, names))


IN_BATCHES = {
    "upsert": upsert, "delete": delete_points, "set_payload": set_payload, "overwrite_payload": overwrite_payload,
    "delete_payload": delete_payload, "clear_payload": clear_payload, "update_vectors": update_vectors,
    "delete_vectors": delete_vectors,
}


def update_batch(call):
    """Several updates, one after the other: none is undone where a later one fails."""
    results = []
    for each in call.body.operations:
        (name,) = each.model_fields_set
        results.append(IN_BATCHES[name](call.about(getattr(each, name))))
    return results


def retrieve(call):
    body = call.body
    accept_only(body, "ids", "with_payload", "with_vector")
    found = call.collection.shard.retrieve(
        [point_id(each) for each in body.ids], with_payload=selector(body.with_payload, True),
        with_vector=body.with_vector or False)
    return [record(each) for each in found]


def get_point(call):
    wanted = int(call.parameter) if call.parameter.isdigit() else point_id(call.parameter)
    found = call.collection.shard.retrieve([wanted], with_payload=True, with_vector=True)
    if not found:
        raise not_found(f"Point with id {wanted} does not exists!")
    return record(found[0])


def _searched(call, body):
    collection = call.collection
    collection.strict.check_query(body, collection.indexes)
    if getattr(body.query, "nearest", body.query) is not None and isinstance(body.query, (int, str)):
        raise unsupported("questions by a point's id")
    return {"points": [scored(each) for each in collection.shard.query(query_request(body))]}


def query(call):
    return _searched(call, call.body)


def query_batch(call):
    call.collection.strict.check_limit("search_max_batchsize", len(call.body.searches), "search batch size")
    return [_searched(call, each) for each in call.body.searches]


def scroll(call):
    body, collection = call.body, call.collection
    collection.strict.check_filter(body.filter, collection.indexes)
    collection.strict.check_limit("max_query_limit", body.limit, "limit")
    if body.offset is not None and body.order_by is not None:
        raise bad_request(
            "Cannot use an `offset` when using `order_by`. The alternative for paging is to use `order_by.start_from` and a "
            "filter to exclude the IDs that you've already seen for the `order_by.start_from` value")
    points, following = collection.shard.scroll(scroll_request(body))
    return {
        "points": [record(each) for each in points],
        "next_page_offset": None if following is None else json_id(following),
    }


def count(call):
    body, collection = call.body, call.collection
    accept_only(body, "filter", "exact")
    collection.strict.check_filter(body.filter, collection.indexes)
    return {
        "count": collection.shard.count(
            engine.CountRequest(exact=body.exact is not False, **given(filter=engine_filter(body.filter))))
    }


def facet(call):
    body, collection = call.body, call.collection
    accept_only(body, "key", "limit", "filter", "exact")
    require_positive(limit=body.limit)
    collection.strict.check_filter(body.filter, collection.indexes)
    answer = collection.shard.facet(
        engine.FacetRequest(
            body.key, limit=body.limit or DEFAULT_LIMIT, exact=bool(body.exact),
            **given(filter=engine_filter(body.filter))))
    return {"hits": [{"value": each.value, "count": each.count} for each in answer.hits]}
