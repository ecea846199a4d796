#!/usr/bin/env python3
"""What recollect's commands ask of a cluster over a slow link: requests, round trips one after the other, and seconds.

Messages are imported into a server of the tests' own, which then answers as over a link with the given round trip. A
process has to connect and to look at the collection before its first question, which the explorer does once: requests
about the collection as such are counted apart.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time

import qdrant_peers
from qdrant_peers import COLLECTION, ROOT, TestServer, continue_with_packages, say, write_messages

EXAMPLES = """\
examples:
  qdrant_round_trips.py --recollect .build/release/recollect
  qdrant_round_trips.py --latency-ms 100 --messages 5000
"""
TENANT = ["--tenant", "peers"]
COMMANDS = [
    ["tenants"], ["sessions", *TENANT], ["channels", *TENANT], ["history", *TENANT, "--session", "s3"],
    ["history", *TENANT, "--channel", "web"], ["recent", *TENANT], ["context", *TENANT, "--session", "s3"],
    ["search", *TENANT, "who asked for a discount on the renewal?"],
    ["search", *TENANT, "--channel", "web", "single sign-on in the pilot -refund"],
]


def trips(requests):
    """The most requests of which each began after the one before had been answered."""
    count, end = 0, float("-inf")
    for each in sorted(requests, key=lambda one: one["ended"]):
        if each["started"] >= end:
            count, end = count + 1, each["ended"]
    return count


def main():
    """Runs every command once and prints a table."""
    continue_with_packages()
    import httpx

    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recollect", default=os.path.join(ROOT, ".build", "release", "recollect"))
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--latency-ms", type=float, default=50)
    parser.add_argument("--no-embed", action="store_true", help="search by words alone")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, TestServer() as server:
        file = os.path.join(folder, "messages.jsonl")
        write_messages(file, arguments.messages)
        place = ["--qdrant", server.address, "--collection", COLLECTION]
        say(f"importing {arguments.messages} messages")
        words = ["import", *TENANT, *place, file] + (["--no-wait"] if arguments.no_embed else [])
        qdrant_peers.run_recollect(arguments, words)
        httpx.post(f"{server.address}/_optimize/{COLLECTION}", timeout=600)
        httpx.put(f"{server.address}/_latency", json={"ms": arguments.latency_ms})
        print(f"{'command':<58}{'requests':>9}{'trips':>7}{'setup':>7}{'seconds':>9}")
        for command in COMMANDS:
            last = server.get("/_requests?after=999999999")["last"]
            start = time.perf_counter()
            result = subprocess.run(
                [arguments.recollect, command[0], *place, *command[1:]], stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, text=True)
            seconds = time.perf_counter() - start
            if result.returncode != 0:
                sys.exit(f"recollect {' '.join(command)}: {result.stderr}")
            log = server.get(f"/_requests?after={last}")["requests"]
            data = [each for each in log if each["isolation"] != "collection"]
            setup = [each for each in log if each["isolation"] == "collection"]
            print(f"{' '.join(command):<58}{len(data):>9}{trips(data):>7}{trips(setup):>7}{seconds:>9.2f}")


if __name__ == "__main__":
    main()
