"""One file per reference page; each says its content in ``content()``."""

from __future__ import annotations
