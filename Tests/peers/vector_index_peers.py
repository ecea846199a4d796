#!/usr/bin/env python3
"""Compares recollect's vector index with FAISS, hnswlib and usearch: same vectors, same queries, same threads, one run.

For every engine and every recall target, the fastest configuration is reported whose measured recall@10 reaches the
target: of a sweep over settings for the peers, of a sweep over the recall that is asked for with recollect. Peers are
measured with one query a call (p50, p99), and with all queries in one call (batch: the mean time of a query, on one
thread); the smaller of p50 and batch counts as the peer's time, so that Python's cost of a call decides nothing.
recollect's time is its p50, with one query a call.

The peers come from the Python Package Index, into a virtual environment of this script's own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile

from peer_environment import continue_with, default_environment, installed_python

PACKAGES = ["numpy==2.4.6", "faiss-cpu==1.15.1", "hnswlib==0.8.0", "usearch==2.26.6"]
EXAMPLES = """\
examples:
  vector_index_peers.py --base base.fbin --query query.fbin --truth truth.ibin
  vector_index_peers.py --base base.fbin --query query.fbin --truth truth.ibin --skip hnswlib --skip usearch
  vector_index_peers.py --embed 20000 --quick --recollect .build/release/recollect
  vector_index_peers.py --embed 100000 --json peers.json --recall 0.95 --recall 0.99
  vector_index_peers.py --embed 20000 --python ~/venv/bin/python

fbin files hold u32 rows, u32 columns, then 32-bit floats; ibin files 32-bit row numbers, best first. Vectors are of
unit length. At a million rows, each graph (hnswlib, usearch f16, usearch i8) takes many minutes to build.
"""
#: Recalls that recollect is asked for besides the targets: what it finds may lie above what was asked for, or below.
ASKED = [0.90, 0.93, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.993, 0.995]
QUICK_QUERIES = 200
HEADINGS = [
    "engine and configuration", "recall target", "recall@10", "p50 us", "p99 us", "batch us", "ratio to recollect",
    "bytes/vector", "resident/vector", "build s", "open ms", "append/s",
]
LEGEND = """\
ratio to recollect: the engine's best time (the smaller of p50 and batch) divided by recollect's p50. batch: all queries
in one call, microseconds of one thread for a query; scanning engines share reads among the queries of a batch.
bytes/vector: on disk. resident/vector: the growth of a process that reads the file into memory; for recollect, what
of its mapped files is in memory, or all of them where that is not known. build: all cores for peers; recollect: append
and seal. open: with the file in the system's cache; usearch views the file, FAISS and hnswlib read it. append: to the
full index, 1000 vectors at a time, all cores for peers; recollect: while building, 1024 at a time."""


# Arguments ------------------------------------------------------------------------------------------------------------

def add_input_options(parser):
    """Where vectors come from."""
    group = parser.add_argument_group("vectors")
    group.add_argument("--base", help="vectors to index, fbin")
    group.add_argument("--query", help="queries, fbin")
    group.add_argument("--truth", help="exact neighbours of each query, ibin")
    group.add_argument("--embed", type=int, default=20000, metavar="N",
                       help="without files: embed N generated sentences and 500 others as queries (default 20000)")
    group.add_argument("--seed", type=int, default=1, help="seed of the generated sentences (default 1)")
    group.add_argument("--recollect", default="recollect", help="the program that embeds (default: recollect)")


def add_measuring_options(parser):
    """What is measured."""
    group = parser.add_argument_group("measuring")
    group.add_argument("--bench", help="recollect-bench (default: beside --recollect if it lies there, else in PATH)")
    group.add_argument("--recall", type=float, action="append", metavar="R",
                       help="a recall@10 to reach; several times for several (default 0.95 0.97 0.99)")
    group.add_argument("--threads", type=int, default=1, help="queries at the same time, a thread each (default 1)")
    group.add_argument("--rounds", type=int, help="times that each query is asked (default 5, quick 2)")
    group.add_argument("--quick", action="store_true", help="fewer queries and settings, to see that all this works")
    group.add_argument("--skip", action="append", default=[], choices=["faiss", "hnswlib", "usearch"],
                       help="leave an engine out; several times for several")
    group.add_argument("--factory", action="append", default=[],
                       help="another FAISS factory string to try, such as IVF256,PQ96x4fsr; refinement is added to it")
    group.add_argument("--json", metavar="FILE", help="also write everything that was measured to a file")


def add_environment_options(parser):
    """Which Python runs the peers."""
    group = parser.add_argument_group("environment")
    group.add_argument("--environment", default=default_environment("peers-venv"), metavar="FOLDER",
                       help="the virtual environment for the peers (default: %(default)s)")
    group.add_argument("--python", help="use this interpreter, which has the packages, and install nothing")
    group.add_argument("--no-install", action="store_true", help="use the interpreter that runs this")


def parse_arguments():
    """Options, checked."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_input_options(parser)
    add_measuring_options(parser)
    add_environment_options(parser)
    options = parser.parse_args()
    given = [options.base, options.query, options.truth]
    if any(given) and not all(given):
        parser.error("--base, --query and --truth go together")
    if options.threads < 1 or options.embed < 1000:
        parser.error("--threads begins at 1, --embed at 1000")
    options.recall = sorted(set(options.recall or [0.95, 0.97, 0.99]))
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.bench = options.bench or bench_beside(options.recollect)
    return options


