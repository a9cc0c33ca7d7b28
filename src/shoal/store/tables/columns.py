"""Column types that mean the same on both databases.

``Id``       UUID as text in Python; 16 bytes in SQLite, ``uuid`` in PostgreSQL.
``IdArray``  a sorted list of ids in one value; concatenated bytes in SQLite, ``uuid[]`` in PostgreSQL.
``Instant``  aware datetime in UTC; microseconds since 1970 in SQLite, ``timestamptz`` in PostgreSQL.
``Json``     any JSON value; text in SQLite, ``jsonb`` in PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

SHARED = {"shared": True}
"""``info`` of a table whose rows belong to no tenant; see ``store.tenancy``."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def id_to_bytes(text: str) -> bytes:
    """The 16 bytes of an id."""
    return bytes.fromhex(text.replace("-", ""))


def id_from_bytes(data: bytes) -> str:
    """The text of 16 bytes."""
    digits = data.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def ids_to_bytes(ids: Sequence[str]) -> bytes:
    """Many ids in one value, 16 bytes each."""
    return bytes.fromhex("".join(ids).replace("-", ""))


def ids_from_bytes(data: bytes) -> list[str]:
    """The ids of a concatenation."""
    d = data.hex()
    return [
        f"{d[i : i + 8]}-{d[i + 8 : i + 12]}-{d[i + 12 : i + 16]}-{d[i + 16 : i + 20]}-{d[i + 20 : i + 32]}"
        for i in range(0, len(d), 32)
    ]


def instant_to_micros(instant: datetime) -> int:
    """Microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_from_micros(micros: int) -> datetime:
    """The aware instant, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


class _UuidText(UserDefinedType[str]):
    """``uuid`` whose Python form is text; the dialect's loader returns text already."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_kw: Any) -> str:
        """The name of the type in DDL and casts."""
        return "UUID"


class Id(TypeDecorator[str]):
    """An id. See the module."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """``uuid`` in PostgreSQL (text in Python), 16 bytes elsewhere."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_UuidText())
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Text to what the database stores."""
        if value is None or dialect.name == "postgresql":
            return value
        return id_to_bytes(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """What the database stores to text."""
        if value is None or dialect.name == "postgresql":
            return value  # type: ignore[no-any-return]
        return id_from_bytes(value)


class RawId(TypeDecorator[Any]):
    """An id as the driver has it, for reading very many at once: see ``fetch_ids``."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """As ``Id``."""
        return Id().load_dialect_impl(dialect)


class IdArray(TypeDecorator[list[str]]):
    """Many ids in one value. See the module."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """``uuid[]`` in PostgreSQL, bytes elsewhere."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(_UuidText()))
        return dialect.type_descriptor(LargeBinary())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        """A list of ids to what the database stores."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return list(value)
        return ids_to_bytes(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> list[str] | None:
        """What the database stores to a list of ids."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return list(value)
        return ids_from_bytes(value)


class Instant(TypeDecorator[datetime]):
    """A point in time. See the module."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """``timestamptz`` in PostgreSQL, microseconds elsewhere."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """An aware datetime to what the database stores."""
        if value is None or dialect.name == "postgresql":
            return value
        return instant_to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """What the database stores to an aware datetime in UTC."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            result: datetime = value.astimezone(UTC)
            return result
        return instant_from_micros(value)


class Json(TypeDecorator[Any]):
    """A JSON value. See the module."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """``jsonb`` in PostgreSQL, text elsewhere."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSONB(none_as_null=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """A JSON value to what the database stores."""
        if value is None or dialect.name == "postgresql":
            return value
        return orjson.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """What the database stores to a JSON value."""
        if value is None or dialect.name == "postgresql":
            return value
        return orjson.loads(value)
