"""How far a stage is, in words and for programs: with times that are given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from altsync.models.underway import Paid, Underway, Work
from altsync.render.underway import (
    WORDS,
    Course,
    as_event,
    beginning,
    layout,
    note,
    sentence,
    short,
)

NOW = datetime(2026, 11, 29, 12, 0, 0, 5000, tzinfo=UTC)
SOME = Underway(
    Work.GENERATE,
    done=1200,
    total=9000,
    failed=12,
    paid=Paid(0.48, 0, 5.0),
    rate=4.06,
    left=1921.0,
)


def test_every_work_has_words() -> None:
    assert set(WORDS) == set(Work)


def test_nothing_is_said_of_a_rate_before_it_is_known() -> None:
    course = Course(Work.PULL, 100, 0.0)
    course.add(2, 1.0)
    assert course.at(1.0).rate is None
    assert course.at(20.0).rate is None
    course.add(1, 20.0)
    assert course.at(20.0).rate is not None


@pytest.mark.parametrize("each", [0.01, 0.5, 30.0])
def test_a_steady_work_has_its_rate_and_its_time_left(each: float) -> None:
    course = Course(Work.GENERATE, 2000, 100.0)
    now = 100.0
    for _ in range(1000):
        now += each
        course.add(1, now)
    found = course.at(now)
    assert found.rate == pytest.approx(1 / each, rel=0.3)
    assert found.left == pytest.approx(1000 * each, rel=0.3)


def test_a_batch_that_arrives_at_once_lifts_the_rate_little() -> None:
    course = Course(Work.PULL, 100_000, 0.0)
    for second in range(1, 301):
        course.add(10, float(second))
    course.add(200, 300.5)
    rate = course.at(300.5).rate
    assert rate is not None
    assert 10 < rate < 14


def test_a_work_that_got_slower_is_told_by_what_it_is_now() -> None:
    course = Course(Work.PULL, 100_000, 0.0)
    for second in range(1, 61):
        course.add(100, float(second))
    for second in range(61, 601):
        course.add(1, float(second))
    rate = course.at(600.0).rate
    assert rate is not None
    assert rate < 5


def test_a_work_that_stalls_says_since_when_and_promises_nothing() -> None:
    course = Course(Work.PUSH, 100, 0.0)
    for second in range(1, 21):
        course.add(1, float(second))
    assert sentence(course.at(20.0)) == (
        "Pushing: 20 of 100 (20%), 1.0 a second, about 1 minute left."
    )
    assert sentence(course.at(150.0)) == (
        "Pushing: 20 of 100 (20%); nothing new for 2 minutes."
    )
    days = course.at(100_000.0)
    assert days.left is None


def test_what_is_left_is_never_negative_and_a_total_that_was_wrong_is_dropped() -> None:
    course = Course(Work.PULL, 10, 0.0, about=True)
    course.add(10, 10.0)
    assert course.at(10.0).left == 0
    assert sentence(course.at(10.0)) == "Pulling: 10 of about 10 (100%), 1.1 a second."
    course.add(5, 11.0)
    assert course.at(11.0).total is None
    assert not course.at(11.0).about
    assert course.at(11.0).left is None
    assert sentence(course.at(11.0)) == "Pulling: 15 so far, 1.5 a second."


def test_a_share_is_never_rounded_up() -> None:
    almost = replace(SOME, done=8999)
    assert "8,999 of 9,000 (99%)" in sentence(almost)
    assert sentence(Underway(Work.PUSH, total=0)) == "Pushing: 0 of 0."


def test_failures_and_money_are_said_beside_it() -> None:
    assert sentence(SOME) == (
        "Generating: 1,200 of 9,000 (13%), 4.1 a second, about 32 minutes left;"
        " paid $0.48 of $5.00; 12 failed."
    )
    free = replace(SOME, paid=Paid(), failed=0)
    assert "paid" not in sentence(free)
    assert "paid $0.48;" in sentence(replace(SOME, paid=Paid(0.48)))
    unknown = replace(SOME, paid=Paid(0.48, 3, 5.0))
    assert "paid at least $0.48 of $5.00" in sentence(unknown)
    assert "paid" not in sentence(replace(SOME, paid=Paid(limit=5.0)))


def test_the_last_paid_amount_stays_where_a_step_does_not_say_one() -> None:
    course = Course(Work.GENERATE, None, 0.0)
    course.add(1, 1.0, 1, Paid(0.5))
    course.add(1, 2.0)
    assert course.at(2.0).paid == Paid(0.5)
    assert course.at(2.0).failed == 1


def test_a_slow_rate_is_told_by_the_minute_and_a_slower_one_not_at_all() -> None:
    assert ", 12 a minute," in sentence(replace(SOME, rate=0.2))
    assert "minute," not in sentence(replace(SOME, rate=0.001, left=None))


def test_the_beginning_is_told_to_who_hears_it() -> None:
    assert beginning(Underway(Work.FIND_PAGES)) == "Finding pages …"
    assert beginning(SOME) == "Generating: 9,000 to do."
    known = Underway(Work.PULL, total=2000, about=True)
    assert beginning(known) == "Pulling: about 2,000 to do."


@pytest.mark.parametrize("work", Work)
def test_a_line_is_never_wider_than_the_terminal(work: Work) -> None:
    now = replace(SOME, work=work, done=12_345_678, total=98_765_432)
    for width in range(1, 200):
        found = layout(now, width)
        parts = [found.label, "#" * found.bar, found.words]
        assert len(" ".join(filter(None, parts))) <= width


def test_what_matters_most_stays_where_there_is_little_room() -> None:
    assert short(SOME, 200) == (
        "1,200 of 9,000 (13%), about 32 minutes left, paid $0.48 of $5.00, 12 failed,"
        " 4.1 a second"
    )
    assert short(SOME, 60) == "1,200 of 9,000 (13%), about 32 minutes left"
    assert short(SOME, 10) == "1,200 of 9"
    assert layout(SOME, 120).bar == 30
    assert layout(SOME, 60).bar == 15
    assert layout(SOME, 40).bar == 0
    assert layout(SOME, 20).label == ""


def test_events_say_all_of_it_in_figures() -> None:
    assert as_event("progress", SOME, NOW) == {
        "event": "progress",
        "at": "2026-11-29T12:00:00.005+00:00",
        "stage": "generate",
        "done": 1200,
        "total": 9000,
        "about": False,
        "failed": 12,
        "rate": 4.06,
        "left": 1921.0,
        "spent": 0.48,
        "unpriced": 0,
        "limit": 5.0,
    }
    unknown = as_event("started", Underway(Work.PULL), NOW)
    nothing = {name for name, value in unknown.items() if value is None}
    assert nothing == {"total", "rate", "left", "spent", "limit"}
    assert note("Hm.", NOW)["text"] == "Hm."
