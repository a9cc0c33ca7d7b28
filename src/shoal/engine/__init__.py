"""The Python facade: opens everything, holds no rule."""

from __future__ import annotations
