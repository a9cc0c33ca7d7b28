"""Compiles one EL expression to a Python closure while the parser reduces it.

Responsible for the actions of the grammar `juel.lark`: no syntax tree is kept. Building the
parser and naming its errors is the business of `parser`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lark import Token, Transformer, v_args

from shoal.expressions import operators
from shoal.expressions.arithmetic import PRODUCTS, SUMS, negate
from shoal.expressions.comparison import EQUALITIES, RELATIONS
from shoal.expressions.context import Context
from shoal.expressions.errors import UnknownNameFailure
from shoal.expressions.execution_api import VIEW_METHODS
from shoal.expressions.functions import FUNCTIONS
from shoal.expressions.operators import Binary, Run
from shoal.expressions.steps import Step, call_step, index_step, member_step, view_step

MAX_DEPTH = 200
_MAX_INTEGER = 2**63 - 1


class Refusal(Exception):  # noqa: N818 - `parser` turns it into an error with the whole text
    """The expression parses but must not be compiled; `position` is an offset in the source."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


class FunctionRefusal(Refusal):
    """There is no function `name`."""

    def __init__(self, position: int, name: str) -> None:
        super().__init__(position, name)
        self.name = name


class MethodRefusal(FunctionRefusal):
    """The implicit object `target` has no method `name`."""

    def __init__(self, position: int, target: str, name: str) -> None:
        super().__init__(position, name)
        self.target = target


@dataclass(frozen=True, slots=True)
class Node:
    """A compiled part: its closure, its nesting, the variables it reads."""

    run: Run
    depth: int = 1
    names: frozenset[str] = frozenset()
    constant: bool = False
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class Suffix:
    """What follows a value: `.name`, `.name(...)` or `[...]`."""

    step: Step
    operands: tuple[Node, ...] = ()
    name: Token | None = None
    is_call: bool = False


def _node(run: Run, operands: Sequence[Node], position: int = 0) -> Node:
    depth = 1 + max((each.depth for each in operands), default=0)
    if depth > MAX_DEPTH:
        raise Refusal(position, f"nested deeper than {MAX_DEPTH} levels")
    return Node(run, depth, frozenset().union(*(each.names for each in operands)))


def _constant(value: Any) -> Node:
    return Node(operators.constant(value), constant=True)


def _read(name: str) -> Run:
    def run(context: Context) -> Any:
        try:
            return context.resolve(name)
        except KeyError:
            raise UnknownNameFailure(name) from None

    return run


def _binary(children: Sequence[Any], table: dict[str, Binary]) -> Node:
    operands: list[Node] = list(children[::2])
    symbols = [str(each) for each in children[1::2]]
    if len(operands) == 2 and operands[1].constant:
        value = operands[1].run(_NOTHING)
        run = operators.binary_with_constant(symbols[0], table[symbols[0]], operands[0].run, value)
    else:
        steps = [(table[s], each.run) for s, each in zip(symbols, operands[1:], strict=True)]
        run = operators.binary(operands[0].run, steps)
    return _node(run, operands, children[1].start_pos or 0)


class _Nothing:
    def resolve(self, name: str) -> Any:
        raise KeyError(name)

    def now(self) -> Any:
        raise NotImplementedError


_NOTHING = _Nothing()


def _unescape(token: Token) -> str:
    text = token[1:-1]
    if "\\" not in text:
        return text
    characters: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
            character = text[position]
            if character not in "\\\"'":
                raise Refusal((token.start_pos or 0) + position, f"invalid escape sequence \\{character}")
        characters.append(character)
        position += 1
    return "".join(characters)


