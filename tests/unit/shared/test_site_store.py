"""The public site may have a store of its own: the read models of the public lie there alone."""

from pathlib import Path
from typing import Any, cast

import pytest

from deploy.make_secrets import SITE_WRITERS, contents
from services.disclosure.app import SERVICE as DISCLOSURE
from shared.kafka.broker_access import BrokerAccess
from shared.kafka.namespace import Namespace
from shared.ops.cli.commands import prepare
from shared.ops.cli.commands.prepare import SameStore
from shared.ops.provisioning.store_rights import OWN, writers_of
from shared.service.resources.connections import Connections
from shared.service.settings import ServiceSettings
from shared.testing.signatures import KEYS

LOG, PUBLIC = "the store of the log", "the store of the public site"


class Named(dict[str, str]):
    """A client whose databases say where they are."""

    def __missing__(self, name: str) -> str:
        return f"{name} in {self['place']}"


def connections(public: str = "") -> Connections:
    def client(place: str) -> Any:
        return Named(place=place)

    more = {"public": client(public)} if public else {}
    return Connections(
        BrokerAccess("nowhere:1"), client(LOG), Namespace("duban"), **more, keys=KEYS
    )


def test_only_models_of_the_public_lie_in_the_sites_own_store() -> None:
    here, [public, *_] = connections(PUBLIC), DISCLOSURE.projections
    assert cast(Any, here.database_of("disclosure", public)) == f"duban_site in {PUBLIC}"
    assert cast(Any, here.database("disclosure")) == f"duban_disclosure in {LOG}"


def test_without_one_they_lie_beside_the_logs() -> None:
    [public, *_] = DISCLOSURE.projections
    assert cast(Any, connections().database_of("disclosure", public)) == f"duban_site in {LOG}"


def test_who_writes_the_site_has_no_other_right_in_its_store() -> None:
    writers = dict(writers_of(Namespace("duban"), generations=1))
    assert set(writers) == set(SITE_WRITERS)
    for rights in writers.values():
        assert {right.database for right in rights} == {"duban_site"}
        assert {right.actions for right in rights} == {OWN}


def test_every_password_of_the_sites_store_opens_no_other(tmp_path: Path) -> None:
    made = dict(contents(tmp_path, "mongo:27017"))
    of_site = {text for name, text in made.items() if "site" in name}
    passwords = [text.partition("@")[0].rpartition(":")[2] for text in made.values()]
    assert sum("@site-mongo:27017/" in text for text in of_site) == len(SITE_WRITERS) + 2
    assert len([one for one in passwords if one]) - len({one for one in passwords if one}) == 2


def test_one_store_is_not_prepared_twice_under_the_same_names() -> None:
    """The rights of the second account would replace those of the first."""
    url = "mongodb://admin:secret@a:1,b:2/?replicaSet=duban"
    settings = ServiceSettings(_env_file=None, mongo_url=url, site_mongo_url=url)
    with pytest.raises(SameStore, match="DUBAN_SITE_MONGO_URL"):
        prepare.check_stores(settings)
    own = "mongodb://admin:secret@c:1/?replicaSet=duban"
    prepare.check_stores(settings.model_copy(update={"site_mongo_url": own}))
