"""The media type of a file by its name."""

from __future__ import annotations

_KNOWN = {
    "bpmn": "application/xml",
    "xml": "application/xml",
    "dmn": "application/xml",
    "png": "image/png",
    "svg": "image/svg+xml",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "json": "application/json",
    "form": "application/json",
    "html": "text/html",
    "txt": "text/plain",
    "js": "application/javascript",
    "py": "text/x-python",
}


def media_type_of(name: str) -> str:
    """By the end of the name; ``application/octet-stream`` for everything unknown.

    >>> media_type_of("Order.PNG"), media_type_of("order")
    ('image/png', 'application/octet-stream')
    """
    return _KNOWN.get(name.lower().rpartition(".")[2], "application/octet-stream")
