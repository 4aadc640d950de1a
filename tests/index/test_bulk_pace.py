"""The pace of bulk requests: it grows while the server keeps up, and shrinks where it does not."""

from __future__ import annotations

from pipeline.index.bulk_pace import FEWEST_ITEMS, MAX_IN_FLIGHT, MAX_ITEMS, SLOW, Outcome, Pace

FINE = Outcome(size=1_000_000, seconds=1.0)


def after(pace: Pace, *outcomes: Outcome) -> Pace:
    for outcome in outcomes:
        pace = pace.after(outcome)
    return pace


def test_more_requests_are_sent_at_a_time_while_throughput_does_not_fall() -> None:
    """With one more request under way each takes longer here, so that all together are as fast as before."""
    pace = Pace(in_flight=1)
    for _ in range(100):
        pace = pace.after(Outcome(1_000_000, 0.5 * pace.in_flight))
        assert pace.in_flight <= MAX_IN_FLIGHT
    assert pace.in_flight == MAX_IN_FLIGHT


def test_it_is_judged_after_as_many_answers_as_requests_are_under_way() -> None:
    start = Pace(in_flight=3)
    assert [after(start, *[FINE] * answers).in_flight for answers in range(4)] == [3, 3, 3, 4]


def test_one_request_less_is_sent_at_a_time_when_throughput_falls() -> None:
    fast = after(Pace(in_flight=2), FINE, FINE)
    slower = after(fast, *[Outcome(1_000_000, 3.0)] * fast.in_flight)
    assert slower.in_flight == fast.in_flight - 1
    assert after(slower, *[Outcome(1_000_000, 2.0)] * slower.in_flight).in_flight == fast.in_flight


def test_a_server_that_has_too_much_to_do_gets_half_as_much_at_once() -> None:
    for outcome in (Outcome(1, 0.1, troubled=True), Outcome(1, SLOW + 1)):
        assert Pace(in_flight=4).after(outcome)[:2] == (2, MAX_ITEMS // 2)
        assert after(Pace(in_flight=4), *[outcome] * 50)[:2] == (1, FEWEST_ITEMS)


def test_requests_grow_again_step_by_step() -> None:
    pace = after(Pace(), *[Outcome(1, 0.1, troubled=True)] * 50)
    sizes = []
    while pace.items < MAX_ITEMS:
        pace = pace.after(FINE)
        sizes.append(pace.items)
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 5
    assert after(pace, *[FINE] * 50).items == MAX_ITEMS
