"""Typed variable values: Camunda 7's types, and their exact way in and out.

Pure: knows nothing of tables or of HTTP.
"""

from __future__ import annotations

from shoal.values.typed import Deferred, TypedValue, ValueType, infer

__all__ = ["Deferred", "TypedValue", "ValueType", "infer"]
