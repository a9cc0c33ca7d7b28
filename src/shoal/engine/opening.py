"""Opens an engine on a database."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from shoal.engine.engine import Engine
from shoal.errors import InputError
from shoal.settings import Settings


def open_engine(url: str | None = None, *, upgrade: bool = True, **settings: Any) -> Engine:
    """Open an engine: on ``url``, else on SHOAL_DATABASE_URL, else on the file ``shoal.db``.

    Creates and upgrades the tables unless ``upgrade`` is False. ``settings`` are those of
    :class:`shoal.settings.Settings`; what is not given comes from the environment, then from the defaults.

    >>> with shoal.open_engine("sqlite:///example.db") as example:
    ...     example.instances.count()
    0

    InputError: an unknown setting or an unusable URL. UnavailableError: the database does not answer.
    """
    known = {field.name for field in fields(Settings)}
    for name in settings:
        if name not in known:
            raise InputError(f"there is no setting '{name}'", field=name)
    engine = Engine(Settings.from_environment(database_url=url, **settings))
    try:
        if upgrade:
            engine.schema.upgrade()
    except BaseException:
        engine.close()
        raise
    return engine
