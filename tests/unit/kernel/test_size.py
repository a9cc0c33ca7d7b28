"""Long loops and wide forks: linear time, small states, no recursion."""

from __future__ import annotations

import time
from typing import Any

from shoal.kernel import decode_state, encode_state

ENDS = '<startEvent id="s"/><endEvent id="e"/>'


class Counter:
    def __init__(self, most: int) -> None:
        self.left = most

    def more(self) -> bool:
        self.left -= 1
        return self.left > 0


def looped(model: Any, host: Any, times: int) -> float:
    host.callables["counter"] = Counter(times)
    body = ENDS + '<exclusiveGateway id="top"/><task id="t"/><exclusiveGateway id="x" default="x_e"/>'
    run = model(body, "s > top > t > x > e", "x > top: ${counter.more()}")
    begin = time.perf_counter()
    run.start()
    took = time.perf_counter() - begin
    assert run.ended is not None
    assert len(run.history) == 3 * times + 2
    return took


def test_a_loop_of_ten_thousand_rounds_is_linear(model: Any, host: Any) -> None:
    short = min(looped(model, host, 1000) for _ in range(3))
    assert looped(model, host, 10_000) < 40 * short


def test_ten_thousand_parallel_tokens_are_linear(model: Any) -> None:
    count = 10_000
    flows = "".join(f'<sequenceFlow id="g{n}" sourceRef="g" targetRef="t"/>' for n in range(count))
    join = "".join(f'<sequenceFlow id="j{n}" sourceRef="j" targetRef="e"/>' for n in range(1))
    body = ENDS + '<parallelGateway id="g"/><userTask id="t"/><inclusiveGateway id="j"/>' + flows + join
    run = model(body, "s > g", "t > j", reload=False)
    run._check = lambda: None
    begin = time.perf_counter()
    run.start()
    data = encode_state(run.snapshot.state)
    assert len(data) < 60 * count
    again = decode_state(data)
    assert len(again.nodes) == count
    for task in list(run.user_tasks):
        from shoal.kernel import stimulus

        run.do(stimulus.Complete(task))
    assert time.perf_counter() - begin < 20
    assert run.ended is not None


def test_a_loop_through_an_inclusive_join_stays_linear_too(model: Any, host: Any) -> None:
    host.callables["counter"] = Counter(3000)
    body = ENDS + '<exclusiveGateway id="top"/><inclusiveGateway id="f"/><inclusiveGateway id="j"/>'
    body += '<task id="a"/><task id="b"/><exclusiveGateway id="x" default="x_e"/>'
    run = model(body, "s > top > f > a > j > x > e", "f > b: ${odd}", "b > j", "x > top: ${counter.more()}")
    assert run.start(odd=False).ended is not None
    host.callables["counter"] = Counter(3000)
    run = model(body, "s > top > f > a > j > x > e", "f > b: ${odd}", "b > j", "x > top: ${counter.more()}")
    assert run.start(odd=True).ended is not None
