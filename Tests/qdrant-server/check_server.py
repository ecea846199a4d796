"""The official client's work against the test server, and what the server does for tests.

    python Tests/qdrant-server/check_server.py
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

import httpx
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

HERE = os.path.dirname(os.path.abspath(__file__))
NAME, SIZE = "conversations", 32
PATH = f"/collections/{NAME}"


def start(*arguments):
    """A server and its address."""
    process = subprocess.Popen(
        [sys.executable, HERE, "--port", "0", "--stop-with-stdin", *arguments], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    assert line.startswith("listening on http://127.0.0.1:"), line
    return process, line.split()[-1]


def stop(process):
    """Closes its input, and waits."""
    process.stdin.close()
    process.stdout.close()
    return process.wait(timeout=20)


def is_value(key, value):
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


def of_tenant(tenant, *more, without=()):
    return models.Filter(must=[is_value("tenant_id", tenant), *more], must_not=list(without) or None)


def point_id(row):
    return str(uuid.UUID(int=row))


def dense(row):
    return [1.0 if each == row % SIZE else 0.05 * ((row * 7 + each) % 5) for each in range(SIZE)]


def points(count=60):
    """Three tenants, four sessions each, two messages at each instant."""
    return [
        models.PointStruct(
            id=point_id(row), vector={
                "dense": dense(row), "sparse": models.SparseVector(indices=[row % 7, 100 + row % 3], values=[1.0, 0.5])
            }, payload={
                "tenant_id": f"t{row % 3}", "session_id": f"t{row % 3}-s{row // 3 % 4}", "channel": ["slack", "web"][row % 2],
                "timestamp": 1_700_000_000_000 + row // 6, "content": f"message {row}"
            }) for row in range(count)
    ]


def prepare(client):
    """The collection with its indexes, as recollect makes it."""
    client.create_collection(
        NAME, vectors_config={"dense": models.VectorParams(size=SIZE, distance=models.Distance.COSINE, on_disk=True)},
        sparse_vectors_config={
            "sparse": models.SparseVectorParams(modifier=models.Modifier.IDF, index=models.SparseIndexParams(on_disk=False))
        }, quantization_config=models.ProductQuantization(
            product=models.ProductQuantizationConfig(compression=models.CompressionRatio.X16, always_ram=True)),
        hnsw_config=models.HnswConfigDiff(m=0, payload_m=16), shard_number=6, replication_factor=2,
        strict_mode_config=models.StrictModeConfig(
            enabled=True, unindexed_filtering_retrieve=False, unindexed_filtering_update=False),
        metadata={"schema_version": 1})
    keyword = models.PayloadSchemaType.KEYWORD
    for field, schema in {
        "tenant_id": models.KeywordIndexParams(type="keyword", is_tenant=True), "session_id": keyword, "channel": keyword,
        "timestamp": models.IntegerIndexParams(type="integer", lookup=True, range=True, is_principal=True)
    }.items():
        client.create_payload_index(NAME, field, schema, wait=True)
    client.upsert(NAME, points(), wait=True)


class ServerCase(unittest.TestCase):
    """A server of its own for each test."""

    options = ()

    def setUp(self):
        self.process, self.address = start(*self.options)
        self.addCleanup(lambda: stop(self.process))
        self.client = QdrantClient(url=self.address, timeout=10)
        self.addCleanup(self.client.close)

    def control(self, method, path, body=None):
        """A call of the tests' own."""
        answer = httpx.request(method, self.address + path, json=body)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def refused(self, status, words, action):
        """What must fail, and how."""
        with self.assertRaises(UnexpectedResponse) as caught:
            action()
        self.assertEqual(caught.exception.status_code, status, caught.exception.content)
        self.assertIn(words, json.loads(caught.exception.content)["status"]["error"])


