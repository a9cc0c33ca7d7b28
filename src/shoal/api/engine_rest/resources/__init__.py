"""One file per resource; each that has routes makes them in ``router()``."""

from __future__ import annotations
