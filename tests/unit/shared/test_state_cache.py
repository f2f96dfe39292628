"""Histories: the state of a stream that is kept between two commands."""

from shared.kernel.decider import Decider
from shared.service.commands.state_cache import History


def test_only_older_knowledge_is_ignored() -> None:
    history = History(None, 3, "h", {"intake-1": 5})
    assert history.knows_newer({"intake-1": 4})
    assert not history.knows_newer({"intake-1": 5})
    assert not history.knows_newer({"intake-1": 6})
    assert not history.knows_newer({"assignment-1": 1})
    assert not history.knows_newer({})


def test_a_history_without_news_is_the_same() -> None:
    history = History("state")
    assert history.after([], Decider("state", lambda c, s: [], lambda s, e: s)) is history
