"""What a collection's strict mode refuses."""

from __future__ import annotations

from errors import bad_request, unsupported
from filters import as_list, condition_counts, fields

KNOWN = {
    "enabled", "unindexed_filtering_retrieve", "unindexed_filtering_update", "max_query_limit", "search_max_hnsw_ef",
    "search_allow_exact", "search_max_oversampling", "upsert_max_batchsize", "search_max_batchsize",
    "filter_max_conditions", "condition_max_size", "max_payload_index_count", "max_timeout",
}


class StrictMode:
    """One collection's rules."""

    def __init__(self, configuration):
        self.rules = configuration.model_dump(exclude_none=True) if configuration else {}
        for name in self.rules:
            if name not in KNOWN:
                raise unsupported(f"`{name}` in StrictModeConfig")
        self.is_on = self.rules.get("enabled") is True

    def check_limit(self, rule, value, what):
        """A number and its greatest value."""
        allowed = self.rules.get(rule) if self.is_on else None
        if allowed is not None and value is not None and value > allowed:
            raise bad_request(
                f"Limit exceeded {value} > {allowed} for \"{what}\". Help: Reduce the \"{what}\" parameter to or below "
                f"{allowed}.")

    def check_filter(self, value, indexes, updates=False):
        """A filter of a read, or of a change."""
        if not self.is_on or value is None:
            return
        total, longest = condition_counts(value)
        self.check_limit("filter_max_conditions", total, "filter conditions")
        self.check_limit("condition_max_size", longest, "condition size")
        rule = "unindexed_filtering_update" if updates else "unindexed_filtering_retrieve"
        if self.rules.get(rule) is not False:
            return
        for name, kinds in fields(value):
            kind = indexes.get(name, {}).get("type")
            if kind is None or (kinds and kind not in kinds):
                raise bad_request(
                    f"Index required but not found for \"{name}\" of one of the following types: "
                    f"[{', '.join(kinds) or 'any'}]. Help: Create an index for this key or use a different filter.")

    def check_query(self, value, indexes):
        """A search with everything it chooses from."""
        if not self.is_on:
            return
        self.check_filter(value.filter, indexes)
        self.check_limit("max_query_limit", value.limit, "limit")
        if value.params is not None:
            self.check_parameters(value.params, indexes)
        for each in as_list(value.prefetch):
            self.check_query(each, indexes)

    def check_parameters(self, value, indexes):
        """How a search wants to be done."""
        if value.exact and self.rules.get("search_allow_exact") is False:
            raise bad_request("Exact search disabled!. Help: Set exact=false.")
        self.check_limit("search_max_hnsw_ef", value.hnsw_ef, "hnsw_ef")
        self.check_limit(
            "search_max_oversampling", value.quantization and value.quantization.oversampling, "oversampling")
        self.check_filter(getattr(value.idf, "corpus", None), indexes)
