"""A guided tour: an order process, ten thousand orders, and one batch after the other over HTTP."""

from __future__ import annotations
