"""Searches and reads as the engine wants them, and its answers as JSON."""

from __future__ import annotations

import qdrant_edge as engine
from qdrant_client.http import models

from errors import accept_only, invalid, require_positive, unsupported
from filters import as_list, engine_filter, given, point_id

DEFAULT_LIMIT = 10


def enumerated(kind, value):
    """The engine's case of the same name."""
    if value is None:
        return None
    wanted = getattr(value, "value", value).replace("_", "").lower()
    for name in dir(kind):
        if name.replace("_", "").lower() == wanted:
            return getattr(kind, name)
    raise unsupported(f"{kind.__name__} {getattr(value, 'value', value)}")


def named_vector(value):
    """One vector of a point or of a question."""
    if isinstance(value, models.SparseVector):
        if len(value.indices) != len(value.values):
            raise invalid("values: must be the same length as indices")
        if len(set(value.indices)) != len(value.indices):
            raise invalid("indices: must be unique")
        return engine.SparseVector(value.indices, value.values)
    if isinstance(value, list):
        return value
    raise unsupported(f"vectors given as {type(value).__name__}")


def point_vectors(value):
    """All vectors of a point."""
    return {name: named_vector(each) for name, each in value.items()} if isinstance(value, dict) else named_vector(value)


def search_parameters(value):
    """How to search."""
    if value is None:
        return None
    accept_only(value, "hnsw_ef", "exact", "quantization", "indexed_only", "idf", "acorn")
    corpus = engine.IdfParams(corpus=engine_filter(value.idf.corpus)) if isinstance(
        value.idf, models.IdfCorpusParams) else None
    quantization = value.quantization and engine.QuantizationSearchParams(
        **value.quantization.model_dump(exclude_none=True))
    acorn = value.acorn and engine.AcornSearchParams(**value.acorn.model_dump(exclude_none=True))
    return engine.SearchParams(
        **given(
            hnsw_ef=value.hnsw_ef, exact=value.exact, indexed_only=value.indexed_only, idf=corpus, acorn=acorn,
            quantization=quantization))


def scoring(query, using):
    """What orders the answer."""
    if query is None:
        return None
    if isinstance(query, models.NearestQuery):
        accept_only(query, "nearest")
        query = query.nearest
    if isinstance(query, models.FusionQuery):
        # The server's k where the question names none.
        return engine.Fusion.Rrf(2) if query.fusion == models.Fusion.RRF else engine.Fusion.Dbsf()
    if isinstance(query, models.RrfQuery):
        return engine.Fusion.Rrf(query.rrf.k or 2, query.rrf.weights)
    if isinstance(query, models.OrderByQuery):
        return order(query.order_by)
    if isinstance(query, models.SampleQuery):
        return engine.Sample.Random
    return engine.Query.Nearest(named_vector(query), using=using)


def prefetch(value):
    """A search whose answer another one chooses from."""
    accept_only(value, "prefetch", "query", "using", "filter", "params", "score_threshold", "limit")
    require_positive(limit=value.limit)
    return engine.Prefetch(
        prefetches=[prefetch(each) for each in as_list(value.prefetch)], query=scoring(value.query, value.using),
        limit=value.limit or DEFAULT_LIMIT,
        **given(
            filter=engine_filter(value.filter), params=search_parameters(value.params),
            score_threshold=value.score_threshold))


def query_request(value):
    """A search."""
    accept_only(
        value, "prefetch", "query", "using", "filter", "params", "score_threshold", "limit", "offset", "with_vector",
        "with_payload")
    require_positive(limit=value.limit)
    return engine.QueryRequest(
        prefetches=[prefetch(each) for each in as_list(value.prefetch)], query=scoring(value.query, value.using),
        limit=value.limit or DEFAULT_LIMIT, offset=value.offset or 0, with_payload=selector(value.with_payload, False),
        with_vector=value.with_vector or False,
        **given(
            filter=engine_filter(value.filter), params=search_parameters(value.params),
            score_threshold=value.score_threshold))


def scroll_request(value):
    """A page of points."""
    accept_only(value, "offset", "limit", "filter", "with_payload", "with_vector", "order_by")
    require_positive(limit=value.limit)
    return engine.ScrollRequest(
        limit=value.limit or DEFAULT_LIMIT, with_payload=selector(value.with_payload, True),
        with_vector=value.with_vector or False,
        **given(
            offset=None if value.offset is None else point_id(value.offset), filter=engine_filter(value.filter),
            order_by=order(value.order_by)))


def order(value):
    """By the values of a field."""
    if value is None:
        return None
    if isinstance(value, str):
        return engine.OrderBy(value)
    start = value.start_from
    if hasattr(start, "isoformat"):
        start = start.isoformat()
    return engine.OrderBy(value.key, **given(direction=enumerated(engine.Direction, value.direction), start_from=start))


def selector(value, default):
    """Which parts of the payload an answer carries."""
    if value is None:
        return default
    if isinstance(value, models.PayloadSelectorInclude):
        return value.include
    if isinstance(value, models.PayloadSelectorExclude):
        return engine.PayloadSelector.Exclude(value.exclude)
    return value


def json_id(value):
    """A point's id in an answer."""
    return value if isinstance(value, int) else str(value)


def record(value):
    """A point as a page or a retrieval answers it."""
    return given(
        id=json_id(value.id), payload=value.payload, vector=_json_vector(value.vector), order_value=value.order_value)


def scored(value):
    """A point as a search answers it."""
    return given(
        id=json_id(value.id), version=value.version, score=value.score, payload=value.payload,
        vector=_json_vector(value.vector), order_value=value.order_value)


def _json_vector(value):
    if isinstance(value, dict):
        return {name: _json_vector(each) for name, each in value.items()}
    return {"indices": value.indices, "values": value.values} if isinstance(value, engine.SparseVector) else value
