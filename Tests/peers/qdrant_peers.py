#!/usr/bin/env python3
"""Compares recollect's bulk writes to Qdrant with the official Python client's: same points, same kind of server, one run.

recollect imports a file into a new server, or moves a data folder to it. The points it wrote are then read back, and the
Python client writes the very same to another new server with the same collection, from memory, with one process and with
several. Each is measured in every round, and its fastest round counts. Seconds are of the clock, from a program's start to
its end for recollect (it reads the file, makes ids, titles and words' weights, reads what is stored, and makes the
collection), and of the uploads alone for the client.

Messages are stored before they are embedded. With --embed, recollect goes on until they have their vectors: an import is
then bound by the encoder; a folder's vectors were made before the time is taken, and are carried over.

The servers are the tests' own (Tests/qdrant-server).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

from peer_messages import messages

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
COLLECTION = "conversations"
EXAMPLES = """\
examples:
  qdrant_peers.py --recollect .build/release/recollect
  qdrant_peers.py --how migrate --data DIR --tenant sgd --rounds 1
  qdrant_peers.py --how migrate --embed --messages 5000
"""


def say(text):
    """Progress, on standard error."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


class TestServer:
    """A new server in a temporary folder."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(ROOT, "Tests", "qdrant-server"), "--port", "0", "--stop-with-stdin"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().split()[-1]
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def get(self, path):
        """A call's answer."""
        import httpx

        return httpx.get(self.address + path, timeout=60).json()

    def share_at_work(self, seconds):
        """How much of the time the server had a write to do, and how many it was sent."""
        writes = [each for each in self.get("/_requests")["requests"] if each["path"].endswith("/points")
                  and each["method"] == "PUT"]
        busy = end = 0.0
        for each in sorted(writes, key=lambda one: one["started"]):
            busy += max(0.0, each["ended"] - max(end, each["started"]))
            end = max(end, each["ended"])
        return busy / seconds, len(writes)


# recollect ------------------------------------------------------------------------------------------------------------