@v_args(inline=True)
class Compiler(Transformer[Token, Node]):
    """One method per rule of the grammar; stateless, so that threads can share the parser."""

    def integer(self, token: Token) -> Node:
        if len(token) > 19 or int(token) > _MAX_INTEGER:
            raise Refusal(token.start_pos or 0, "the integer does not fit into 64 bits")
        return _constant(int(token))

    def floating(self, token: Token) -> Node:
        return _constant(float(token))

    def string(self, token: Token) -> Node:
        return _constant(_unescape(token))

    def true(self, _token: Token) -> Node:
        return _constant(True)

    def false(self, _token: Token) -> Node:
        return _constant(False)

    def null(self, _token: Token) -> Node:
        return _constant(None)

    def variable(self, token: Token) -> Node:
        name = str(token)
        if name == "instanceof":
            raise Refusal(token.start_pos or 0, "'instanceof' is a reserved word")
        return Node(_read(name), names=frozenset({name}), variable=name)

    def arguments(self, *arguments: Node) -> tuple[Node, ...]:
        return arguments

    def function(self, token: Token, arguments: tuple[Node, ...]) -> Node:
        name, position = str(token), token.start_pos or 0
        function = FUNCTIONS.get(name)
        if function is None:
            raise FunctionRefusal(position, name)
        if len(arguments) != function.arguments:
            raise Refusal(position, f"{name}() takes {function.arguments} argument(s)")
        call: Callable[..., Any] = function.call
        if not arguments:
            return _node(call, arguments, position)
        runs = tuple(each.run for each in arguments)
        return _node(lambda context: call(context, *[run(context) for run in runs]), arguments, position)

    def group(self, node: Node) -> Node:
        depth = node.depth + 1
        if depth > MAX_DEPTH:
            raise Refusal(0, f"nested deeper than {MAX_DEPTH} levels")
        return Node(node.run, depth, node.names, node.constant, node.variable)

    def member(self, token: Token) -> Suffix:
        return Suffix(member_step(str(token)), name=token)

    def call(self, token: Token, arguments: tuple[Node, ...]) -> Suffix:
        step = call_step(str(token), tuple(each.run for each in arguments))
        return Suffix(step, arguments, token, is_call=True)

    def index(self, node: Node) -> Suffix:
        key = node.run(_NOTHING) if node.constant else None
        return Suffix(index_step(node.run, key), (node,))

    def chain(self, base: Node, *suffixes: Suffix) -> Node:
        steps = [each.step for each in suffixes]
        first = suffixes[0]
        target = base.variable
        if target is not None and target in VIEW_METHODS and first.name is not None:
            name = str(first.name)
            if first.is_call and name not in VIEW_METHODS[target]:
                raise MethodRefusal(first.name.start_pos or 0, target, name)
            arguments = tuple(each.run for each in first.operands) if first.is_call else None
            steps[0] = view_step(target, name, arguments, first.step)
        operands = [base, *(each for suffix in suffixes for each in suffix.operands)]
        return _node(_walk(base.run, steps), operands)

    def negation(self, operand: Node) -> Node:
        return _node(operators.negation(operand.run), [operand])

    def emptiness(self, operand: Node) -> Node:
        return _node(operators.emptiness(operand.run), [operand])

    def minus(self, token: Token, operand: Node) -> Node:
        run = operand.run
        node = _node(lambda context: negate(run(context)), [operand], token.start_pos or 0)
        return node if not operand.constant else Node(node.run, node.depth, constant=True)

    def product(self, *children: Any) -> Node:
        return _binary(children, PRODUCTS)

    def sum(self, *children: Any) -> Node:
        return _binary(children, SUMS)

    def relation(self, *children: Any) -> Node:
        return _binary(children, RELATIONS)

    def equality(self, *children: Any) -> Node:
        return _binary(children, EQUALITIES)

    def conjunction(self, *operands: Node) -> Node:
        return _node(operators.conjunction([each.run for each in operands]), operands)

    def disjunction(self, *operands: Node) -> Node:
        return _node(operators.disjunction([each.run for each in operands]), operands)

    def choice(self, condition: Node, then: Node, otherwise: Node) -> Node:
        run = operators.choice(condition.run, then.run, otherwise.run)
        return _node(run, [condition, then, otherwise])


def _walk(base: Run, steps: Sequence[Step]) -> Run:
    if len(steps) == 1:
        only = steps[0]
        return lambda context: only(base(context), context)
    several = tuple(steps)

    def run(context: Context) -> Any:
        value = base(context)
        for step in several:
            value = step(value, context)
        return value

    return run
