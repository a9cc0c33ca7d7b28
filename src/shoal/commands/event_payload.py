"""A thrown event as the payload of a job: JSON that keeps every value exactly."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from shoal.kernel import InstanceFacts
from shoal.kernel.effects import ThrownEvent
from shoal.store.variable_codec import Encoder, decode
from shoal.values import TypedValue

_ANY_SIZE = 2**62


def write_payload(event: ThrownEvent, name: str, thrower: InstanceFacts) -> dict[str, Any]:
    """The payload of a new job. VariableTypeError for a value that cannot be stored.

    ``reached`` is the last subscription that got the event; null when all did but those in ``missed``. The
    instance that threw a signal has heard it itself already: ``told``.
    """
    heard = event.kind == "signal" and not event.is_async
    return {
        "name": name,
        "tenant_id": thrower.tenant_id,
        "business_key": event.business_key,
        "told": thrower.id if heard else None,
        "variables": _written(event.variables),
        "reached": "",
        "missed": [],
    }


def _written(values: Mapping[str, TypedValue]) -> dict[str, list[Any]]:
    encoder = Encoder(_ANY_SIZE)
    written: dict[str, list[Any]] = {}
    for name, value in values.items():
        kind, text, number, double, data, _, info = encoder.encode("", name, value)
        # numbers as text: JSON's are not exact everywhere
        written[name] = [
            kind,
            text,
            None if number is None else str(number),
            None if double is None else repr(double),
            None if data is None else b64encode(data).decode(),
            info,
        ]
    return written


def read_payload(written: Mapping[str, list[Any]]) -> dict[str, TypedValue]:
    """The variables of a payload."""
    values: dict[str, TypedValue] = {}
    for name, (kind, text, number, double, data, info) in written.items():
        columns = (
            kind,
            text,
            None if number is None else int(number),
            None if double is None else float(double),
            None if data is None else b64decode(data),
            None,
            info,
        )
        values[name] = decode(columns, _no_blob)
    return values


def _no_blob(blob_id: str) -> bytes:
    raise LookupError(f"a payload holds its values itself, not blob {blob_id}")
