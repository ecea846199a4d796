"""FAISS, hnswlib and usearch behind one interface, and how each is tuned and measured.

Every engine runs in a process of its own: their OpenMP libraries do not get along in one.
"""

from __future__ import annotations

import concurrent.futures
import importlib
import math
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field

import numpy

from peer_vectors import VectorFiles

NEIGHBOURS = 10
APPENDED = 10_000
APPENDED_AT_ONCE = 1000
#: How far below a target a recall of the sweep, which asks few queries, may lie for a configuration to be tried.
SWEEP_TOLERANCE = 0.004
#: How many of the fastest configurations of the sweep are measured thoroughly, and how much slower than the fastest.
FINALISTS = 3
FINALIST_SLOWNESS = 1.25


@dataclass(frozen=True)
class Plan:
    """What to measure, and how thoroughly."""

    files: VectorFiles
    targets: tuple[float, ...]
    threads: int
    rounds: int
    sweep_queries: int
    k_factors: tuple[int, ...]
    probes: tuple[int, ...]
    expansions: tuple[int, ...]
    factories: tuple[str, ...]


@dataclass
class Measurement:
    """One configuration's recall and times in microseconds."""

    configuration: str
    recall: float
    p50: float
    p99: float
    batch: float

    @property
    def best(self):
        """The time that counts: Python's cost of a call must not decide."""
        return min(self.p50, self.batch)


@dataclass
class Row:
    """The fastest configuration of an engine that reaches a target, or where none does, the best recall."""

    engine: str
    target: float
    best_recall: float
    measurement: Measurement | None = None
    facts: dict = field(default_factory=dict)


def say(text):
    """Progress, on standard error."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def run_apart(function, *arguments):
    """Calls a function in a new process, and returns what it returns."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(function, *arguments).result()


# Engines --------------------------------------------------------------------------------------------------------------

class PeerIndex:
    """An index of a peer: built from vectors, or opened from a file."""

    name = ""
    build_seconds = 0.0

    def ladders(self, plan):
        """Lists of settings to try; within a list both recall and time grow."""
        raise NotImplementedError

    def apply(self, settings):
        """Uses settings from now on."""
        raise NotImplementedError

    def describe(self, settings):
        """Name and settings for the table."""
        return f"{self.name}, " + ", ".join(f"{name} {value}" for name, value in settings.items())

    def prepare(self, queries):
        """Queries as `search` takes them."""
        return queries

    def questions(self, prepared):
        """The queries one by one, as `search` takes them."""
        return [prepared[row:row + 1] for row in range(len(prepared))]

    def use_threads(self, count):
        """Makes searches of this thread use so many threads."""

    def search(self, prepared, threads):
        """The row numbers of the nearest neighbours."""
        raise NotImplementedError

    def save(self, path):
        """Writes the index to a file."""
        raise NotImplementedError

    def opening(self):
        """What `open_index` needs besides the path."""
        raise NotImplementedError

    def append(self, vectors, first_key):
        """Adds vectors with all cores."""
        raise NotImplementedError


class FaissIndex(PeerIndex):
    """PQ codes that are scanned, and a more precise copy of the vectors that orders the best of them."""

    def __init__(self, name, index, build_seconds=0.0, parts=()):
        self.name, self.index, self.build_seconds, self.parts = name, index, build_seconds, parts
        self.lists = 0

    @classmethod
    def build_all(cls, base, factories):
        """Each factory string with 8-bit and with 16-bit storage for refinement. Equal parts are built once."""
        import faiss

        stores = {"SQ8": cls.part("SQ8", base), "SQfp16": cls.part("SQfp16", base)}
        indexes = []
        for factory in factories:
            codes, codes_seconds = cls.part(factory, base)
            for store, (vectors, seconds) in stores.items():
                index = faiss.IndexRefine(codes, vectors)
                built = cls(f"FAISS {factory},Refine({store})", index, codes_seconds + seconds, (codes, vectors))
                built.lists = getattr(faiss.downcast_index(codes), "nlist", 0)
                indexes.append(built)
        return indexes

    @staticmethod
    def part(factory, base):
        """A trained and filled index, and the seconds that took."""
        import faiss

        start = time.perf_counter()
        index = faiss.index_factory(base.shape[1], factory, faiss.METRIC_INNER_PRODUCT)
        index.train(base)
        index.add(base)
        seconds = time.perf_counter() - start
        say(f"FAISS {factory}: built in {seconds:.1f} s")
        return index, seconds

    def ladders(self, plan):
        if not self.lists:
            return [[{"k_factor": factor} for factor in plan.k_factors]]
        probes = [count for count in plan.probes if count <= self.lists]
        return [[{"nprobe": count, "k_factor": factor} for factor in plan.k_factors] for count in probes]

    def apply(self, settings):
        import faiss

        self.index.k_factor = settings["k_factor"]
        if self.lists:
            faiss.downcast_index(self.parts[0]).nprobe = settings["nprobe"]

    def use_threads(self, count):
        import faiss

        faiss.omp_set_num_threads(count)

    def search(self, prepared, threads):
        return self.index.search(prepared, NEIGHBOURS)[1]

    def save(self, path):
        import faiss

        faiss.write_index(self.index, path)

    def opening(self):
        return {"module": "faiss"}

    @classmethod
    def open(cls, path, copy, **_):
        """`copy` makes no difference: what is read can be added to."""
        import faiss

        return cls("", faiss.read_index(path))

    def append(self, vectors, first_key):
        self.index.add(vectors)


