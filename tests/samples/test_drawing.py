"""Draws: exact where they are small, and what holds of every one."""

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.samples.drawing import Drawn, Person, Plan, draw, frame_hash, numbers, places


def people(counts: dict[str, int], group: int = 0) -> list[Person]:
    """So many of each stratum; every `group` of them share a household."""
    made = [stratum for stratum, count in counts.items() for _ in range(count)]
    return [Person(f"c{n:03}", stratum, f"h{n // group}" if group else "") for n, stratum in enumerate(made)]


def drawn(frame: list[Person], plan: Plan, seed: str = "s") -> list[Drawn]:
    found = draw(frame, plan, seed)
    assert all(isinstance(each, Drawn) for each in found), found
    return found


@pytest.mark.parametrize(
    ("counts", "size", "allocation", "wanted"),
    [
        ({"a": 60, "b": 30, "c": 10}, 10, "proportional", {"a": 6, "b": 3, "c": 1}),
        ({"a": 1, "b": 1, "c": 1}, 2, "proportional", {"a": 1, "b": 1, "c": 0}),
        ({"a": 5, "b": 3, "c": 1}, 4, "proportional", {"a": 2, "b": 1, "c": 1}),  # remainders 2/9, 3/9, 4/9
        ({"a": 60, "b": 30, "c": 2}, 10, "equal", {"a": 4, "b": 4, "c": 2}),
        ({"a": 3, "b": 3}, 6, "equal", {"a": 3, "b": 3}),
    ],
)
def test_how_many_of_each_stratum(counts: dict[str, int], size: int, allocation: str, wanted: dict[str, int]) -> None:
    plan = Plan("stratified", size, allocation)
    assert numbers(people(counts), plan) == wanted
    found = drawn(people(counts), plan)
    assert Counter(each.stratum for each in found) == Counter(wanted)
    assert {each.probability for each in found if each.stratum == "a"} == {wanted["a"] / counts["a"]}


def test_given_sizes() -> None:
    found = drawn(people({"a": 4, "b": 2}), Plan("stratified", 3, "given", {"a": 1, "b": 2}))
    assert {each.stratum: each.probability for each in found} == {"a": 0.25, "b": 1}


def test_systematic_places_by_hand() -> None:
    assert places(10, 3, 0) == [0, 3, 6]
    assert places(10, 3, 9) == [3, 6, 9]
    assert places(6, 6, 5) == [0, 1, 2, 3, 4, 5]


@given(st.integers(1, 40), st.data())
def test_systematic_gives_everybody_the_same_chance(count: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, count))
    every = [places(count, size, start) for start in range(count)]
    assert Counter(place for one in every for place in one) == dict.fromkeys(range(count), size)
    assert all(after - before in (count // size, -(-count // size)) for one in every for before, after in pairwise(one))


def test_one_of_each_household() -> None:
    frame = people({"a": 9}, group=3)
    found = drawn([*frame, Person("alone")], Plan("simple", 4, one_per_group=True))
    homes = {each.contact_id: each.group for each in frame}
    assert Counter(homes.get(each.contact_id, "") for each in found) == {"h0": 1, "h1": 1, "h2": 1, "": 1}
    assert {each.contact_id == "alone": each.probability for each in found} == {True: 1, False: 1 / 3}


PLANS = st.builds(
    Plan, st.sampled_from(["simple", "systematic", "stratified"]), st.integers(1, 12), st.sampled_from(["proportional", "equal"]),
    one_per_group=st.booleans(), replicates=st.integers(1, 4),
).filter(lambda plan: plan.replicates <= plan.size)  # fmt: skip
FRAMES = st.tuples(st.dictionaries(st.sampled_from("abc"), st.integers(12, 30), min_size=1), st.just(0) | st.just(1))


@given(FRAMES, PLANS, st.text(max_size=5), st.randoms())
def test_what_holds_of_every_draw(frame, plan: Plan, seed: str, dice: random.Random) -> None:
    whole = people(*frame)
    found = drawn(whole, plan, seed)
    mixed = whole.copy()
    dice.shuffle(mixed)
    assert draw(mixed, plan, seed) == found
    assert frame_hash(each.contact_id for each in mixed) == frame_hash(each.contact_id for each in whole)
    assert len({each.contact_id for each in found}) == len(found) == plan.size
    sizes = Counter(each.replicate for each in found)
    assert set(sizes) == set(range(1, plan.replicates + 1))
    assert max(sizes.values()) - min(sizes.values()) <= 1
    represented = {each.stratum for each in found}  # weights make up the frame again
    count = sum(n for key, n in frame[0].items() if plan.method != "stratified" or key in represented)
    assert sum(1 / each.probability for each in found) == pytest.approx(count)


def test_another_seed_is_another_draw_and_chance_is_even() -> None:
    frame = people({"a": 10})
    taken = Counter(each.contact_id for n in range(500) for each in drawn(frame, Plan("simple", 3), f"seed {n}"))
    assert len(taken) == 10
    assert all(100 < count < 200 for count in taken.values())  # 150 expected, standard deviation 10


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (Plan("simple", 11), "sample_too_large"),
        (Plan("simple", 0), "sample_size"),
        (Plan("simple", 2, replicates=3), "sample_size"),
        (Plan("stratified", 3, "given", {"b": 3}), "sample_too_large"),
    ],
)
def test_what_cannot_be_drawn(plan: Plan, code: str) -> None:
    assert [each.code for each in draw(people({"a": 10}), plan, "s")] == [code]