def write_messages(path, count):
    """A file to import: sessions of twenty messages."""
    with open(path, "w", encoding="utf-8") as file:
        for row, text in enumerate(messages(count)):
            moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_780_000_000 + row * 60))
            file.write(json.dumps({
                "message_id": f"m{row}", "session_id": f"s{row // 20}", "channel": ["web", "email", "slack"][row // 20 % 3],
                "role": ["user", "assistant"][row % 2], "content": text, "timestamp": moment
            }) + "\n")


def run_recollect(arguments, words, **more):
    """Runs a command of recollect's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QDRANT_")}
    subprocess.run([arguments.recollect, *words], check=True, env=environment, stdout=subprocess.DEVNULL, **more)


def measure_recollect(arguments, file, server):
    """Seconds."""
    to_server = ["--qdrant", server.address, "--collection", COLLECTION]
    if arguments.how == "import":
        words = ["import", "--tenant", arguments.tenant, *to_server, file]
    else:
        words = ["migrate", "--to", "qdrant", "--data", arguments.data, *to_server]
        if arguments.tenant:
            words += ["--tenant", arguments.tenant]
    if not arguments.embed:
        words.append("--no-wait")
    start = time.perf_counter()
    run_recollect(arguments, words)
    return time.perf_counter() - start


# The Python client ----------------------------------------------------------------------------------------------------

def read_points(server):
    """Everything that recollect wrote."""
    from qdrant_client import QdrantClient, models

    client = QdrantClient(url=server.address, timeout=120)
    points, offset = [], None
    while True:
        page, offset = client.scroll(COLLECTION, limit=1000, offset=offset, with_payload=True, with_vectors=True)
        points += [models.PointStruct(id=each.id, vector=each.vector or {}, payload=each.payload) for each in page]
        if offset is None:
            client.close()
            return points


def make_collection(address, description):
    """The same collection again."""
    import httpx

    config, path = description["config"], f"{address}/collections/{COLLECTION}"
    wanted = {"hnsw_config", "quantization_config", "strict_mode_config", "metadata"} & config.keys()
    body = config["params"] | {name: config[name] for name in wanted}
    httpx.put(path, json=body, timeout=60).raise_for_status()
    for name, index in description["payload_schema"].items():
        schema = index.get("params") or index["data_type"]
        httpx.put(
            f"{path}/index?wait=true", json={"field_name": name, "field_schema": schema}, timeout=60).raise_for_status()


def measure_client(points, description, processes, arguments):
    """Seconds, with a new server."""
    from qdrant_client import QdrantClient

    with TestServer() as server:
        make_collection(server.address, description)
        client = QdrantClient(url=server.address, timeout=120)
        start = time.perf_counter()
        client.upload_points(COLLECTION, points, batch_size=arguments.batch, parallel=processes, wait=True)
        seconds = time.perf_counter() - start
        stored = client.count(COLLECTION, exact=True).count
        client.close()
    if stored != len(points):
        sys.exit(f"the Python client stored {stored} of {len(points)} points")
    return seconds


# All of it ------------------------------------------------------------------------------------------------------------

def continue_with_packages():
    """Runs this script again with the interpreter that has the client."""
    try:
        import qdrant_client  # noqa: F401 - only whether it is there
    except ImportError:
        found = subprocess.run([os.path.join(ROOT, ".ci", "qdrant-server")], check=True, stdout=subprocess.PIPE, text=True)
        python = found.stdout.split()[-1]
        os.execv(python, [python, os.path.abspath(sys.argv[0]), *sys.argv[1:]])


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recollect", default=os.path.join(ROOT, ".build", "release", "recollect"))
    parser.add_argument("--how", choices=["import", "migrate"], default="import")
    parser.add_argument("--embed", action="store_true", help="count until the messages have their vectors")
    parser.add_argument("--data", help="a data folder to move (one made of --messages)")
    parser.add_argument("--tenant", help="only this tenant")
    parser.add_argument("--messages", type=int, default=20000, help="how many to make up where there is no --data (20000)")
    parser.add_argument("--batch", type=int, default=256, help="points in a request of the Python client's (256)")
    parser.add_argument("--processes", type=int, action="append", help="of the Python client; may be given again (1, 2)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", help="write the results to this file")
    return parser.parse_args()


def main():
    """Measures both and prints a table."""
    continue_with_packages()
    arguments = parse_arguments()
    speeds, work = {}, None
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "messages.jsonl")
        if arguments.how == "import" or arguments.data is None:
            arguments.tenant = arguments.tenant or "peers"
            write_messages(file, arguments.messages)
        if arguments.how == "migrate" and arguments.data is None:
            arguments.data = os.path.join(folder, "data")
            words = ["import", "--data", arguments.data, "--tenant", arguments.tenant, file]
            run_recollect(arguments, words if arguments.embed else [*words, "--no-wait"])
        for turn in range(arguments.rounds):
            say(f"round {turn + 1} of {arguments.rounds}: recollect")
            with TestServer() as server:
                seconds = measure_recollect(arguments, file, server)
                share = server.share_at_work(seconds)
                points = read_points(server)
                description = server.get(f"/collections/{COLLECTION}")["result"]
            speed = len(points) / seconds
            if speed > speeds.get("recollect", 0):
                speeds["recollect"], work = speed, share
            for processes in arguments.processes or [1, 2]:
                say(f"round {turn + 1} of {arguments.rounds}: the Python client, {processes}")
                name = f"Python client, {processes} process{'es' if processes > 1 else ''}"
                speed = len(points) / measure_client(points, description, processes, arguments)
                speeds[name] = max(speed, speeds.get(name, 0))
    best = max(speed for name, speed in speeds.items() if name != "recollect")
    ratio = speeds["recollect"] / best
    print(f"{len(points)} points; the server had a write of recollect's to do {work[0]:.0%} of the time, in {work[1]} "
          "requests\n")
    for name, speed in speeds.items():
        print(f"{name:<32}{speed:>8.0f} points/s")
    print(f"\nrecollect / Python client: {ratio:.2f}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as output:
            json.dump({"points": len(points), "points_per_second": speeds, "ratio": ratio}, output, indent=1)


if __name__ == "__main__":
    main()
