"""A Qdrant server for tests: Qdrant's own engine behind its HTTP interface, on loopback.

    python Tests/qdrant-server --port 0                     in a temporary folder; says where it listens
    python Tests/qdrant-server --port 6333 --data DIR       keeps its collections
    python Tests/qdrant-server --port 0 --latency-ms 50     answers as over a link with a round trip of 50 ms

One node and one shard, whatever a collection asks for. Requests are parsed by the models of the official client, unknown
fields refused; what Qdrant can do and this cannot is answered with an error that says so. More calls than Qdrant's:

    POST /_faults {"faults": [{"method": "PUT", "path": "*/points", "nth": 2, "status": 503}]}     see faults.py
    GET /_faults, DELETE /_faults
    GET /_requests?after=N, DELETE /_requests     what was asked, by which tenants' filters, in how many round trips
    PUT /_latency {"ms": 50}
    POST /_optimize/COLLECTION                    builds the vectors' indexes, which a real server does in the background
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading

from http_server import Server


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="qdrant-server", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=6333, help="0 takes a free one (6333)")
    parser.add_argument("--data", metavar="DIR", help="where collections are kept (a temporary folder, removed at the end)")
    parser.add_argument("--api-key", metavar="KEY", help="ask for this key (QDRANT_TEST_API_KEY)",
                        default=os.environ.get("QDRANT_TEST_API_KEY"))
    parser.add_argument("--latency-ms", type=float, default=0, metavar="MS", help="a round trip's time, added to each request")
    parser.add_argument("--tenant-key", default="tenant_id", metavar="FIELD", help="the payload's field of the tenant")
    parser.add_argument("--require-filter", action="store_true", help="refuse data requests that no tenant's filter keeps in")
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when standard input is closed")
    return parser.parse_args()


def main():
    """Serves until it is told to stop."""
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="qdrant-server-") as temporary:
        server = Server(
            arguments.port, arguments.data or temporary, arguments.api_key, arguments.latency_ms, arguments.tenant_key,
            arguments.require_filter)

        def stop(*_):
            threading.Thread(target=server.shutdown).start()

        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, stop)
        if arguments.stop_with_stdin:

            def watch():
                while os.read(sys.stdin.fileno(), 4096):
                    pass
                stop()

            threading.Thread(target=watch, daemon=True).start()
        print(f"listening on {server.address}", flush=True)
        server.serve_forever(poll_interval=0.1)
        server.server_close()
        server.collections.close()


if __name__ == "__main__":
    main()
