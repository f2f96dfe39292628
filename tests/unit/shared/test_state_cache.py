"""States of streams: what is kept between two commands."""

from shared.kernel.decider import Decider
from shared.service.commands.state_cache import StreamState


def test_only_older_knowledge_is_ignored() -> None:
    loaded = StreamState(None, 3, "h", {"intake-1": 5})
    assert loaded.has_imported_beyond({"intake-1": 4})
    assert not loaded.has_imported_beyond({"intake-1": 5})
    assert not loaded.has_imported_beyond({"intake-1": 6})
    assert not loaded.has_imported_beyond({"assignment-1": 1})
    assert not loaded.has_imported_beyond({})


def test_a_state_without_news_is_the_same() -> None:
    loaded = StreamState("state")
    assert loaded.after([], Decider("state", lambda c, s: [], lambda s, e: s)) is loaded
