"""Facts that a course folds."""

from services.portal.domain.automatic import AUTOMATIC, is_automatic
from shared.contracts.catalogue import OWNER_OF


def test_what_a_course_folds_are_facts_of_the_catalogue() -> None:
    known = {type_.rsplit(".v", 1)[0] for type_ in OWNER_OF}
    assert AUTOMATIC - known == set()
    assert known - AUTOMATIC


def test_every_version_of_a_fact_is_folded_alike() -> None:
    assert is_automatic("clock.started.v1")
    assert is_automatic("clock.started.v12")
    assert not is_automatic("reply.signed.v1")
    assert not is_automatic("clock.started-anew.v1")