class HnswlibIndex(PeerIndex):
    """A graph over 32-bit vectors."""

    name = "hnswlib M=16"

    def __init__(self, index):
        self.index = index

    @classmethod
    def build(cls, base):
        """A graph with ef_construction 200, built with all cores."""
        import hnswlib

        graph = hnswlib.Index("ip", base.shape[1])
        graph.init_index(len(base), ef_construction=200, M=16)
        built = cls(graph)
        built.build_seconds = add_with_progress(built, base)
        return built

    def ladders(self, plan):
        return [[{"ef": expansion} for expansion in plan.expansions]]

    def apply(self, settings):
        self.index.set_ef(settings["ef"])

    def search(self, prepared, threads):
        return self.index.knn_query(prepared, NEIGHBOURS, num_threads=threads)[0]

    def save(self, path):
        self.index.save_index(path)

    def opening(self):
        return {"module": "hnswlib", "columns": self.index.dim, "capacity": self.index.element_count + APPENDED}

    @classmethod
    def open(cls, path, copy, columns, capacity, **_):
        """Room for more is only made where `copy` says that more will come."""
        import hnswlib

        graph = hnswlib.Index("ip", columns)
        graph.load_index(path, max_elements=capacity if copy else 0)
        return cls(graph)

    def append(self, vectors, first_key):
        self.index.add_items(vectors, numpy.arange(first_key, first_key + len(vectors)))


class UsearchIndex(PeerIndex):
    """A graph over 16-bit or 8-bit vectors.

    8-bit vectors are scaled here to use all of the eight bits, which keeps more of unit vectors than usearch's cast.
    """

    def __init__(self, index, kind, scale):
        self.index, self.kind, self.scale = index, kind, scale
        self.name = f"usearch {kind}"

    @classmethod
    def build(cls, base, kind):
        """A graph with connectivity 16 and expansion_add 200, built with all cores."""
        from usearch.index import Index

        graph = Index(ndim=base.shape[1], metric="ip", dtype=kind, connectivity=16, expansion_add=200)
        built = cls(graph, kind, 127 / float(numpy.abs(base).max()))
        built.build_seconds = add_with_progress(built, base)
        return built

    def ladders(self, plan):
        return [[{"expansion_search": expansion} for expansion in plan.expansions]]

    def apply(self, settings):
        self.index.expansion_search = settings["expansion_search"]

    def prepare(self, queries):
        if self.kind == "i8":
            return numpy.clip(numpy.rint(queries * self.scale), -127, 127).astype(numpy.int8)
        return queries

    def questions(self, prepared):
        return list(prepared)

    def search(self, prepared, threads):
        return self.index.search(prepared, NEIGHBOURS, threads=threads).keys

    def save(self, path):
        self.index.save(path)

    def opening(self):
        return {"module": "usearch.index", "storage": self.kind, "scale": self.scale}

    @classmethod
    def open(cls, path, copy, storage, scale, **_):
        """A view of the file, or where `copy` says so, a copy that can be added to."""
        from usearch.index import Index

        return cls(Index.restore(path, view=not copy), storage, scale)

    def append(self, vectors, first_key):
        keys = numpy.arange(first_key, first_key + len(vectors))
        self.index.add(keys, self.prepare(vectors), threads=os.cpu_count())


