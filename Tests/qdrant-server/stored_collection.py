"""Collections on disk: a folder each, with the request that made it, its indexes, and the engine's shard."""

from __future__ import annotations

import json
import os
import shutil
import threading
import urllib.parse

import qdrant_edge as engine
from qdrant_client.http import models

import configuration
from errors import RequestError, not_found, wrong_input
from strict_mode import StrictMode

# What an update that nobody waits for is late by: long enough for a read to come before it.
UNAWAITED_DELAY = 0.05


class StoredCollection:
    """One collection. Updates come one after the other; nobody reads while one is applied."""

    def __init__(self, folder, request=None):
        self.folder = folder
        self.lock = threading.RLock()
        self.operation = 0
        self.waiting = []
        shard = os.path.join(folder, "shard")
        self.request = self._load("collection.json") if request is None else request
        self.wanted = models.CreateCollection.model_validate(self.request)
        configuration.check_new_collection(self.wanted)
        self.strict = StrictMode(self.wanted.strict_mode_config)
        if request is None:
            self.indexes = self._load("indexes.json")
            self.shard = engine.EdgeShard.load(shard)
        else:
            settings = configuration.engine_configuration(self.wanted)
            os.makedirs(shard)
            try:
                self.shard = engine.EdgeShard.create(shard, settings)
            except BaseException:
                shutil.rmtree(folder)
                raise
            self.indexes = {}
            self._save("indexes.json", self.indexes)
            # Last: a folder without it is of a collection that was never made.
            self._save("collection.json", request)
        self.dense = configuration.dense_parameters(self.wanted)
        self.sparse = self.wanted.sparse_vectors or {}

    def _load(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return json.load(file)

    def _save(self, name, value):
        path = os.path.join(self.folder, name)
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(value, file)
        os.replace(path + ".new", path)

    def update(self, operation, is_awaited):
        """Applies an update: at once where the client waits for it, otherwise a moment later, as a server does."""
        with self.lock:
            self.operation += 1
            if is_awaited:
                self.apply_waiting()
                self.shard.update(operation)
            else:
                self.waiting.append(operation)
                threading.Timer(UNAWAITED_DELAY, self.apply_waiting).start()
            return {"operation_id": self.operation, "status": "completed" if is_awaited else "acknowledged"}

    def apply_waiting(self):
        """The updates nobody waited for, in their order. What is wrong with one of them, nobody hears."""
        with self.lock:
            waiting, self.waiting = self.waiting, []
            for operation in waiting:
                try:
                    self.shard.update(operation)
                except Exception as error:  # noqa: BLE001 - the engine's errors have no kind of their own
                    print(f"an update failed that nobody waited for: {error}", flush=True)

    def create_index(self, name, schema, is_awaited):
        """An index of a payload field."""
        with self.lock:
            parameters, settings = configuration.index_parameters(schema)
            if name not in self.indexes:
                self.strict.check_limit("max_payload_index_count", len(self.indexes) + 1, "payload indexes")
            answer = self.update(engine.UpdateOperation.create_field_index(name, parameters), is_awaited)
            self.indexes[name] = settings
            self._save("indexes.json", self.indexes)
            return answer

    def delete_index(self, name, is_awaited):
        """Forgets an index."""
        with self.lock:
            answer = self.update(engine.UpdateOperation.delete_field_index(name), is_awaited)
            self.indexes.pop(name, None)
            self._save("indexes.json", self.indexes)
            return answer

    def change(self, request):
        """The settings that can change while a collection is in use."""
        with self.lock:
            merged = json.loads(json.dumps(self.request))
            for name in ("strict_mode_config", "metadata", "optimizers_config"):
                if request.get(name) is not None:
                    merged[name] = (merged.get(name) or {}) | request[name]
            for name in ("replication_factor", "write_consistency_factor"):
                if (request.get("params") or {}).get(name) is not None:
                    merged[name] = request["params"][name]
            wanted = models.CreateCollection.model_validate(merged)
            configuration.check_new_collection(wanted)
            self.strict = StrictMode(wanted.strict_mode_config)
            self.request, self.wanted = merged, wanted
            self._save("collection.json", merged)

    def check_vectors(self, vectors):
        """The engine's log takes an update before the engine looks at it; the server looks first."""
        for name, vector in (vectors.items() if isinstance(vectors, dict) else [("", vectors)]):
            if isinstance(vector, models.SparseVector):
                if name not in self.sparse:
                    raise wrong_input(f"Not existing vector name error: {name}")
                continue
            if name not in self.dense:
                raise wrong_input(f"Not existing vector name error: {name}")
            rows = vector if vector and isinstance(vector[0], list) else [vector]
            for row in rows:
                if len(row) != self.dense[name].size:
                    raise wrong_input(
                        f"Vector dimension error: expected dim: {self.dense[name].size}, got {len(row)}")

    def info(self):
        """What the server reports."""
        with self.lock:
            return configuration.reported(self.request, self.shard.info(), self.indexes)

    def close(self):
        """Everything on the disk."""
        with self.lock:
            self.apply_waiting()
            self.shard.close()


class Collections:
    """All collections of a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.RLock()
        self.by_name = {}
        os.makedirs(folder, exist_ok=True)
        for entry in sorted(os.listdir(folder)):
            path = os.path.join(folder, entry)
            if os.path.exists(os.path.join(path, "collection.json")):
                self.by_name[urllib.parse.unquote(entry)] = StoredCollection(path)
            else:
                shutil.rmtree(path)

    def __getitem__(self, name):
        with self.lock:
            if name not in self.by_name:
                raise not_found(f"Collection `{name}` doesn't exist!")
            return self.by_name[name]

    def names(self):
        """In the order in which they were made."""
        with self.lock:
            return list(self.by_name)

    def create(self, name, request):
        """A new collection from a request's JSON."""
        if not name or len(name) > 255 or any(each in '<>:"/\\|?*\0' for each in name):
            raise RequestError(422, "Validation error in path parameters: [collection_name: invalid collection name]")
        with self.lock:
            if name in self.by_name:
                raise RequestError(409, f"Wrong input: Collection `{name}` already exists!")
            folder = os.path.join(self.folder, urllib.parse.quote(name, safe="").replace(".", "%2E"))
            self.by_name[name] = StoredCollection(folder, request)

    def delete(self, name):
        """Whether there was one."""
        with self.lock:
            collection = self.by_name.pop(name, None)
            if collection is None:
                return False
            collection.close()
            shutil.rmtree(collection.folder)
            return True

    def close(self):
        """All of them."""
        with self.lock:
            for collection in self.by_name.values():
                collection.close()
            self.by_name.clear()
