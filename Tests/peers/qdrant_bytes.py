#!/usr/bin/env python3
"""Bytes a point of a collection takes on Qdrant's engine: on the disk by kind of file, and in memory.

The collection is a folder of the tests' own server (`python Tests/qdrant-server --data DIR`, filled by `recollect import
--qdrant`, with its indexes built by `POST /_optimize/conversations`), which must not be running. Blocks of files are
counted, so that what was only reserved is not. Memory is what the process has more after it opened the shard, once the C
library gave back what it held; pages of files are counted apart. With two collections of different size, the differences
are what grows with the points.
"""

from __future__ import annotations

import argparse
import collections
import ctypes
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
EXAMPLES = """\
examples:
  qdrant_bytes.py DIR/conversations
  qdrant_bytes.py LARGER/conversations SMALLER/conversations
"""
KINDS = [
    ("vectors, quantized", re.compile(r"vector_storage-[^/]*/quantized")),
    ("vectors, whole", re.compile(r"vector_storage-dense/")),
    ("words with their points", re.compile(r"vector_storage-sparse/")),
    ("words' postings", re.compile(r"vector_index-sparse/")),
    ("graph", re.compile(r"vector_index-dense/")),
    ("payload", re.compile(r"payload_storage/")),
    ("payload indexes", re.compile(r"payload_index/")),
    ("ids and versions", re.compile(r"id_tracker")),
]


def files(folder):
    """Bytes on the disk by kind."""
    found = collections.Counter()
    segments = os.path.join(folder, "shard", "segments")
    for place, _, names in os.walk(segments):
        for name in names:
            path = os.path.join(place, name)
            within = os.path.relpath(path, segments).split(os.sep, 1)[-1]
            kind = next((kind for kind, pattern in KINDS if pattern.match(within)), "other")
            found[kind] += os.stat(path).st_blocks * 512
    return found


def resident():
    """Bytes of this process by kind of page."""
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    with open("/proc/self/status", encoding="ascii") as file:
        status = file.read()
    return {kind: int(re.search(rf"{kind}:\s+(\d+)", status)[1]) * 1024 for kind in ("RssAnon", "RssFile")}


def load(folder):
    """Opens the shard and prints what it took; runs in a process of its own."""
    import qdrant_edge

    before = resident()
    shard = qdrant_edge.EdgeShard.load(os.path.join(folder, "shard"))
    after = resident()
    print(json.dumps({
        "points": shard.info().points_count, "memory, the process's own": after["RssAnon"] - before["RssAnon"],
        "memory, pages of files": after["RssFile"] - before["RssFile"]
    }))


def measure(folder):
    """Points, and bytes by kind."""
    python = subprocess.run([os.path.join(ROOT, ".ci", "qdrant-server")], check=True, stdout=subprocess.PIPE, text=True)
    output = subprocess.run(
        [python.stdout.split()[-1], os.path.abspath(__file__), "--load", folder], check=True, stdout=subprocess.PIPE,
        text=True).stdout
    loaded = json.loads(output)
    points = loaded.pop("points")
    sizes = files(folder)
    return points, dict(sizes) | {"disk in all": sum(sizes.values())} | loaded


def main():
    """Prints a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="a collection's folder")
    parser.add_argument("smaller", nargs="?", help="a smaller one's, to take the differences")
    parser.add_argument("--load", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not os.path.isdir(os.path.join(arguments.folder, "shard", "segments")):
        sys.exit(f"{arguments.folder} is no collection's folder of Tests/qdrant-server")
    if arguments.load:
        load(arguments.folder)
        return
    points, sizes = measure(arguments.folder)
    if arguments.smaller:
        fewer, base = measure(arguments.smaller)
        if fewer >= points:
            sys.exit(f"{arguments.smaller} is not smaller than {arguments.folder}")
        points, sizes = points - fewer, {kind: size - base.get(kind, 0) for kind, size in sizes.items()}
    print(f"bytes a point, of {points} {'more ' if arguments.smaller else ''}points\n")
    for kind, size in sizes.items():
        print(f"{kind:<28}{size / points:>9.1f}")


if __name__ == "__main__":
    main()
