"""Which tests run in the same process, one after another, when two processes share a session.

A group shares something that is started once: an installation, a broker that its tests kill, a list
of what all of them asked. Every other module is a group of its own. Groups begin in the order of
the table, the longest first, so that no long one is left for the end.
"""

from collections.abc import Collection, Iterable

GROUPS = {
    "tests/e2e/test_fresh_clone.py": "fresh clone",
    "tests/e2e/console": "console",
    "tests/e2e": "installation",
    "tests/faults/workers": "workers",
    "tests/faults/test_store_lost.py": "killed stores",
    "tests/faults/test_answers.py": "killed stores",
    "tests/faults/test_bugs_of_": "killed stores",
    "tests/faults/test_all_planted.py": "killed stores",
    "tests/integration/test_store_outages.py": "killed stores",
    "tests/faults/test_bus_lost.py": "killed brokers",
    "tests/integration/test_topics.py::test_three_brokers": "killed brokers",
    "tests/integration/test_secured_": "secured parts",
    "tests/integration/test_vitals.py::test_an_account_with_few_rights": "secured parts",
    "tests/bench": "benchmarks",
    "tests/component": "component",
}
"""How the id of a test begins → its group."""
OWNERS = {
    "world": "installation",
    "product": "console",
    "lone_city": "workers",
    "lone_town": "workers",
    "replicas": "killed stores",
    "lonely_store": "killed stores",
    "cluster_of_three": "killed brokers",
    "lonely_broker": "killed brokers",
    "secured_parts": "secured parts",
    "lab": "benchmarks",
}
"""Fixture of a whole session → the only group that may use it."""
LEVELS = ("faults", "integration", "deploy", "contract", "architecture", "unit")
"""The order of the other modules, by folder."""


def group_of(test: str) -> str:
    """Of the id of a test; without an entry in the table its module."""
    module, _, _ = test.partition("::")
    return next((group for start, group in GROUPS.items() if test.startswith(start)), module)


def rank(test: str) -> tuple[int, str]:
    """Sorts tests by their groups; the order within a group stays."""
    group = group_of(test)
    heavy = list(dict.fromkeys(GROUPS.values()))
    if group in heavy:
        return heavy.index(group), group
    level = group.split("/")[1]
    return len(heavy) + (LEVELS.index(level) if level in LEVELS else len(LEVELS)), group


def misplaced(test: str, fixtures: Iterable[str]) -> Collection[str]:
    """The fixtures that another group owns: used here, they would be started twice."""
    return [name for name in fixtures if OWNERS.get(name, group_of(test)) != group_of(test)]