class WorkTests(ServerCase):
    """What recollect asks of Qdrant."""

    def setUp(self):
        super().setUp()
        prepare(self.client)

    def test_the_collection_is_reported_as_it_was_made(self):
        info = self.client.get_collection(NAME)
        self.assertEqual(info.points_count, 60)
        self.assertEqual(info.config.params.shard_number, 6)
        self.assertEqual(info.config.hnsw_config.payload_m, 16)
        self.assertEqual(info.config.metadata, {"schema_version": 1})
        self.assertTrue(info.config.strict_mode_config.enabled)
        self.assertEqual(info.config.quantization_config.product.compression, models.CompressionRatio.X16)
        self.assertTrue(info.payload_schema["tenant_id"].params.is_tenant)
        self.assertEqual(info.payload_schema["timestamp"].points, 60)
        self.refused(409, "already exists", lambda: prepare(self.client))

    def test_a_hybrid_search_keeps_to_its_filter_and_rescored_cosines_are_exact(self):
        wanted = of_tenant("t1", is_value("channel", "web"), without=[is_value("session_id", "t1-s3")])
        rescored = models.SearchParams(quantization=models.QuantizationSearchParams(rescore=True, oversampling=2.0))
        corpus = models.SearchParams(idf=models.IdfCorpusParams(corpus=of_tenant("t1")))
        words = models.SparseVector(indices=[1, 2], values=[1.0, 1.0])
        self.control("POST", f"/_optimize/{NAME}")
        found = self.client.query_points(
            NAME, prefetch=[
                models.Prefetch(query=dense(7), using="dense", filter=wanted, limit=20, params=rescored),
                models.Prefetch(query=words, using="sparse", filter=wanted, limit=20, params=corpus)
            ], query=models.RrfQuery(rrf=models.Rrf(k=60)), query_filter=wanted, limit=5).points
        self.assertTrue(found)
        for each in found:
            self.assertEqual((each.payload["tenant_id"], each.payload["channel"]), ("t1", "web"))
            self.assertNotEqual(each.payload["session_id"], "t1-s3")
        best = self.client.query_points(
            NAME, query=dense(7), using="dense", query_filter=of_tenant("t1"), search_params=rescored, limit=1).points[0]
        self.assertEqual(best.id, point_id(7))
        self.assertAlmostEqual(best.score, 1, places=5)

    def test_rare_words_of_a_tenant_do_not_depend_on_other_tenants(self):
        corpus = models.SearchParams(idf=models.IdfCorpusParams(corpus=of_tenant("t1")))
        ask = lambda: self.client.query_points(
            NAME, query=models.SparseVector(indices=[1], values=[1.0]), using="sparse", query_filter=of_tenant("t1"),
            search_params=corpus, limit=1).points[0].score
        before = ask()
        self.client.upsert(
            NAME, [
                models.PointStruct(
                    id=point_id(1000 + row), vector={"sparse": models.SparseVector(indices=[1], values=[1.0])},
                    payload={"tenant_id": "t2"}) for row in range(500)
            ], wait=True)
        self.assertAlmostEqual(ask(), before, places=6)

    def test_pages_in_order_go_through_equal_times(self):
        for direction in models.Direction:
            seen, at, start = [], [], None
            while True:
                wanted = of_tenant("t0", is_value("session_id", "t0-s1"),
                                   without=[models.HasIdCondition(has_id=at)] if at else ())
                page, _ = self.client.scroll(
                    NAME, scroll_filter=wanted, limit=2,
                    order_by=models.OrderBy(key="timestamp", direction=direction, start_from=start))
                if not page:
                    break
                last = page[-1].payload["timestamp"]
                at = (at if last == start else []) + [each.id for each in page if each.payload["timestamp"] == last]
                seen, start = seen + [each.payload["timestamp"] for each in page], last
            self.assertEqual(len(seen), 5)
            self.assertEqual(seen, sorted(seen, reverse=direction == models.Direction.DESC))

    def test_exact_facets_list_everything(self):
        hits = self.client.facet(NAME, "session_id", facet_filter=of_tenant("t1"), limit=100, exact=True).hits
        self.assertEqual({each.value: each.count for each in hits}, {f"t1-s{row}": 5 for row in range(4)})
        self.assertEqual(len(self.client.facet(NAME, "tenant_id", limit=100, exact=True).hits), 3)

    def test_counts_changes_and_deletions_by_filter(self):
        session = of_tenant("t2", is_value("session_id", "t2-s0"))
        self.assertEqual(self.client.count(NAME, count_filter=session, exact=True).count, 5)
        self.client.set_payload(NAME, {"archived": True}, points=session, wait=True)
        self.client.overwrite_payload(NAME, {"tenant_id": "t9"}, points=[point_id(0)], wait=True)
        self.client.delete_payload(NAME, ["archived"], points=[point_id(2)], wait=True)
        kept = {each.id: each.payload for each in self.client.retrieve(NAME, [point_id(0), point_id(2), point_id(14)])}
        self.assertEqual(kept[point_id(0)], {"tenant_id": "t9"})
        self.assertNotIn("archived", kept[point_id(2)])
        self.assertTrue(kept[point_id(14)]["archived"])
        self.client.delete(NAME, models.FilterSelector(filter=session), wait=True)
        self.assertEqual(self.client.count(NAME, count_filter=session).count, 0)
        self.client.delete(NAME, models.PointIdsList(points=[point_id(1)]), wait=True)
        self.assertEqual(self.client.count(NAME).count, 54)

    def test_vectors_change_and_go(self):
        changed = models.PointVectors(id=point_id(4), vector={"dense": dense(5)})
        self.client.update_vectors(NAME, [changed], wait=True)
        self.client.delete_vectors(NAME, ["sparse"], points=[point_id(4)], wait=True)
        vector = self.client.retrieve(NAME, [point_id(4)], with_vectors=True)[0].vector
        self.assertEqual(list(vector), ["dense"])
        self.assertEqual(max(range(SIZE), key=lambda each: vector["dense"][each]), 5)

    def test_batches_of_searches_and_of_updates(self):
        searches = [models.QueryRequest(query=dense(3), using="dense", filter=of_tenant("t0"), limit=2)] * 3
        self.assertEqual([len(each.points) for each in self.client.query_batch_points(NAME, searches)], [2, 2, 2])
        self.client.batch_update_points(
            NAME, [
                models.UpsertOperation(upsert=models.PointsList(points=points(61)[60:])),
                models.DeleteOperation(delete=models.FilterSelector(filter=of_tenant("t1")))
            ], wait=True)
        self.assertEqual(self.client.count(NAME).count, 41)

    def test_an_update_that_is_not_waited_for_comes_later(self):
        self.client.delete(NAME, models.FilterSelector(filter=of_tenant("t0")), wait=False)
        self.assertEqual(self.client.count(NAME).count, 60)
        self.client.upsert(NAME, points(3), wait=True)
        self.assertEqual(self.client.count(NAME).count, 41)

    def test_what_does_not_fit_is_refused(self):
        client = self.client
        one = lambda vector: client.upsert(NAME, [models.PointStruct(id=1, vector=vector, payload={})])
        self.refused(400, "expected dim: 32, got 2", lambda: one({"dense": [1.0, 2.0]}))
        self.refused(400, "Not existing vector name error: other", lambda: one({"other": [1.0, 2.0]}))
        unequal = {"sparse": models.SparseVector(indices=[1, 1], values=[1.0, 2.0])}
        self.refused(422, "must be unique", lambda: one(unequal))
        self.refused(404, "Collection `nothing` doesn't exist!", lambda: client.count("nothing"))
        self.refused(400, "Cannot use an `offset`",
                     lambda: client.scroll(NAME, offset=point_id(1), order_by="timestamp"))
        self.refused(400, "range index", lambda: client.scroll(NAME, order_by="session_id"))
        self.refused(400, "faceting", lambda: client.facet(NAME, "content"))

    def test_strict_mode_refuses_fields_without_an_index_and_of_another_kind(self):
        unindexed = of_tenant("t1", is_value("content", "message 1"))
        client = self.client
        words = 'Index required but not found for "content"'
        self.refused(400, words, lambda: client.scroll(NAME, scroll_filter=unindexed))
        self.refused(400, words, lambda: client.count(NAME, count_filter=unindexed))
        self.refused(400, words, lambda: client.facet(NAME, "channel", facet_filter=unindexed))
        self.refused(400, words, lambda: client.delete(NAME, models.FilterSelector(filter=unindexed)))
        self.refused(400, words, lambda: client.query_points(
            NAME, prefetch=[models.Prefetch(query=dense(1), using="dense", filter=unindexed)],
            query=models.FusionQuery(fusion=models.Fusion.RRF)))
        of_another_kind = models.Filter(must=[models.FieldCondition(key="tenant_id", range=models.Range(gte=1))])
        self.refused(400, "[integer, float]", lambda: client.count(NAME, count_filter=of_another_kind))
        client.update_collection(NAME, strict_mode_config=models.StrictModeConfig(max_query_limit=10))
        self.refused(400, "Limit exceeded 11 > 10", lambda: client.scroll(NAME, limit=11))
        self.assertFalse(client.get_collection(NAME).config.strict_mode_config.unindexed_filtering_update)

    def test_unknown_fields_parameters_and_calls_are_refused(self):
        for method, path, body, words in [
            ("POST", f"{PATH}/points/count", {"fitler": {}}, "fitler"),
            ("POST", f"{PATH}/points/count?await=true", {}, "await=true"),
            ("POST", f"{PATH}/points/scroll", {"limit": "5"}, "limit"),
            ("POST", f"{PATH}/points/scroll", {"limit": 5, "shard_key": "one"}, "does not support `shard_key`"),
            ("POST", f"{PATH}/points/recommend", {}, "has no call"),
        ]:
            answer = httpx.request(method, self.address + path, json=body)
            self.assertIn(answer.status_code, (400, 404))
            self.assertIn(words, answer.json()["status"]["error"])
        broken = httpx.post(f"{self.address}{PATH}/points/count", content=b'{"exact": tru')
        self.assertEqual((broken.status_code, "Format error in JSON body" in broken.text), (400, True))


