"""Turns BPMN 2.0 XML with Camunda 7's extensions into the dataclasses of ``shoal.bpmn``."""

from __future__ import annotations

from shoal.bpmn.reader.reading import ReadResult, read_definitions

__all__ = ["ReadResult", "read_definitions"]
