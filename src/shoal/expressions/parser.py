"""The parser of EL expressions: built once from `juel.lark`, shared by all threads.

Responsible for turning the parser's complaints into the errors of this package.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput

from shoal.expressions.compiler import Compiler, FunctionRefusal, MethodRefusal, Node, Refusal
from shoal.expressions.errors import (
    ExpressionSyntaxError,
    UnknownFunctionError,
    UnknownMethodError,
)
from shoal.expressions.execution_api import VIEW_METHODS
from shoal.expressions.functions import FUNCTIONS


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = Path(__file__).with_name("juel.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=Compiler(), maybe_placeholders=False)


def parse(source: str, text: str, offset: int) -> Node:
    """Compile `source`, the inside of `${...}`, found at `offset` in `text`.

    Raises ExpressionSyntaxError or one of its kinds, with positions in `text`.
    """
    try:
        node = _parser().parse(source)
    except MethodRefusal as refusal:
        supported = VIEW_METHODS[refusal.target]
        raise UnknownMethodError(text, offset + refusal.position, refusal.target, refusal.name, supported) from None
    except FunctionRefusal as refusal:
        raise UnknownFunctionError(text, offset + refusal.position, refusal.name, FUNCTIONS) from None
    except Refusal as refusal:
        raise ExpressionSyntaxError(text, offset + refusal.position, refusal.reason) from None
    except UnexpectedInput as error:
        position, reason = _complaint(error, source)
        raise ExpressionSyntaxError(text, offset + position, reason) from None
    if not isinstance(node, Node):
        raise ExpressionSyntaxError(text, offset, "the expression is empty")
    return node


def _complaint(error: UnexpectedInput, source: str) -> tuple[int, str]:
    if isinstance(error, UnexpectedCharacters):
        position = error.pos_in_stream or 0
        return position, f"unexpected {source[position : position + 1]!r}"
    token = getattr(error, "token", None)
    if isinstance(token, Token) and token.type != "$END":
        return token.start_pos or 0, f"unexpected {str(token)[:40]!r}"
    return len(source), "unexpected end of the expression"
