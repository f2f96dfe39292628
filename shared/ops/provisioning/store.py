"""Provisioning of MongoDB: the replica set, the logs' indexes, and accounts with few rights."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from shared.audit.store import AuditStore
from shared.kafka.namespace import Namespace
from shared.mongo.commits import commits_of, make_indexes
from shared.mongo.connect import Document
from shared.mongo.read_models.generations import POINTERS
from shared.ops.provisioning.passwords import Login
from shared.ops.provisioning.store_rights import (
    AHEAD,
    AUDIT,
    SITE,
    Right,
    audit_rights,
    rights_of,
    site_rights,
    writers_of,
)
from shared.service.processes.registry import SERVICES, definition_of

Client = AsyncMongoClient[Document]
patiently = retry(
    retry=retry_if_exception_type(PyMongoError),
    stop=stop_after_delay(60),
    wait=wait_fixed(1),
    reraise=True,
)


@patiently
async def initiate(url: str) -> None:
    """Initiates a set of members without a configuration; an existing set stays as it is."""
    uri = parse_uri(url)
    members = [f"{host}:{port}" for host, port in uri["nodelist"]]
    who = {"username": uri["username"], "password": uri["password"]}
    client: Client = AsyncMongoClient(
        members[0], directConnection=True, serverSelectionTimeoutMS=2_000, **who
    )
    async with client:
        if "setName" not in await client.admin.command("hello"):
            numbered = [{"_id": number, "host": host} for number, host in enumerate(members)]
            name = uri["options"]["replicaSet"]
            await client.admin.command("replSetInitiate", {"_id": name, "members": numbered})


@patiently
async def make_log_indexes(client: Client, namespace: Namespace) -> None:
    for service in SERVICES:
        await make_indexes(commits_of(client[namespace.database(service)]))
    await AuditStore(client[namespace.database(AUDIT)]).prepare()


async def grant(client: Client, namespace: Namespace, logins: Mapping[str, Login]) -> None:
    """Sets rights and passwords to what is declared; may be repeated."""
    definitions = [definition_of(name) for name in SERVICES]
    generations = await _newest(client, namespace) + AHEAD
    for definition in definitions:
        rights = rights_of(definition, namespace, generations)
        await _account(client, namespace.prefixed(definition.name), rights, logins[definition.name])
    await _account(client, namespace.prefixed(AUDIT), audit_rights(namespace), logins[AUDIT])


async def grant_to_site(client: Client, namespace: Namespace, login: Login) -> None:
    """Sets the rights of the public site's account in the store that has its database."""
    definitions = [definition_of(name) for name in SERVICES]
    public = [one for d in definitions for one in d.projections if one.database == SITE]
    generations = await _newest(client, namespace) + AHEAD
    rights = site_rights(namespace, public, generations)
    await _account(client, namespace.prefixed(SITE), rights, login)


async def grant_to_writers(
    client: Client, namespace: Namespace, login_of: Callable[[str], Login]
) -> None:
    """Sets the rights of the services that write to the public site's own store."""
    generations = await _newest(client, namespace) + AHEAD
    for service, rights in writers_of(namespace, generations):
        await _account(client, namespace.prefixed(service), rights, login_of(service))


async def _newest(client: Client, namespace: Namespace) -> int:
    """Returns the highest generation that was ever begun of any read model."""
    numbers = [1]
    for name in (*SERVICES, SITE):
        async for pointer in client[namespace.database(name)][POINTERS].find({}, {"versions": 1}):
            numbers += map(int, pointer["versions"])
    return max(numbers)


async def _account(client: Client, role: str, rights: Sequence[Right], login: Login) -> None:
    admin = client.admin
    privileges = [right.as_privilege() for right in rights]
    existing = (await admin.command("rolesInfo", role))["roles"]
    verb = "updateRole" if existing else "createRole"
    await admin.command(verb, role, privileges=privileges, roles=[])
    existing = (await admin.command("usersInfo", login.user))["users"]
    verb = "updateUser" if existing else "createUser"
    given: dict[str, Any] = {"pwd": login.password, "roles": [role]}
    await admin.command(verb, login.user, **given)
