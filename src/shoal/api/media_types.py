"""Files in answers: the media type by the name, and the header that saves them under it."""

from __future__ import annotations

from urllib.parse import quote

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


def attachment(name: str) -> dict[str, str]:
    """The header that makes a file be saved under its name, also where the name is not ASCII."""
    plain = name.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "/")
    plain = "".join(each if each.isprintable() else "_" for each in plain)
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}