def bench_beside(recollect):
    """recollect-bench in the folder of recollect, or by its name."""
    beside = os.path.join(os.path.dirname(recollect), "recollect-bench")
    return beside if os.path.exists(beside) else "recollect-bench"


def make_plan(options, files):
    """What the engines are to do."""
    from peer_engines import Plan

    quick = options.quick
    return Plan(
        files=files, targets=tuple(options.recall), threads=options.threads, rounds=options.rounds,
        sweep_queries=100 if quick else 200,
        k_factors=(5, 20, 100) if quick else (3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 200),
        probes=(8, 32, 128) if quick else (8, 16, 32, 64, 96, 128, 192, 256, 384),
        expansions=(16, 48, 128, 400) if quick else (16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 200, 300, 400),
        factories=tuple(options.factory))


# recollect ------------------------------------------------------------------------------------------------------------

class Recollect:
    """recollect's own benchmark, before and after the peers: the faster of the two counts for each recall."""

    def __init__(self, options, files, folder):
        self.options, self.files, self.folder = options, files, os.path.join(folder, "index")
        self.results = []
        self.rows = 0

    def run(self):
        """Builds the index, or uses it once it is there, and adds what was measured."""
        command = [self.options.bench, "index", "--json", "--folder", self.folder]
        command += ["--base", self.files.base, "--query", self.files.query, "--truth", self.files.truth]
        command += ["--threads", str(self.options.threads), "--rounds", str(self.options.rounds)]
        for share in sorted({*ASKED, *self.options.recall}):
            command += ["--recall", str(share)]
        if self.results:
            command.append("--reuse")
        report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        self.rows = report["rows"]
        self.results += report["results"]

    def facts(self):
        """What does not depend on the recall. Building is appending everything, and sealing it."""
        first = self.results[0]
        return {
            "bytes_per_vector": first["bytes_per_vector"],
            "resident_bytes_per_vector": first["resident_bytes_per_vector"] or first["bytes_per_vector"],
            "build_s": self.rows / first["append_per_s"] + first["build_s"],
            "open_ms": first["open_ms"], "append_per_s": first["append_per_s"],
        }

    def measured(self):
        """All that was measured."""
        from peer_engines import Measurement

        return [
            Measurement(f"recollect, {result['config']}", result["recall@10"], result["p50_us"], result["p99_us"],
                        float("inf"))
            for result in self.results
        ]

    def table_rows(self, targets):
        """A row for each target."""
        from peer_engines import Row

        found = self.measured()
        best = max(measurement.recall for measurement in found)
        rows = []
        for target in targets:
            reaching = [measurement for measurement in found if measurement.recall >= target]
            fastest = min(reaching, key=lambda measurement: measurement.p50, default=None)
            rows.append(Row("recollect", target, best, fastest, self.facts()))
        return rows


# Report ---------------------------------------------------------------------------------------------------------------

def number(value, digits=0):
    """A number for the table, or a dash."""
    return "-" if value is None or value == float("inf") else f"{value:.{digits}f}"


