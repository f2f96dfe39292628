"""The case that a stream's name names."""

from shared.service.commands.commit_draft import case_of

CASE_ID = "56fa9635caf355c1b7bdf0735026de16"


def test_only_streams_of_cases_name_a_case() -> None:
    assert case_of(f"handling-{CASE_ID}") == CASE_ID
    assert case_of("unit-u-city") is None
    assert case_of("series-u-city-petition-2025") is None
