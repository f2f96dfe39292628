"""The session of all tests: its shared parts, what it leaves out, its groups and budgets."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings

from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.part import Part
from tests import changes, groups, parts
from tests.budgets import Budgets
from tests.nodes import heal, own, settings_of

KEEPER = pytest.StashKey[parts.Keeper]()
FOLDER = pytest.StashKey[Path]()
UNCHANGED = pytest.StashKey[tuple[str, ...]]()

settings.register_profile("without-deadline", deadline=None)
settings.load_profile("without-deadline")
# A deadline by the wall clock would fail tests by chance on a loaded machine.


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--everything", action="store_true", help="also what has not changed (tests/changes.py)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """The process that began the session keeps the parts and decides; those of xdist are told."""
    decided = getattr(config, "workerinput", None)
    if decided is None:
        config.stash[KEEPER] = keeper = parts.Keeper()
        decided = {"parts": str(keeper.folder), "unchanged": left_out(config)}
    config.stash[FOLDER] = Path(decided["parts"])
    config.stash[UNCHANGED] = tuple(decided["unchanged"])
    config.pluginmanager.register(Budgets())


def left_out(config: pytest.Config) -> tuple[str, ...]:
    """The sets of tests that this run need not run: a run that names paths leaves out nothing."""
    names_paths = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    return () if names_paths or config.option.everything else changes.unchanged()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    stash = node.config.stash
    node.workerinput |= {"parts": str(stash[FOLDER]), "unchanged": list(stash[UNCHANGED])}


def pytest_unconfigure(config: pytest.Config) -> None:
    if keeper := config.stash.get(KEEPER, None):
        keeper.close()


def pytest_report_header(config: pytest.Config) -> str | None:
    names = config.stash[UNCHANGED]
    return f"left out, because unchanged: {', '.join(names)}" if names else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if is_left_out(item)])
    items[:] = [item for item in items if not is_left_out(item)]
    items.sort(key=lambda item: groups.rank(str(item.nodeid)))
    for item in items:
        if wrong := groups.misplaced(str(item.nodeid), getattr(item, "fixturenames", ())):
            raise pytest.UsageError(f"{item.nodeid} uses {wrong}: see tests/groups.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    # Imported here: only the process that began the session schedules.
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return groups.group_of(nodeid)

    return ByGroup(config, log)


def is_left_out(item: pytest.Item) -> bool:
    named = {name for mark in item.iter_markers("on_change") for name in mark.args}
    sets = changes.sets_of(str(item.nodeid), named)
    return bool(sets) and sets <= set(item.config.stash[UNCHANGED])


@pytest.fixture(scope="session")
def parts_settings(pytestconfig: pytest.Config) -> OpsSettings:
    """Of the shared parts: their data and logs, and where downloads are."""
    return parts.settings_of(pytestconfig.stash[FOLDER])


@pytest.fixture(scope="session")
def mongo_url(pytestconfig: pytest.Config) -> str:
    return parts.asked(pytestconfig.stash[FOLDER], "store")


@pytest.fixture(scope="session")
def kafka_bootstrap(pytestconfig: pytest.Config) -> str:
    return parts.asked(pytestconfig.stash[FOLDER], "broker")


@pytest.fixture
def space() -> str:
    """A name that no other test has: the start of its databases, groups and topics."""
    return f"t{uuid4().hex[:10]}"


@pytest.fixture(scope="session")
def own_settings(
    tmp_path_factory: pytest.TempPathFactory, parts_settings: OpsSettings
) -> Callable[[str], OpsSettings]:
    """Makes settings of parts with that name which no other test uses."""
    return lambda name: settings_of(tmp_path_factory.mktemp(name), parts_settings.downloads)


@pytest.fixture(scope="session")
def replicas(own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    with own("store", own_settings("three"), nodes=3) as part:
        yield part


@pytest.fixture
def three_stores(replicas: Part) -> Iterator[Part]:
    """A replica set of three; a test may do to it what it likes."""
    yield replicas
    heal(replicas)


@pytest.fixture(scope="session")
def lonely_store(own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    with own("store", own_settings("one")) as part:
        yield part


@pytest.fixture
def one_store(lonely_store: Part) -> Iterator[Part]:
    """A store of one node that may be killed."""
    yield lonely_store
    heal(lonely_store)


@pytest.fixture(scope="session")
def cluster_of_three(own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    with own("broker", own_settings("buses"), nodes=3) as part:
        yield part


@pytest.fixture
def three_brokers(cluster_of_three: Part) -> Iterator[Part]:
    """Three copies of everything, two of which have to confirm."""
    yield cluster_of_three
    heal(cluster_of_three)


@pytest.fixture(scope="session")
def lonely_broker(own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    with own("broker", own_settings("bus")) as part:
        yield part


@pytest.fixture
def one_broker(lonely_broker: Part) -> Iterator[Part]:
    """A broker of one node that may be killed."""
    yield lonely_broker
    heal(lonely_broker)