def cells(row, reference):
    """A row of the table."""
    if row.measurement is None:
        found = f"best {row.best_recall:.4f}"
        return [row.engine, f"{row.target:g}", found] + ["-"] * (len(HEADINGS) - 3)
    measurement, facts = row.measurement, row.facts
    ratio = measurement.best / reference if reference else None
    return [
        measurement.configuration, f"{row.target:g}", number(measurement.recall, 4), number(measurement.p50, 1),
        number(measurement.p99, 1), number(measurement.batch, 1), number(ratio, 2),
        number(facts["bytes_per_vector"]), number(facts["resident_bytes_per_vector"]), number(facts["build_s"], 1),
        number(facts["open_ms"], 2), number(facts["append_per_s"]),
    ]


def references(rows):
    """recollect's p50 by target."""
    return {row.target: row.measurement.p50 for row in rows if row.engine == "recollect" and row.measurement}


def markdown(rows):
    """The table, by target and then by engine."""
    times = references(rows)
    lines = [HEADINGS, ["---"] + ["---:"] * (len(HEADINGS) - 1)]
    lines += [cells(row, times.get(row.target)) for row in sorted(rows, key=lambda row: row.target)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def document(rows, sweep, about):
    """Everything that was measured, for --json."""
    times = references(rows)
    results = []
    for row in rows:
        measurement = row.measurement
        entry = {"engine": row.engine, "target": row.target, "best_recall": row.best_recall}
        if measurement:
            entry |= {
                "configuration": measurement.configuration, "recall@10": measurement.recall,
                "p50_us": measurement.p50, "p99_us": measurement.p99,
                "batch_us": None if measurement.batch == float("inf") else measurement.batch,
                **row.facts,
            }
            if row.target in times:
                entry["ratio_of_best"] = measurement.best / times[row.target]
                entry["ratio_of_p50"] = measurement.p50 / times[row.target]
        results.append(entry)
    return {**about, "results": results, "sweep": sweep}


def engine_names(options):
    """The engines that are not left out."""
    from peer_engines import ENGINES

    names = [name for name in ENGINES if name.split()[0].lower() not in options.skip]
    return [name for name in names if name != "FAISS more" or options.factory]


def compare(options, files, folder):
    """Measures everything, and prints it."""
    from peer_engines import measure_engine, run_apart, say

    base, queries, _ = files.load()
    plan = make_plan(options, files)
    recollect = Recollect(options, files, folder)
    say("recollect: building, measuring")
    recollect.run()
    rows, sweep = [], {}
    for name in engine_names(options):
        engine_rows, sweep[name] = run_apart(measure_engine, name, plan)
        rows += engine_rows
    say("recollect: measuring again")
    recollect.run()
    rows = recollect.table_rows(plan.targets) + rows
    sweep["recollect"] = recollect.results
    print(f"{len(base)} vectors of {base.shape[1]} dimensions, {len(queries)} queries, "
          f"{options.threads} at a time, {options.rounds} rounds\n\n{markdown(rows)}\n\n{LEGEND}")
    if options.json:
        about = {
            "rows": len(base), "dimensions": base.shape[1], "threads": options.threads, "packages": PACKAGES,
            "load_average": os.getloadavg(),
        }
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(document(rows, sweep, about), file, indent=2)


def run(options):
    """Compares, with files in a temporary folder."""
    from peer_engines import say
    from peer_vectors import VectorFiles, first_queries, make_vector_files

    with tempfile.TemporaryDirectory(prefix="recollect-peers-") as folder:
        if options.base:
            files = VectorFiles(options.base, options.query, options.truth)
        else:
            files = make_vector_files(folder, options.recollect, options.embed, options.seed, say)
        if options.quick:
            files = first_queries(files, QUICK_QUERIES, folder)
        compare(options, files, folder)


def main():
    """Prepares what the comparison needs, and compares."""
    options = parse_arguments()
    if not options.no_install:
        continue_with(options.python or installed_python(options.environment, PACKAGES))
    try:
        run(options)
    except (OSError, RuntimeError, ValueError, subprocess.CalledProcessError) as problem:
        sys.exit(f"vector_index_peers.py: {problem}")


if __name__ == "__main__":
    main()
