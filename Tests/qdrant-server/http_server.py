"""HTTP/1.1 on loopback, a thread a connection: keys, the log, delays and faults, and everything else to the calls."""

from __future__ import annotations

import json
import socket
import struct
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from errors import RequestError, from_engine
from faults import FaultList, Faults
from isolation import COLLECTION, UNFILTERED, isolation
from request_log import RequestLog
from routes import understand
from stored_collection import Collections

# The version whose interface is spoken: that of the models requests are parsed by.
VERSION = "1.19.1"
GREATEST_BODY = 32 << 20
OPEN_PATHS = {"/", "/healthz", "/readyz", "/livez"}


class Latency(BaseModel):
    """What `PUT /_latency` takes."""

    model_config = ConfigDict(extra="forbid")

    ms: float = Field(ge=0)


class Server(ThreadingHTTPServer):
    """The server with all its state."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port, folder, api_key=None, latency_ms=0.0, tenant_key="tenant_id", is_filter_required=False):
        self.collections = Collections(folder)
        self.api_key = api_key
        self.latency = latency_ms / 1000
        self.tenant_key = tenant_key
        self.is_filter_required = is_filter_required
        self.faults = Faults()
        self.log = RequestLog()
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def address(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """A client that goes away is nothing to report."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Reset(Exception):
    """The connection is to be reset."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # A header and a short body arrive together.
    rbufsize = 1 << 16

    def setup(self):
        super().setup()
        # What it takes to connect, before the first request can come.
        time.sleep(self.server.latency)

    def log_message(self, format, *args):  # noqa: A002 - the name of the method it replaces
        """The log is asked for instead."""

    def do_request(self):
        """Any method."""
        try:
            raw = self._body()
            if self.path.startswith("/_") and not self.path.startswith("/_optimize/"):
                self._send(*self._control(raw))
            else:
                self._answer(raw)
        except Reset:
            self._reset()

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_request

    def _body(self):
        if self.headers.get("Content-Encoding", "identity") != "identity":
            self.close_connection = True
            return b""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, raw):
        started = time.monotonic()
        server = self.server
        path, _, query = self.path.partition("?")
        time.sleep(server.latency)
        fault = server.faults.next(self.command, path)
        about = COLLECTION
        try:
            if fault is not None:
                time.sleep(fault.delay_ms / 1000)
                if fault.reset == "before":
                    raise Reset
            status, body, kind, about = self._result(raw, path, fault)
            headers = {}
            if fault is not None:
                if fault.reset == "after":
                    raise Reset
                if fault.status is not None:
                    status, body, kind = self._instead(fault)
                headers = fault.headers
        except Reset:
            self._log(raw, path, query, started, 0, 0, about, fault)
            raise
        # Before the answer: whoever has it finds its request in the log.
        self._log(raw, path, query, started, status, len(body), about, fault)
        self._send(status, body, kind, headers, fault.truncate if fault else None)

    def _log(self, raw, path, query, started, status, size, about, fault):
        self.server.log.add(
            raw, method=self.command, path=path, query=query, started=started, ended=time.monotonic(), status=status,
            response_bytes=size, isolation=about.kind, tenants=about.tenants, is_faulty=fault is not None)

    def _result(self, raw, path, fault):
        """Status, body, type, and what the request is about."""
        began = time.perf_counter()
        about = COLLECTION
        try:
            refusal = self._refusal(path, raw)
            if refusal is not None:
                return (*refusal, about)
            if path in OPEN_PATHS:
                return (*self._open(path), about)
            call = understand(self.server.collections, self.command, self.path, raw)
            about = self._isolation(call, path)
            if about == UNFILTERED and self.server.is_filter_required:
                raise RequestError(403, f"The request is not kept to one value of `{self.server.tenant_key}` everywhere")
            if fault is not None:
                call.applied_points = fault.applied_points
                if not fault.takes_effect:
                    return 200, b"", "application/json", about
            answer = {"result": call.answer(), "status": "ok", "time": time.perf_counter() - began}
            return 200, _json(answer), "application/json", about
        except RequestError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - the engine's errors have no kind of their own
            failure = from_engine(error)
        answer = {"status": {"error": failure.message}, "time": time.perf_counter() - began}
        return failure.status, _json(answer), "application/json", about

    def _isolation(self, call, path):
        if call.body is None and "/points/" in path:
            return UNFILTERED
        return isolation(call.body, self.server.tenant_key)

    def _refusal(self, path, raw):
        """What is refused unread."""
        if self.server.api_key is not None and path not in OPEN_PATHS:
            bearer = self.headers.get("Authorization", "")
            key = self.headers.get("api-key") or (bearer[7:] if bearer.startswith("Bearer ") else None)
            if key is None:
                return 401, b"Must provide an API key or an Authorization bearer token", "text/plain"
            if key != self.server.api_key:
                return 401, b"Invalid API key or JWT", "text/plain"
        if self.headers.get("Content-Encoding", "identity") != "identity":
            return 415, b"", "text/plain"
        if len(raw) > GREATEST_BODY:
            message = f"Payload error: JSON payload ({len(raw)} bytes) is larger than allowed (limit: {GREATEST_BODY} bytes)."
            return 413, _json({"status": {"error": message}, "time": 0.0}), "application/json"
        return None

    def _open(self, path):
        if path == "/":
            version = {"title": "qdrant - vector search engine", "version": VERSION, "commit": "test server"}
            return 200, _json(version), "application/json"
        return 200, f"{path[1:]} check passed".encode(), "text/plain"

    def _instead(self, fault):
        """The answer a fault brings its own."""
        if fault.body is None:
            answer = {"status": {"error": f"Service internal error: ordered by a test ({fault.status})"}, "time": 0.0}
            return fault.status, _json(answer), "application/json"
        if isinstance(fault.body, str):
            return fault.status, fault.body.encode(), "text/plain"
        return fault.status, _json(fault.body), "application/json"

    def _control(self, raw):
        """The calls for tests: faults, log, delay. They need no key, are not logged, and nothing goes wrong with them."""
        path, _, query = self.path.partition("?")
        server = self.server
        try:
            match self.command, path:
                case "POST", "/_faults":
                    server.faults.add(FaultList.model_validate_json(raw, strict=True).faults)
                case "DELETE", "/_faults":
                    server.faults.clear()
                case "GET", "/_faults":
                    return 200, _json({"faults": server.faults.report()}), "application/json"
                case "DELETE", "/_requests":
                    server.log.clear()
                case "GET", "/_requests":
                    after = int(query.removeprefix("after=") or 0)
                    return 200, _json(server.log.report(after)), "application/json"
                case "PUT", "/_latency":
                    server.latency = Latency.model_validate_json(raw).ms / 1000
                case _:
                    return 404, _json({"error": f"there is no {self.command} {path}"}), "application/json"
        except (ValidationError, ValueError) as error:
            return 400, _json({"error": str(error)}), "application/json"
        return 200, _json({}), "application/json"

    def _send(self, status, body, kind, headers=None, truncate=None):
        lines = [
            f"HTTP/1.1 {status} {self.responses.get(status, ('',))[0]}", f"content-type: {kind}",
            f"content-length: {len(body)}", *(f"{name}: {value}" for name, value in (headers or {}).items())
        ]
        if truncate is not None or self.close_connection:
            self.close_connection = True
            lines.append("connection: close")
        head = "\r\n".join([*lines, "", ""]).encode()
        self.wfile.write(head + (body if truncate is None else body[:truncate]))

    def _reset(self):
        """Ends the connection without the usual farewell: the peer gets RST."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The files hold the socket open.
        self.rfile.close()
        self.wfile.close()
        self.connection.close()
        # Nothing more is to be done with this connection.
        raise ConnectionResetError("ordered by a test")


def _json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
