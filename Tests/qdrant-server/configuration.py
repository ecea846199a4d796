"""What a collection is made of: its configuration for the engine, and as the server reports it."""

from __future__ import annotations

import qdrant_edge as engine
from qdrant_client.http import models

from errors import accept_only, bad_request, require_positive, unsupported
from filters import given
from queries import enumerated

HNSW_DEFAULTS = {"m": 16, "ef_construct": 100, "full_scan_threshold": 10000, "max_indexing_threads": 0, "on_disk": False}
OPTIMIZER_DEFAULTS = {
    "deleted_threshold": 0.2, "vacuum_min_vector_number": 1000, "default_segment_number": 0, "indexing_threshold": 10000,
    "flush_interval_sec": 5,
}
WAL_DEFAULTS = {"wal_capacity_mb": 32, "wal_segments_ahead": 0, "wal_retain_closed": 1}
INDEXES = {
    "keyword": engine.KeywordIndexParams, "integer": engine.IntegerIndexParams, "float": engine.FloatIndexParams,
    "bool": engine.BoolIndexParams, "datetime": engine.DatetimeIndexParams, "uuid": engine.UuidIndexParams,
}


def check_new_collection(wanted):
    """Refuses what the engine has no word for. What only matters on several nodes is kept and reported, and does nothing."""
    accept_only(
        wanted, "vectors", "sparse_vectors", "shard_number", "sharding_method", "replication_factor",
        "write_consistency_factor", "on_disk_payload", "payload", "hnsw_config", "wal_config", "optimizers_config",
        "quantization_config", "strict_mode_config", "metadata")
    require_positive(
        shard_number=wanted.shard_number, replication_factor=wanted.replication_factor,
        write_consistency_factor=wanted.write_consistency_factor)


def dense_parameters(wanted):
    """The dense vectors by name; the one without a name has the empty one."""
    vectors = wanted.vectors or {}
    return {"": vectors} if isinstance(vectors, models.VectorParams) else vectors


def engine_configuration(wanted):
    """A shard's configuration."""
    dense = {name: _dense(each) for name, each in dense_parameters(wanted).items()}
    sparse = {name: _sparse(each) for name, each in (wanted.sparse_vectors or {}).items()}
    return engine.EdgeConfig(
        vectors=dense, sparse_vectors=sparse,
        **given(
            on_disk_payload=wanted.on_disk_payload, hnsw_config=_hnsw(wanted.hnsw_config),
            quantization_config=_quantization(wanted.quantization_config),
            payload_memory=wanted.payload and enumerated(engine.Memory, wanted.payload.memory),
            optimizers=_optimizers(wanted.optimizers_config)))


def _dense(value):
    require_positive(size=value.size)
    comparator = value.multivector_config and engine.MultiVectorConfig(
        enumerated(engine.MultiVectorComparator, value.multivector_config.comparator))
    return engine.EdgeVectorParams(
        size=value.size, distance=enumerated(engine.Distance, value.distance),
        **given(
            on_disk=value.on_disk, memory=enumerated(engine.Memory, value.memory), multivector_config=comparator,
            datatype=enumerated(engine.VectorStorageDatatype, value.datatype),
            quantization_config=_quantization(value.quantization_config), hnsw_config=_hnsw(value.hnsw_config)))


def _sparse(value):
    index = value.index
    return engine.EdgeSparseVectorParams(
        **given(
            modifier=enumerated(engine.Modifier, value.modifier) if value.modifier != models.Modifier.NONE else None,
            on_disk=index and index.on_disk, full_scan_threshold=index and index.full_scan_threshold,
            memory=index and enumerated(engine.Memory, index.memory),
            datatype=index and enumerated(engine.VectorStorageDatatype, index.datatype)))


def _hnsw(value):
    if value is None:
        return None
    settings = HNSW_DEFAULTS | value.model_dump(exclude_none=True)
    settings.pop("max_indexing_threads")
    if "memory" in settings:
        settings["memory"] = enumerated(engine.Memory, settings["memory"])
    return engine.HnswIndexConfig(**settings)


def _optimizers(value):
    if value is None:
        return None
    known = ("deleted_threshold", "vacuum_min_vector_number", "default_segment_number", "max_segment_size",
             "indexing_threshold", "prevent_unoptimized")
    # Threads and intervals are the server's business, and do not change an answer.
    accept_only(value, *known, "flush_interval_sec", "max_optimization_threads")
    return engine.EdgeOptimizersConfig(**given(**{name: getattr(value, name) for name in known}))


def _quantization(value):
    if value is None:
        return None
    if isinstance(value, models.ProductQuantization):
        inner = value.product
        return engine.ProductQuantizationConfig(
            enumerated(engine.CompressionRatio, inner.compression), **_memory(inner))
    if isinstance(value, models.ScalarQuantization):
        inner = value.scalar
        return engine.ScalarQuantizationConfig(engine.ScalarType.Int8, **given(quantile=inner.quantile), **_memory(inner))
    if isinstance(value, models.BinaryQuantization):
        inner = value.binary
        return engine.BinaryQuantizationConfig(
            **_memory(inner),
            **given(
                encoding=enumerated(engine.BinaryQuantizationEncoding, inner.encoding),
                query_encoding=enumerated(engine.BinaryQuantizationQueryEncoding, inner.query_encoding)))
    raise unsupported(type(value).__name__)


def _memory(value):
    return given(always_ram=value.always_ram, memory=enumerated(engine.Memory, value.memory))


def index_parameters(schema):
    """A payload index's kind and settings for the engine, and the settings' JSON."""
    if schema is None:
        raise bad_request("field_schema is required")
    if isinstance(schema, models.PayloadSchemaType):
        return enumerated(engine.PayloadSchemaType, schema), {"type": schema.value}
    settings = schema.model_dump(mode="json", exclude_none=True)
    kind = settings["type"]
    if kind not in INDEXES:
        raise unsupported(f"settings of a {kind} index")
    arguments = {name: value for name, value in settings.items() if name != "type"}
    if "memory" in arguments:
        arguments["memory"] = enumerated(engine.Memory, arguments["memory"])
    return INDEXES[kind](**arguments), settings


def reported(request, info, indexes):
    """What the server says about a collection. `request` is the JSON that it was made with."""
    parameters = given(
        vectors=request.get("vectors"), sparse_vectors=request.get("sparse_vectors"),
        shard_number=request.get("shard_number") or 1, replication_factor=request.get("replication_factor") or 1,
        sharding_method=request.get("sharding_method"),
        write_consistency_factor=request.get("write_consistency_factor") or 1, payload=request.get("payload"),
        on_disk_payload=request.get("on_disk_payload", True))
    schema = {}
    for name, settings in indexes.items():
        points = info.payload_schema[name].points if name in info.payload_schema else 0
        schema[name] = {"data_type": settings["type"], "points": points}
        if len(settings) > 1:
            schema[name]["params"] = settings
    return {
        "status": "green", "optimizer_status": "ok", "indexed_vectors_count": info.indexed_vectors_count,
        "points_count": info.points_count, "segments_count": info.segments_count,
        "config": {
            "params": parameters,
            "hnsw_config": HNSW_DEFAULTS | given(**(request.get("hnsw_config") or {})),
            "optimizer_config": OPTIMIZER_DEFAULTS | given(**(request.get("optimizers_config") or {})),
            "wal_config": WAL_DEFAULTS | given(**(request.get("wal_config") or {})),
            **given(
                quantization_config=request.get("quantization_config"),
                strict_mode_config=request.get("strict_mode_config"), metadata=request.get("metadata")),
        },
        "payload_schema": schema,
    }
