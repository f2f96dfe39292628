"""Provisioning of Kafka: topics, SCRAM users and access rules for services with few rights."""

from collections.abc import Iterator, Mapping
from typing import Any

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.namespace import Namespace
from shared.kafka.topic_admin import admin_of
from shared.ops.base.errors import PartFailed
from shared.ops.provisioning.bus_rights import BusRight, bus_rights_of
from shared.ops.provisioning.passwords import Login
from shared.service.processes.registry import SERVICES, definition_of

KINDS = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "cluster": ResourceType.CLUSTER,
}
OPERATIONS = {
    "read": ACLOperation.READ,
    "write": ACLOperation.WRITE,
    "describe": ACLOperation.DESCRIBE,
}
ITERATIONS = 8192


def grant(access: BrokerAccess, namespace: Namespace, logins: Mapping[str, Login]) -> None:
    """Sets passwords and rules to what is declared; may be repeated."""
    with admin_of(access) as admin:
        _set_passwords(admin, list(logins.values()))
        for service in SERVICES:
            definition = definition_of(service)
            wanted = {
                _rule(logins[service].user, right) for right in bus_rights_of(definition, namespace)
            }
            _set_rules(admin, f"User:{logins[service].user}", wanted)


def _set_passwords(admin: Any, logins: list[Login]) -> None:
    answers = admin.alter_user_scram_credentials(
        [
            UserScramCredentialUpsertion(
                login.user, ScramMechanism.SCRAM_SHA_512, login.password, ITERATIONS
            )
            for login in logins
        ]
    )
    _expect_none({name: error for name, error in answers.items() if error})


def _set_rules(admin: Any, principal: str, wanted: set[ACL]) -> None:
    """Adds missing ACLs before it deletes surplus ones, so that no account is locked out
    meanwhile."""
    there = set(_rules_of(admin, principal))
    if missing := list(wanted - there):
        _expect_none(admin.create_acls(missing)["failed"])
    if surplus := list(there - wanted):
        admin.delete_acls(surplus)


def _rules_of(admin: Any, principal: str) -> Iterator[ACL]:
    anything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    acls, _ = admin.describe_acls(
        ACLFilter(principal, None, ACLOperation.ANY, ACLPermissionType.ANY, anything)
    )
    yield from acls


def _rule(user: str, right: BusRight) -> ACL:
    pattern = ACLResourcePatternType.PREFIXED if right.by_prefix else ACLResourcePatternType.LITERAL
    return ACL(
        principal=f"User:{user}",
        host="*",
        operation=OPERATIONS[right.operation],
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePattern(KINDS[right.kind], right.name, pattern),
    )


def _expect_none(refused: Any) -> None:
    if refused:
        raise PartFailed("Kafka 拒绝了账号或权限设置。", f"Kafka refused: {refused}")
