"""The comparison of heads names every difference, and none where log and bus agree."""

from shared.kafka.head_comparison import Difference, StreamHead, differences

ONE, TWO = StreamHead(1, "a"), StreamHead(2, "b")


def test_the_same_heads_do_not_differ() -> None:
    assert list(differences({"intake-1": TWO}, {"intake-1": TWO})) == []


def test_each_way_to_differ_has_its_name() -> None:
    in_log = {"ahead": TWO, "alone": ONE, "older": ONE, "twisted": TWO}
    on_bus = {"ahead": ONE, "older": TWO, "foreign": ONE, "twisted": StreamHead(2, "c")}
    assert list(differences(in_log, on_bus)) == [
        Difference("ahead", "unpublished", 2, 1),
        Difference("alone", "unpublished", 1, 0),
        Difference("foreign", "lost", 0, 1),
        Difference("older", "lost", 1, 2),
        Difference("twisted", "other", 2, 2),
    ]