class KeyTests(ServerCase):
    """A server with a key."""

    options = ("--api-key", "secret")

    def test_without_the_key_there_is_a_plain_text(self):
        for headers in ({}, {"api-key": "wrong"}, {"authorization": "Bearer wrong"}):
            answer = httpx.get(f"{self.address}/collections", headers=headers)
            self.assertEqual(answer.status_code, 401)
            self.assertTrue(answer.headers["content-type"].startswith("text/plain"))
        for headers in ({"api-key": "secret"}, {"authorization": "Bearer secret"}):
            self.assertEqual(httpx.get(f"{self.address}/collections", headers=headers).status_code, 200)
        self.assertEqual(httpx.get(f"{self.address}/healthz").status_code, 200)


class FaultTests(ServerCase):
    """Ordered faults, the log, the delay."""

    def setUp(self):
        super().setUp()
        prepare(self.client)
        self.control("DELETE", "/_requests")

    def order(self, **fault):
        self.control("POST", "/_faults", {"faults": [fault]})

    def count(self):
        return httpx.post(f"{self.address}{PATH}/points/count", json={}).json()["result"]["count"]

    def upsert(self):
        body = {"points": [each.model_dump(mode="json") for each in points(70)[60:]]}
        return httpx.put(f"{self.address}{PATH}/points?wait=true", json=body)

    def test_another_status_for_the_nth_request_with_no_effect(self):
        self.order(method="PUT", path="*/points", nth=2, times=2, status=503, headers={"Retry-After": "1"})
        self.assertEqual([self.upsert().status_code for _ in range(4)], [200, 503, 503, 200])
        self.client.delete(NAME, models.FilterSelector(filter=of_tenant("t0")), wait=True)
        self.control("DELETE", "/_faults")
        self.order(path="*/points", status=429, headers={"Retry-After": "7"})
        answer = self.upsert()
        self.assertEqual((answer.status_code, answer.headers["retry-after"]), (429, "7"))
        self.assertEqual(self.count(), 46)
        self.assertEqual(self.control("GET", "/_faults")["faults"][0]["happened"], 1)

    def test_resets_before_and_after_the_request_takes_effect(self):
        for moment, expected in (("before", 60), ("after", 70)):
            self.order(path="*/points", reset=moment)
            with self.assertRaises(httpx.TransportError):
                self.upsert()
            self.assertEqual(self.count(), expected)
            self.control("DELETE", "/_faults")

    def test_a_batch_that_is_half_applied(self):
        self.order(path="*/points", applied_points=4, reset="after")
        with self.assertRaises(httpx.TransportError):
            self.upsert()
        self.assertEqual(self.count(), 64)

    def test_an_answer_that_is_cut_short(self):
        self.order(path="*/points/count", truncate=5)
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"))
        self.addCleanup(connection.close)
        connection.request("POST", f"{PATH}/points/count", b"{}")
        with self.assertRaises(http.client.IncompleteRead):
            connection.getresponse().read()

    def test_a_delay_outlasts_the_clients_patience(self):
        self.order(path="*/points/count", delay_ms=400)
        with self.assertRaises(httpx.ReadTimeout):
            httpx.post(f"{self.address}{PATH}/points/count", json={}, timeout=0.1)

    def test_a_fault_that_could_not_be_answered_is_refused(self):
        answer = httpx.post(f"{self.address}/_faults", json={"faults": [{"applied": False}]})
        self.assertEqual(answer.status_code, 400)

    def test_the_log_tells_filtered_from_unfiltered_requests(self):
        wanted = of_tenant("t1")
        self.client.query_points(
            NAME, prefetch=[models.Prefetch(query=dense(1), using="dense", filter=wanted)],
            query=models.FusionQuery(fusion=models.Fusion.RRF), query_filter=wanted)
        self.client.query_points(
            NAME, prefetch=[models.Prefetch(query=dense(1), using="dense")],
            query=models.FusionQuery(fusion=models.Fusion.RRF), query_filter=wanted)
        self.client.facet(NAME, "tenant_id")
        self.client.create_payload_index(NAME, "kind", models.PayloadSchemaType.KEYWORD, wait=True)
        self.client.scroll(NAME, scroll_filter=models.Filter(must=[is_value("kind", "tenant")]))
        self.client.retrieve(NAME, [1])
        self.client.upsert(NAME, points(2))
        log = self.control("GET", "/_requests")
        kinds = [each["isolation"] for each in log["requests"]]
        self.assertEqual(
            kinds, ["filtered", "unfiltered", "tenants", "collection", "tenants", "unfiltered", "filtered"])
        self.assertEqual(log["requests"][-1]["tenants"], ["t0", "t1"])
        self.assertEqual(len(log["unfiltered"]), 2)
        self.assertEqual(log["requests"][0]["body"]["prefetch"][0]["query"], {"numbers": SIZE})

    def test_round_trips_are_counted_and_take_their_time(self):
        self.control("PUT", "/_latency", {"ms": 30})
        began = time.monotonic()
        for _ in range(3):
            self.client.count(NAME)
        self.assertGreaterEqual(time.monotonic() - began, 0.09)
        self.assertEqual(self.control("GET", "/_requests")["sequential_round_trips"], 3)


