#!/usr/bin/env python3
"""Compares recollect's keyword index with Xapian and with SQLite's FTS5: same messages, same stems, one run.

recollect-bench measures recollect, and writes its questions down; every engine is then asked for the best messages that
have any of a question's stems. FTS5 ranks by a BM25 of its own (k1 = 1.2, b = 0.75); Xapian is given recollect's constants.
Answers are compared with recollect's by their top 10, to see that the engines were asked the same.

Xapian comes from Debian (python3-xapian, which is for Debian's own interpreter).
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time

EXAMPLES = """\
examples:
  keyword_peers.py --data DIR --tenant sgd --recollect-bench .build/release/recollect-bench
  keyword_peers.py --data DIR --tenant sgd --questions 1000 --skip fts5

DIR is a copy: the tenant's keyword index is made anew in it.
"""
K1, B = 1.2, 0.4


def say(text):
    """Progress, on standard error."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def run_recollect(arguments, dump):
    """recollect's report."""
    command = [
        arguments.recollect_bench, "keyword", "--data", arguments.data, "--tenant", arguments.tenant, "--questions",
        str(arguments.questions), "--top-k", str(arguments.top_k), "--check", "--json", "--dump", dump,
    ]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def read_messages(arguments):
    """The tenant's messages: row, author, content."""
    folder = os.path.join(arguments.data, "tenants")
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name, "conversations.sqlite")
        if not os.path.exists(path):
            continue
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        owner = database.execute("SELECT id FROM tenant").fetchone()[0]
        if owner.decode() == arguments.tenant:
            yield from database.execute(
                "SELECT m.row, coalesce(a.name, ''), CAST(m.content AS TEXT) FROM messages m "
                "LEFT JOIN authors a ON a.ordinal = m.author ORDER BY m.row")
            return
    sys.exit(f"there is no tenant {arguments.tenant} in {arguments.data}")


class Xapian:
    """Xapian's glass backend."""

    name = "Xapian"

    def __init__(self, messages, folder):
        import xapian

        self.xapian = xapian
        self.name = f"Xapian {xapian.version_string()}"
        path = os.path.join(folder, "xapian")
        database = xapian.WritableDatabase(path, xapian.DB_CREATE_OR_OPEN)
        generator = xapian.TermGenerator()
        generator.set_stemmer(xapian.Stem("porter"))
        generator.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)
        for row, author, content in messages:
            document = xapian.Document()
            generator.set_document(document)
            generator.index_text_without_positions(author)
            generator.index_text_without_positions(content)
            database.replace_document(row, document)
        database.commit()
        database.close()
        compact = os.path.join(folder, "xapian-compact")
        xapian.Database(path).compact(compact)
        self.database = xapian.Database(compact)

    def prepare(self, stems):
        """A query for `search`."""
        return self.xapian.Query(self.xapian.Query.OP_OR, stems)

    def search(self, query, top_k):
        """The best rows."""
        enquire = self.xapian.Enquire(self.database)
        enquire.set_weighting_scheme(self.xapian.BM25Weight(K1, 0, 0, B, 0))
        enquire.set_query(query)
        return [match.docid for match in enquire.get_mset(0, top_k)]


class FullText:
    """SQLite's FTS5."""

    name = "SQLite FTS5"

    def __init__(self, messages, folder):
        self.name = f"SQLite {sqlite3.sqlite_version} FTS5"
        self.database = sqlite3.connect(os.path.join(folder, "fts5.sqlite"))
        self.database.execute(
            "CREATE VIRTUAL TABLE keywords USING fts5 (author, content, content = '', tokenize = 'porter unicode61')")
        self.database.executemany("INSERT INTO keywords (rowid, author, content) VALUES (?, ?, ?)", messages)
        self.database.execute("INSERT INTO keywords (keywords) VALUES ('optimize')")
        self.database.commit()

    def prepare(self, stems):
        """A query for `search`."""
        return " OR ".join(f'"{stem}"' for stem in stems)

    def search(self, query, top_k):
        """The best rows."""
        return [
            row for row, in self.database.execute(
                "SELECT rowid FROM keywords WHERE keywords MATCH ? ORDER BY rank LIMIT ?", (query, top_k))
        ]


def measure(engine, questions, arguments):
    """A row of the table: each question once before it counts."""
    queries = [engine.prepare(question["stems"]) for question in questions]
    answers = [engine.search(query, arguments.top_k) for query in queries]
    seconds = []
    for _ in range(arguments.rounds):
        for query in queries:
            start = time.perf_counter()
            engine.search(query, arguments.top_k)
            seconds.append(time.perf_counter() - start)
    seconds.sort()
    shared = [
        len(set(answer[:10]) & set(question["rows"][:10])) / max(1, len(question["rows"][:10]))
        for answer, question in zip(answers, questions)
    ]
    return {
        "p50_us": seconds[len(seconds) // 2] * 1e6,
        "p95_us": seconds[int(len(seconds) * 0.95)] * 1e6,
        "p99_us": seconds[int(len(seconds) * 0.99)] * 1e6,
        "top_10_shared": sum(shared) / len(shared),
    }


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="a copy of a data folder")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--top-k", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--recollect-bench", default=".build/release/recollect-bench")
    parser.add_argument("--skip", action="append", default=[], choices=["xapian", "fts5"])
    parser.add_argument("--json", help="write the results to this file")
    return parser.parse_args()


def main():
    """Measures everything and prints a table."""
    arguments = parse_arguments()
    engines = {"xapian": Xapian, "fts5": FullText}
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        dump = os.path.join(folder, "questions.jsonl")
        say("recollect")
        report = run_recollect(arguments, dump)
        rows["recollect"] = report
        with open(dump, encoding="utf-8") as file:
            questions = [json.loads(line) for line in file]
        for key, kind in engines.items():
            if key in arguments.skip:
                continue
            say(f"{key}: building")
            start = time.perf_counter()
            engine = kind(read_messages(arguments), folder)
            seconds = time.perf_counter() - start
            say(f"{key}: searching")
            rows[engine.name] = measure(engine, questions, arguments) | {"build_s": seconds}
    print(f"{report['messages']} messages, {report['questions']} questions of {report['terms']:.1f} terms, "
          f"the best {arguments.top_k}; {report['exact']} of recollect's answers are exact\n")
    print(f"{'engine':<24}{'p50 us':>10}{'p95 us':>10}{'p99 us':>10}{'build s':>10}{'top 10 shared':>16}")
    for name, row in rows.items():
        shared = f"{row['top_10_shared']:.3f}" if "top_10_shared" in row else ""
        print(f"{name:<24}{row['p50_us']:>10.0f}{row['p95_us']:>10.0f}{row['p99_us']:>10.0f}"
              f"{row['build_s']:>10.1f}{shared:>16}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
