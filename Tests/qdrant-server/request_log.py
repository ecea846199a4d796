"""What was asked of the server, for tests and benchmarks to look at."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field

KEPT = 20_000
# Longer bodies are not kept: bulk writes would fill the memory.
KEPT_BODY = 1 << 20
# Longer lists of numbers are vectors, and are only counted.
SHOWN_NUMBERS = 16


@dataclass
class LoggedRequest:
    """A request with its answer's figures. Times are seconds of one monotonic clock."""

    number: int
    method: str
    path: str
    query: str
    started: float
    ended: float
    status: int
    request_bytes: int
    response_bytes: int
    isolation: str
    tenants: tuple
    is_faulty: bool
    body: bytes = field(repr=False)

    def report(self):
        """As JSON."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "body"}
        try:
            fields["body"] = _shortened(json.loads(self.body)) if self.body else None
        except ValueError:
            fields["body"] = None
        return fields


def _shortened(value):
    if isinstance(value, dict):
        return {name: _shortened(each) for name, each in value.items()}
    if isinstance(value, list):
        if len(value) > SHOWN_NUMBERS and all(isinstance(each, (int, float)) for each in value):
            return {"numbers": len(value)}
        return [_shortened(each) for each in value]
    return value


class RequestLog:
    """The latest requests, in the order in which they were answered."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = deque(maxlen=KEPT)
        self.count = 0

    def add(self, body, **fields):
        """One more."""
        with self.lock:
            self.count += 1
            kept = body if len(body) <= KEPT_BODY else b""
            self.requests.append(LoggedRequest(number=self.count, request_bytes=len(body), body=kept, **fields))

    def clear(self):
        """Forgets them; numbers go on."""
        with self.lock:
            self.requests.clear()

    def report(self, after=0):
        """Those with a higher number, and the round trips that lay between the first and the last."""
        with self.lock:
            chosen = [each for each in self.requests if each.number > after]
            last = self.count
        return {
            "last": last, "sequential_round_trips": sequential_round_trips(chosen),
            "unfiltered": [each.number for each in chosen if each.isolation == "unfiltered"],
            "requests": [each.report() for each in chosen],
        }


def sequential_round_trips(requests):
    """The most requests of which each began after the one before had been answered."""
    count, end = 0, float("-inf")
    for each in sorted(requests, key=lambda one: one.ended):
        if each.started >= end:
            count, end = count + 1, each.ended
    return count
