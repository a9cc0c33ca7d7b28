"""Variables below a resource: ``/{id}/variables`` and ``/{id}/localVariables`` in all their forms."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.views import Body, Variables, VariableValue, plain_values
from shoal.api.media_types import attachment
from shoal.camunda.values import read_value, read_values, write_value, write_values
from shoal.engine import Engine
from shoal.errors import ExecutionError
from shoal.values import TypedValue, ValueType

_JSON = "application/json"


class PatchBody(Body):
    """Camunda 7: PatchVariablesDto."""

    modifications: Variables = None
    deletions: list[str] | None = None


@dataclass(frozen=True)
class Scopes:
    """Whose variables. ``check`` raises NotFoundError for an id that is none of these scopes.

    ``scope``: the scope that an existing id stands for, where it is not the id itself.
    """

    thing: str
    """In Camunda 7's messages: ``process instance``, ``execution``, ``task``."""
    check: Callable[[Engine, str], Any]
    local: bool = False
    """Only those of the very scope, not those that it sees."""
    scope: Callable[[Any], str] | None = None

    def of(self, engine: Engine, given: str) -> str:
        """The scope that an id stands for. NotFoundError."""
        found = self.check(engine, given)
        return given if self.scope is None else self.scope(found)


def add_variables(routes: APIRouter, path: str, scopes: Scopes) -> None:
    """The routes below ``/{id}/<path>``."""
    base = f"/{{id}}/{path}"
    name = f"{'local_' if scopes.local else ''}{scopes.thing.replace(' ', '_')}_variable"
    local = scopes.local

    def one(engine: Engine, scope_id: str, variable: str) -> TypedValue:
        found = engine.variables.all(scopes.of(engine, scope_id), local=local).get(variable)
        if found is None:
            raise CamundaError(f"{scopes.thing} variable with name {variable} does not exist", status=404)
        return found

    @routes.get(base, name=f"get_{name}s")
    def get_variables(
        id: str,  # noqa: A002 - Camunda's name of the parameter
        engine: Acting,
        deserializeValues: bool = True,  # noqa: N803 - Camunda's name
    ) -> dict[str, Any]:
        """Show the variables by name."""
        values = engine.variables.all(scopes.of(engine, id), local=local)
        return write_values(values, deserialize=deserializeValues)

    @routes.post(base, name=f"modify_{name}s", status_code=204)
    def modify_variables(id: str, body: PatchBody, engine: Acting) -> None:  # noqa: A002
        """Set some and remove others, all or nothing."""
        with _said(f"Cannot modify variables for {scopes.thing} {id}: "):
            scope_id = scopes.of(engine, id)
            values = read_values(plain_values(body.modifications))
            engine.variables.change(scope_id, values, body.deletions or (), local=local)

    @routes.get(f"{base}/{{varName}}", name=f"get_{name}")
    def get_variable(
        id: str,  # noqa: A002
        varName: str,  # noqa: N803
        engine: Acting,
        deserializeValue: bool = True,  # noqa: N803
    ) -> dict[str, Any]:
        """Show one variable."""
        return write_value(one(engine, id, varName), deserialize=deserializeValue)

    @routes.put(f"{base}/{{varName}}", name=f"set_{name}", status_code=204)
    def set_variable(id: str, varName: str, body: VariableValue, engine: Acting) -> None:  # noqa: A002, N803
        """Set one variable."""
        with _said(f"Cannot put {scopes.thing} variable {varName}: "):
            scope_id = scopes.of(engine, id)
            values = {varName: read_value(varName, plain_values({varName: body})[varName])}
            engine.variables.set(scope_id, values, local=local)

    @routes.delete(f"{base}/{{varName}}", name=f"delete_{name}", status_code=204)
    def delete_variable(id: str, varName: str, engine: Acting) -> None:  # noqa: A002, N803
        """Remove one variable; it need not be there."""
        with _said(f"Cannot delete {scopes.thing} variable {varName}: "):
            scope_id = scopes.of(engine, id)
            engine.variables.remove(scope_id, [varName], local=local)

    @routes.get(f"{base}/{{varName}}/data", name=f"get_{name}_data", response_class=Response, responses=BINARY)
    def get_variable_data(id: str, varName: str, engine: Acting) -> Response:  # noqa: A002, N803
        """Show the bytes of a variable of type Bytes or File."""
        return binary(varName, one(engine, id, varName))

    @routes.post(f"{base}/{{varName}}/data", name=f"set_{name}_data", status_code=204)
    def set_variable_data(
        id: str,  # noqa: A002
        varName: str,  # noqa: N803
        engine: Acting,
        data: Annotated[UploadFile | None, File(description="the bytes, or the JSON of an object")] = None,
        valueType: Annotated[str | None, Form(description="Bytes or File")] = None,  # noqa: N803
        type: Annotated[str | None, Form(description="the Java type of an object in JSON")] = None,  # noqa: A002
    ) -> None:
        """Set a variable to the bytes that are sent."""
        with _said(f"Cannot put {scopes.thing} variable {varName}: "):
            scope_id = scopes.of(engine, id)
            value = _uploaded(varName, data, valueType, type)
            engine.variables.set(scope_id, {varName: value}, local=local)


BINARY: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}, "*/*": {}}, "description": "The bytes."}
}


def binary(name: str, value: TypedValue) -> Response:
    """The bytes of a value. Camunda 7: a file comes under its name and its media type. CamundaError."""
    if value.type not in (ValueType.BYTES, ValueType.FILE):
        raise CamundaError(f"Value of variable with name {name} is not a binary value.")
    info = value.info or {}
    kind = str(info.get("mimeType") or "application/octet-stream")
    if info.get("encoding"):
        kind = f"{kind}; charset={info['encoding']}"
    headers = attachment(str(info.get("filename") or name))
    # a media type that has no place in a header would break the answer
    if not kind.isascii() or not kind.isprintable():
        kind = "application/octet-stream"
    return Response(value.value or b"", headers={**headers, "content-type": kind})


def _uploaded(name: str, data: UploadFile | None, value_type: str | None, java_type: str | None) -> TypedValue:
    content = b"" if data is None else data.file.read()
    media_type, _, encoding = ("" if data is None else data.content_type or "").partition(";")
    if java_type is not None:
        if media_type.strip().lower() != _JSON:
            raise CamundaError(f"Unrecognized content type for serialized java type: {media_type}")
        info = {"objectTypeName": java_type, "serializationDataFormat": _JSON}
        return read_value(name, {"value": _text(content), "type": "Object", "valueInfo": info})
    match (value_type or ValueType.BYTES).lower():
        case "bytes":
            return TypedValue(ValueType.BYTES, content)
        case "file":
            said = {
                "filename": None if data is None else data.filename,
                "mimeType": media_type.strip() or None,
                "encoding": encoding.partition("charset=")[2].strip() or None,
            }
            info = {key: each for key, each in said.items() if each}
            if "filename" not in info:
                raise CamundaError(f"variable '{name}': a file needs a file name")
            return TypedValue(ValueType.FILE, content, info)
        case _:
            raise CamundaError(f"Unsupported value type '{value_type}'", kind="RestException")


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise CamundaError("the object is not UTF-8") from None


@contextlib.contextmanager
def _said(prefix: str) -> Iterator[None]:
    """Bad values are bad requests in Camunda 7's words; what goes wrong behind them keeps its own name."""
    try:
        with prefixed(prefix, kind="InvalidRequestException"):
            yield
    except CamundaError as error:
        if isinstance(error.__cause__, ExecutionError):
            raise CamundaError(error.message, status=500, kind="RestException") from error.__cause__
        raise
