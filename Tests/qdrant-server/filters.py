"""Filters as the engine wants them, and what they say about fields."""

from __future__ import annotations

import uuid

import qdrant_edge as engine
from qdrant_client.http import models

from errors import RequestError, accept_only, invalid, unsupported


def given(**values):
    """Those that are there."""
    return {name: value for name, value in values.items() if value is not None}


def as_list(value):
    """Many fields take one value or several."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def point_id(value):
    """A number or a UUID."""
    if isinstance(value, int):
        return value
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise RequestError(
            400, f"Format error in JSON body: value {value} is not a valid point ID, valid values are either an unsigned "
            "integer or a UUID") from None


def engine_filter(value):
    """A filter, or nothing."""
    if value is None:
        return None

    def conditions(part):
        return None if part is None else [condition(each) for each in as_list(part)]

    enough = value.min_should and engine.MinShould(conditions(value.min_should.conditions), value.min_should.min_count)
    return engine.Filter(
        **given(
            must=conditions(value.must), should=conditions(value.should), must_not=conditions(value.must_not),
            min_should=enough))


def condition(value):
    """One condition of a filter."""
    if isinstance(value, models.Filter):
        return engine_filter(value)
    if isinstance(value, models.HasIdCondition):
        return engine.HasIdCondition({point_id(each) for each in value.has_id})
    if isinstance(value, models.HasVectorCondition):
        return engine.HasVectorCondition(value.has_vector)
    if isinstance(value, models.IsEmptyCondition):
        return engine.IsEmptyCondition(value.is_empty.key)
    if isinstance(value, models.IsNullCondition):
        return engine.IsNullCondition(value.is_null.key)
    if isinstance(value, models.NestedCondition):
        return engine.NestedCondition(value.nested.key, engine_filter(value.nested.filter))
    if isinstance(value, models.FieldCondition):
        accept_only(value, "key", "match", "range", "is_empty", "is_null", "values_count")
        parts = given(
            match=match(value.match), range=engine_range(value.range), is_empty=value.is_empty, is_null=value.is_null,
            values_count=value.values_count and engine.ValuesCount(**value.values_count.model_dump(exclude_none=True)))
        if not parts:
            raise invalid("filter: At least one field condition must be specified")
        return engine.FieldCondition(key=value.key, **parts)
    raise unsupported(f"the condition {type(value).__name__}")


def match(value):
    """What a field's value must be."""
    if value is None:
        return None
    if isinstance(value, models.MatchValue):
        return engine.MatchValue(value.value)
    if isinstance(value, models.MatchAny):
        return engine.MatchAny(value.any)
    if isinstance(value, models.MatchExcept):
        return engine.MatchExcept(value.except_)
    if isinstance(value, models.MatchText):
        return engine.MatchText(value.text)
    if isinstance(value, models.MatchTextAny):
        return engine.MatchTextAny(value.text_any)
    if isinstance(value, models.MatchPhrase):
        return engine.MatchPhrase(value.phrase)
    if isinstance(value, models.MatchPrefix):
        return engine.MatchPrefix(value.prefix)
    raise unsupported(f"the match {type(value).__name__}")


def engine_range(value):
    """From, to."""
    if value is None:
        return None
    ends = given(gte=value.gte, gt=value.gt, lte=value.lte, lt=value.lt)
    if isinstance(value, models.DatetimeRange):
        return engine.RangeDateTime(**{name: each.isoformat() for name, each in ends.items()})
    return engine.RangeFloat(**ends)


def fields(value, prefix=""):
    """The fields a filter asks for, each with the kinds of index that could answer; any kind where that is empty."""
    if value is None:
        return
    parts = [value.must, value.should, value.must_not, value.min_should and value.min_should.conditions]
    for each in (one for part in parts for one in as_list(part)):
        if isinstance(each, models.Filter):
            yield from fields(each, prefix)
        elif isinstance(each, models.NestedCondition):
            yield from fields(each.nested.filter, f"{prefix}{each.nested.key}[].")
        elif isinstance(each, models.IsEmptyCondition):
            yield prefix + each.is_empty.key, ()
        elif isinstance(each, models.IsNullCondition):
            yield prefix + each.is_null.key, ()
        elif isinstance(each, models.FieldCondition):
            yield prefix + each.key, _index_kinds(each)


def _index_kinds(field):
    if field.range is not None:
        return ("datetime",) if isinstance(field.range, models.DatetimeRange) else ("integer", "float")
    wanted = field.match
    if isinstance(wanted, (models.MatchText, models.MatchTextAny, models.MatchPhrase)):
        return ("text",)
    if isinstance(wanted, models.MatchPrefix):
        return ("keyword",)
    if isinstance(wanted, models.MatchValue):
        sample = [wanted.value]
    elif isinstance(wanted, models.MatchAny):
        sample = wanted.any
    elif isinstance(wanted, models.MatchExcept):
        sample = wanted.except_
    else:
        return ()
    if not sample:
        return ()
    if isinstance(sample[0], bool):
        return ("bool",)
    return ("integer",) if isinstance(sample[0], int) else ("keyword", "uuid")


def condition_counts(value):
    """How many conditions a filter has in all, and how many values the longest of them."""
    if value is None:
        return 0, 0
    total = longest = 0
    parts = [value.must, value.should, value.must_not, value.min_should and value.min_should.conditions]
    for each in (one for part in parts for one in as_list(part)):
        inner = each if isinstance(each, models.Filter) else getattr(getattr(each, "nested", None), "filter", None)
        if inner is not None:
            below, size = condition_counts(inner)
            total, longest = total + below, max(longest, size)
            continue
        total += 1
        wanted = getattr(each, "match", None)
        values = getattr(each, "has_id", None) or getattr(wanted, "any", None) or getattr(wanted, "except_", None) or []
        longest = max(longest, len(values))
    return total, longest
