"""Faults to order: what goes wrong, with which request, and when."""

from __future__ import annotations

import fnmatch
import threading
from typing import Any, Literal, Optional

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Fault(BaseModel):
    """One fault. Requests that match are counted; it happens to `times` of them, from the `nth` on (1 is the first).

    A request that is answered with another status takes no effect, one whose answer is lost or cut short does: `applied` says
    otherwise. `applied_points` cuts an upsert short, as a node does that is lost in mid-batch.
    """

    model_config = ConfigDict(extra="forbid")

    method: Optional[str] = None
    # With the asterisks of file names.
    path: str = "*"
    nth: int = Field(1, ge=1)
    times: int = Field(1, ge=1)

    delay_ms: float = Field(0, ge=0)
    applied: Optional[bool] = None
    applied_points: Optional[int] = Field(None, ge=0)
    # Instead of the true answer; without a body, an error of Qdrant's form.
    status: Optional[int] = Field(None, ge=200, le=599)
    body: Any = None
    headers: dict[str, str] = {}
    # The connection is reset: before the request is looked at, or after it took effect, in place of the answer.
    reset: Optional[Literal["before", "after"]] = None
    # The connection is closed after so many bytes of the answer's body, whose whole length was announced.
    truncate: Optional[int] = Field(None, ge=0)

    @model_validator(mode="after")
    def _answers_something(self):
        if not self.takes_effect and self.status is None and self.reset is None:
            raise ValueError("a request that takes no effect needs a `status` or a `reset`: there is no true answer")
        return self

    @property
    def takes_effect(self):
        """Whether the request is carried out."""
        if self.applied is not None:
            return self.applied
        return self.status is None or self.applied_points is not None


class FaultList(BaseModel):
    """What `POST /_faults` takes."""

    model_config = ConfigDict(extra="forbid")

    faults: list[Fault]


class Faults:
    """Those that are to happen."""

    def __init__(self):
        self.lock = threading.Lock()
        self.entries = []

    def add(self, faults):
        """More of them, behind the others."""
        with self.lock:
            self.entries += [[fault, 0] for fault in faults]

    def clear(self):
        """None any more."""
        with self.lock:
            self.entries = []

    def report(self):
        """Each with how many requests matched, and how often it happened."""
        with self.lock:
            return [{
                "fault": fault.model_dump(exclude_defaults=True), "matched": matched,
                "happened": max(0, min(matched - fault.nth + 1, fault.times)),
            } for fault, matched in self.entries]

    def next(self, method, path):
        """The fault of a request, if it has one: the first whose turn it is. Others count it all the same."""
        chosen = None
        with self.lock:
            for entry in self.entries:
                fault = entry[0]
                if fault.method not in (None, method) or not fnmatch.fnmatchcase(path, fault.path):
                    continue
                entry[1] += 1
                if chosen is None and fault.nth <= entry[1] < fault.nth + fault.times:
                    chosen = fault
        return chosen
