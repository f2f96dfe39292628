"""The cache is bounded, and can be emptied."""

from shared.kernel.bounded_cache import BoundedCache


def filled(most: int, keys: str) -> BoundedCache[str, int]:
    cache: BoundedCache[str, int] = BoundedCache(most)
    for number, key in enumerate(keys):
        cache.put(key, number)
    return cache


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache = filled(2, "ab")
    assert cache.get("a") == 0
    cache.put("c", 2)
    assert [cache.get(key) for key in "abc"] == [0, None, 2]


def test_writing_again_takes_no_room() -> None:
    cache = filled(2, "aba")
    assert [cache.get(key) for key in "ab"] == [2, 1]


def test_some_or_all_can_be_forgotten() -> None:
    cache = filled(3, "abc")
    cache.forget(["a", "x"])
    assert [cache.get(key) for key in "abc"] == [None, 1, 2]
    cache.forget()
    assert [cache.get(key) for key in "abc"] == [None, None, None]