class RequiredFilterTests(ServerCase):
    """A server that insists on tenants' filters."""

    options = ("--require-filter",)

    def test_requests_without_the_tenant_are_refused(self):
        prepare(self.client)
        self.assertEqual(self.client.count(NAME, count_filter=of_tenant("t1")).count, 20)
        self.refused(403, "`tenant_id`", lambda: self.client.count(NAME))
        self.refused(403, "`tenant_id`", lambda: self.client.delete(NAME, models.PointIdsList(points=[point_id(1)])))


class KeepingTests(unittest.TestCase):
    """A server's end and its next start."""

    def test_collections_outlive_the_server_however_it_ends(self):
        with tempfile.TemporaryDirectory() as folder:
            process, address = start("--data", folder)
            client = QdrantClient(url=address, timeout=10, check_compatibility=False)
            prepare(client)
            client.close()
            self.assertEqual(stop(process), 0)
            process, address = start("--data", folder)
            client = QdrantClient(url=address, timeout=10, check_compatibility=False)
            self.assertEqual(client.count(NAME).count, 60)
            client.upsert(NAME, points(70)[60:], wait=True)
            client.close()
            process.kill()
            process.wait()
            stop(process)
            process, address = start("--data", folder)
            client = QdrantClient(url=address, timeout=10, check_compatibility=False)
            self.assertEqual(client.count(NAME).count, 70)
            self.assertIn("tenant_id", client.get_collection(NAME).payload_schema)
            client.close()
            stop(process)


if __name__ == "__main__":
    unittest.main()
