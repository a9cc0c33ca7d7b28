"""Camunda 7's REST interface at ``/engine-rest``, for the clients that exist.

How to add a resource: a file in ``resources`` with ``router() -> APIRouter``, found by its being there (folders
too), and a file in ``views`` with what it answers. The pattern: ``resources/process_definition`` and
``views/process_definition.py`` over ``shoal.camunda.queries.process_definition``.

- Routers are made by ``dialect_router(prefix, tag)``: their bodies may be empty, of no content type, and have
  unknown members; unknown query parameters are ignored.
- Every call goes through the parameter ``engine: Acting``, never through another engine.
- ``queried(...)`` makes the list, the count, and their twins by POST out of one query and one view.
- Views are subclasses of ``View``: Camunda's names by alias, every member always there, nulls written, dates as
  ``CamundaDate``. Bodies are subclasses of ``Body``: explicit nulls are as if nothing was said.
- Errors: let the engine's errors pass, ``problems`` has their statuses. ``CamundaError`` where Camunda has its own
  words or status, ``prefixed("Cannot ...: ")`` where it wraps. Where Camunda answers bad input with 500, it is 400.
"""

from __future__ import annotations

PATH = "/engine-rest"
"""Below which everything of it is."""