def add_with_progress(index, base):
    """Appends everything to an empty graph, and says now and then how long it will take. Returns the seconds."""
    start, step = time.perf_counter(), max(1000, math.ceil(len(base) / 10))
    for first in range(0, len(base), step):
        index.append(numpy.ascontiguousarray(base[first:first + step]), first)
        seconds, share = time.perf_counter() - start, min(1, (first + step) / len(base))
        say(f"{index.name}: {share:.0%} built in {seconds:.0f} s, at least {seconds / share - seconds:.0f} s to go")
    return time.perf_counter() - start


# Measuring ------------------------------------------------------------------------------------------------------------

def recall(found, truth):
    """The share of the true nearest neighbours that was found."""
    hits = sum(len(set(row).intersection(exact)) for row, exact in zip(found.tolist(), truth.tolist()))
    return hits / truth.size


def time_batches(index, prepared, threads, rounds):
    """Microseconds of one thread for a query when all are asked in one call, median of the rounds; and the answer."""
    index.use_threads(threads)
    times = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        found = index.search(prepared, threads)
        times.append((time.perf_counter_ns() - start) / 1000 * threads / len(prepared))
    return sorted(times)[len(times) // 2], found


def time_calls(index, prepared, threads, rounds):
    """Microseconds of each call with one query, `threads` calls at a time."""
    questions = index.questions(prepared)
    times = [[] for _ in range(threads)]

    def work(thread):
        index.use_threads(1)
        for turn in range(rounds):
            for question in questions[(thread - turn) % threads::threads]:
                start = time.perf_counter_ns()
                index.search(question, 1)
                times[thread].append((time.perf_counter_ns() - start) / 1000)

    if threads == 1:
        work(0)
    else:
        workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    return numpy.concatenate([numpy.array(part) for part in times])


class Tuning:
    """Finds the fastest configuration of some indexes for each target."""

    def __init__(self, indexes, plan):
        self.indexes, self.plan = indexes, plan
        _, queries, truth = plan.files.load()
        self.queries = numpy.ascontiguousarray(queries)
        self.truth = truth[:, :NEIGHBOURS]
        self.sweep = []
        self.thorough = {}
        self.recalls = {}

    def measure(self, index, settings, queries, rounds):
        """Recall and times with the first `queries` queries."""
        index.apply(settings)
        prepared = index.prepare(self.queries[:queries])
        batch, found = time_batches(index, prepared, self.plan.threads, rounds)
        calls = time_calls(index, prepared, self.plan.threads, rounds)
        p50, p99 = numpy.percentile(calls, [50, 99])
        share = recall(found, self.truth[:queries])
        return Measurement(index.describe(settings), share, float(p50), float(p99), batch)

    def run_sweep(self):
        """Tries the settings of all indexes with few queries; leaves out what cannot be the fastest."""
        highest, fastest = max(self.plan.targets) + SWEEP_TOLERANCE, math.inf
        for index in self.indexes:
            for ladder in index.ladders(self.plan):
                for settings in ladder:
                    result = self.measure(index, settings, self.plan.sweep_queries, 1)
                    self.sweep.append((index, settings, result))
                    if result.recall >= highest:
                        fastest = min(fastest, result.best)
                        break
                    if result.best > 2 * fastest:
                        break

    def measure_thoroughly(self, index, settings):
        """All queries in several rounds, once for each configuration."""
        key = index.describe(settings)
        if key not in self.thorough:
            self.thorough[key] = self.measure(index, settings, len(self.queries), self.plan.rounds)
        return self.thorough[key]

    def full_recall(self, index, settings):
        """Recall with all queries, found out once for each configuration, with all cores."""
        key = index.describe(settings)
        if key not in self.recalls:
            index.apply(settings)
            index.use_threads(os.cpu_count())
            found = index.search(index.prepare(self.queries), os.cpu_count())
            self.recalls[key] = recall(found, self.truth)
        return self.recalls[key]

    def finalists(self, target):
        """The configurations that the sweep found fastest among those that reach a target, fastest first."""
        promising = [entry for entry in self.sweep if entry[2].recall >= target - SWEEP_TOLERANCE]
        found = []
        for index, settings, result in sorted(promising, key=lambda entry: entry[2].best):
            if len(found) == FINALISTS or (found and result.best > FINALIST_SLOWNESS * found[0][2].best):
                break
            if self.full_recall(index, settings) >= target:
                found.append((index, settings, result))
        return found

    def fastest(self, target):
        """The index and the measurement that win at a target, or None."""
        measured = [
            (index, self.measure_thoroughly(index, settings)) for index, settings, _ in self.finalists(target)]
        return min(measured, key=lambda entry: entry[1].best, default=None)

    @property
    def best_recall(self):
        """The highest recall with all queries where that is known, else with those of the sweep."""
        return max(self.recalls.get(index.describe(settings), result.recall) for index, settings, result in self.sweep)


# Files ----------------------------------------------------------------------------------------------------------------

#: By the module that is imported for it.
OPENERS = {"faiss": FaissIndex, "hnswlib": HnswlibIndex, "usearch.index": UsearchIndex}


def resident_bytes():
    """This process's memory, or None where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def new_vectors(base):
    """Vectors to append: the middle between neighbouring rows, on the unit sphere."""
    count = min(APPENDED, len(base) - 1)
    middles = base[:count] + base[1:count + 1]
    return numpy.ascontiguousarray(middles / numpy.linalg.norm(middles, axis=1, keepdims=True))


def inspect_file(path, opening, files):
    """Size, memory, time to open and append rate of a saved index. Meant for a process that does nothing else."""
    base, _, _ = files.load()
    added = new_vectors(base)
    engine = OPENERS[opening["module"]]
    importlib.import_module(opening["module"])
    before = resident_bytes()
    index = engine.open(path, copy=True, **opening)
    grown = None if before is None else (resident_bytes() - before) / len(base)
    start = time.perf_counter()
    for first in range(0, len(added), APPENDED_AT_ONCE):
        index.append(added[first:first + APPENDED_AT_ONCE], len(base) + first)
    rate = len(added) / (time.perf_counter() - start)
    del index
    return {
        "bytes_per_vector": os.path.getsize(path) / len(base), "resident_bytes_per_vector": grown,
        "open_ms": open_milliseconds(engine, path, opening), "append_per_s": rate,
    }


def open_milliseconds(engine, path, opening, times=3):
    """The median time to open a file that the system has in its cache."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        index = engine.open(path, copy=False, **opening)
        taken.append((time.perf_counter() - start) * 1000)
        del index  # Before the next one is opened, and outside of the time.
    return sorted(taken)[times // 2]


# One engine -----------------------------------------------------------------------------------------------------------

def power_of_two_near_root(rows):
    """The number of lists of an inverted file: 1024 for a million rows, 256 for a hundred thousand."""
    return 2 ** round(math.log2(math.sqrt(rows)))


def faiss_factories(base, inverted):
    """The usual factory strings: half a byte for every eight, and for every four dimensions."""
    rows, columns = base.shape
    if inverted:
        return [f"IVF{power_of_two_near_root(rows)},PQ{columns // 4}x4fs"]
    return [f"PQ{columns // 8}x4fs", f"PQ{columns // 4}x4fs"]


#: What each row of the table builds.
ENGINES = {
    "FAISS": lambda base, plan: FaissIndex.build_all(base, faiss_factories(base, inverted=False)),
    "FAISS IVF": lambda base, plan: FaissIndex.build_all(base, faiss_factories(base, inverted=True)),
    "FAISS more": lambda base, plan: FaissIndex.build_all(base, plan.factories),
    "hnswlib": lambda base, plan: [HnswlibIndex.build(base)],
    "usearch f16": lambda base, plan: [UsearchIndex.build(base, "f16")],
    "usearch i8": lambda base, plan: [UsearchIndex.build(base, "i8")],
}


def measure_engine(name, plan):
    """Builds an engine's indexes, tunes them, and returns a row for each target and all points of the sweep."""
    base, _, _ = plan.files.load()
    say(f"{name}: building")
    tuning = Tuning(ENGINES[name](base, plan), plan)
    say(f"{name}: sweeping")
    tuning.run_sweep()
    say(f"{name}: measuring the fastest")
    winners = [(target, tuning.fastest(target)) for target in plan.targets]
    facts = {}
    rows = []
    for target, winner in winners:
        row = Row(name, target, tuning.best_recall)
        if winner:
            index, row.measurement = winner
            if index.name not in facts:
                facts[index.name] = inspect(index, plan)
            row.facts = facts[index.name]
        rows.append(row)
    return rows, [asdict(entry[2]) for entry in tuning.sweep]


def inspect(index, plan):
    """Saves an index for a moment, and returns the facts about its file."""
    say(f"{index.name}: saving, opening, appending")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "index")
        index.save(path)
        facts = run_apart(inspect_file, path, index.opening(), plan.files)
    return {"build_s": index.build_seconds, **facts}
