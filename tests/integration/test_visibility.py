"""The list shows exactly the cases that the check admits."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from shared.kernel.actor import Actor, Post
from shared.kernel.organs import AGENCY, ANYWHERE, DUTIES, Jurisdiction, OrganBook, Organs
from shared.kernel.visibility import visible_to
from shared.service.config.access_tables import load_access

ROWS = load_access(Path("deploy/policies"), "portal").rows_of("read-case")

KINDS = ["suggestion", "petition"]
UNITS = ["u-city", "u-county", "u-edu", "u-edu-basic", "u-fin"]
PEOPLE = ["p-1", "p-2", "p-3"]
ROLES = ["office", "leader", "publisher", "auditor", "handler", "head", "system-admin", "operator"]


def several(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=3)


posts = st.builds(
    lambda role, path, held_by: Post(role, path[0], tuple(path), held_by),
    st.sampled_from(ROLES),
    st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True),
    st.sampled_from(PEOPLE) | st.none(),
)
people = st.builds(
    Actor, st.sampled_from(PEOPLE), st.lists(posts, max_size=3).map(tuple), st.booleans()
)
clients = st.builds(
    lambda sub, agency: Actor(sub, client_of=agency),
    st.sampled_from(["c-1", "c-2"]),
    st.sampled_from(UNITS[:2]),
)
organs = st.tuples(*(st.sampled_from([*UNITS, AGENCY]) for _ in DUTIES)).map(
    lambda units: Organs(**dict(zip(DUTIES, units, strict=True)))
)
jurisdictions = st.builds(
    Jurisdiction,
    st.sampled_from([*UNITS[:2], ANYWHERE]),
    st.sampled_from([*KINDS, ANYWHERE]),
    st.sampled_from(["session", "letter", ANYWHERE]).map(lambda channel: frozenset({channel})),
    organs,
)
cases = st.fixed_dictionaries(
    {},
    optional={
        "agency": st.sampled_from(UNITS[:2]) | st.none(),
        "kind": st.sampled_from(KINDS) | st.none(),
        "channel": st.sampled_from(["session", "letter"]) | st.none(),
        "units": several(UNITS),
        "proposers": several(PEOPLE),
        "client": st.sampled_from(["c-1", "c-2"]) | st.none(),
        "against": several([*UNITS, *PEOPLE]) | st.none(),
    },
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    actor=people | clients,
    documents=st.lists(cases, max_size=12),
    rows=st.lists(jurisdictions, max_size=4),
)
def test_lists_and_checks_agree(
    mongo_url: str,
    space: str,
    actor: Actor,
    documents: list[dict[str, Any]],
    rows: list[Jurisdiction],
) -> None:
    with MongoClient[dict[str, Any]](mongo_url) as client:
        collection = client[space]["cases"]
        collection.delete_many({})
        numbered = [{"_id": n, **document} for n, document in enumerate(documents)]
        if numbered:
            collection.insert_many(numbered)
        condition = visible_to(actor.knowing(OrganBook(tuple(rows))), ROWS)
        listed = {document["_id"] for document in collection.find(condition.as_filter())}
        client.drop_database(space)
    assert listed == {one["_id"] for one in numbered if condition.admits(one)}
