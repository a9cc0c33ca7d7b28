"""What builders that move tokens may leave out."""

from __future__ import annotations

from typing import Any, Self


class Skipping:
    """``skip_custom_listeners()`` and ``skip_io_mappings()``."""

    _said: dict[str, Any]
    """Parameters of the operation."""

    def skip_custom_listeners(self) -> Self:
        """Do not call the listeners of the model."""
        self._said["skip_custom_listeners"] = True
        return self

    def skip_io_mappings(self) -> Self:
        """Do not evaluate the mappings of the model."""
        self._said["skip_io_mappings"] = True
        return self
