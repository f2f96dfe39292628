"""What is remembered is bounded, and can be forgotten."""

from shared.mongo.bounded_cache import BoundedCache


def filled(most: int, keys: str) -> BoundedCache[int]:
    remembered: BoundedCache[int] = BoundedCache(most)
    for number, key in enumerate(keys):
        remembered.put(key, number)
    return remembered


def test_what_was_not_used_for_longest_goes_first() -> None:
    remembered = filled(2, "ab")
    assert remembered.get("a") == 0
    remembered.put("c", 2)
    assert [remembered.get(key) for key in "abc"] == [0, None, 2]


def test_writing_again_takes_no_room() -> None:
    remembered = filled(2, "aba")
    assert [remembered.get(key) for key in "ab"] == [2, 1]


def test_some_or_all_can_be_forgotten() -> None:
    remembered = filled(3, "abc")
    remembered.forget(["a", "x"])
    assert [remembered.get(key) for key in "abc"] == [None, 1, 2]
    remembered.forget()
    assert [remembered.get(key) for key in "abc"] == [None, None, None]
