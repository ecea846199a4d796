"""What a request is answered with where it fails."""

from __future__ import annotations


class RequestError(Exception):
    """A refusal, in the words of Qdrant's server."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
        self.message = message


def bad_request(message):
    """400: understood, and not possible."""
    return RequestError(400, f"Bad request: {message}")


def wrong_input(message):
    """400: the data does not fit the collection."""
    return RequestError(400, f"Wrong input: {message}")


def invalid(message):
    """422: a value outside of what is allowed."""
    return RequestError(422, f"Validation error in JSON body: [{message}]")


def not_found(message):
    """404."""
    return RequestError(404, f"Not found: {message}")


def unsupported(what):
    """400: Qdrant can do it, this server cannot. Never to be taken for an answer of Qdrant's."""
    return RequestError(400, f"The test server does not support {what}")


def from_engine(error):
    """The engine's own words; it has no kinds of errors."""
    message = str(error)
    if message.startswith("Not found"):
        return RequestError(404, message)
    if message.startswith(("Bad request", "Wrong input", "Validation error", "Format error")):
        return RequestError(400, message)
    return bad_request(message)


def accept_only(model, *names):
    """Refuses what a request asks and nobody here would look at: a field that is passed over in silence proves nothing."""
    for name in model.model_fields_set:
        if name not in names and getattr(model, name) is not None:
            raise unsupported(f"`{name}` in {type(model).__name__}")


def require_positive(**values):
    """The numbers that start at one."""
    for name, value in values.items():
        if value is not None and value < 1:
            raise invalid(f"{name}: value {value} invalid, must be 1 or larger")
