"""Settings: what production refuses, and the example file that must keep step."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.ops.docgen.env_example import env_example
from shared.service.config.errors import StartRefused
from shared.service.config.production_checks import check_names, check_settings, check_site_address
from shared.service.observability import failpoints
from shared.service.settings import ServiceSettings


def production(**fields: object) -> ServiceSettings:
    given = {
        "jwks": "keys.json",
        "jwt_issuer": "https://login",
        "mongo_url": "mongodb://intake:secret@a:27017,b:27017/?replicaSet=duban&tls=true",
        "kafka_ca_file": "ca.crt",
        "kafka_username": "intake",
        "kafka_password": SecretStr("secret"),
        **fields,
    }
    return ServiceSettings(_env_file=None, environment="production", **given)


def test_development_starts_with_defaults() -> None:
    check_settings(ServiceSettings(_env_file=None, environment="development"))


def test_production_starts_with_a_key_set() -> None:
    check_settings(production())
    check_settings(production(jwks="https://login/jwks"))


@pytest.mark.parametrize(
    ("fields", "setting"),
    [
        ({"jwks": None}, "DUBAN_JWKS"),
        ({"jwks": "http://login/jwks"}, "DUBAN_JWKS.+https://"),
        ({"clock": "simulated"}, "DUBAN_CLOCK"),
        ({"jwt_issuer": "duban-development"}, "DUBAN_JWT_ISSUER"),
        ({"jwt_secret": SecretStr("something")}, "DUBAN_JWT_SECRET"),
        ({"kafka_password": None}, "DUBAN_KAFKA_PASSWORD"),
        ({"kafka_username": None}, "DUBAN_KAFKA_USERNAME"),
        ({"mongo_url": "mongodb://a:27017,b:27017/?replicaSet=duban"}, "MONGO_URL"),
        ({"mongo_url": "mongodb://a:b@c:27017/?replicaSet=duban"}, "tls=true"),
        ({"mongo_url": "mongodb://a:b@c:27017/?tls=true&tlsInsecure=true"}, "tls=true"),
        ({"mongo_url": "mongodb://a:b@c/?tls=true&compressors=snappy,zlib"}, "zlib"),
        ({"kafka_ca_file": None}, "DUBAN_KAFKA_CA_FILE"),
    ],
)
def test_production_refuses_and_names_the_setting(fields: dict[str, object], setting: str) -> None:
    with pytest.raises(StartRefused, match=setting):
        check_settings(production(**fields))


def test_a_private_network_needs_no_tls_and_still_an_account() -> None:
    url = "mongodb://intake:secret@mongo:27017/"
    check_settings(production(mongo_url=url, kafka_ca_file=None, private_network=True))
    with pytest.raises(StartRefused, match="MONGO_URL"):
        check_settings(production(mongo_url="mongodb://mongo:27017/", private_network=True))


def test_behind_the_development_secret_nothing_listens_for_others() -> None:
    def development(**fields: object) -> ServiceSettings:
        return ServiceSettings(_env_file=None, **fields)

    for host in ("127.0.0.1", "localhost", "::1"):
        check_settings(development(host=host))
    for host in ("0.0.0.0", "::", "10.0.0.1", "duban.example"):
        with pytest.raises(StartRefused, match="DUBAN_HOST"):
            check_settings(development(host=host))
    check_settings(development(host="0.0.0.0", jwt_secret=SecretStr("a secret of one's own")))
    check_settings(development(host="0.0.0.0", jwks="keys.json"))


def test_production_knows_its_names() -> None:
    with pytest.raises(StartRefused, match="DUBAN_HOSTS"):
        check_names(production(hosts=" ,"))
    check_names(production(hosts="duban.example"))
    check_names(ServiceSettings(_env_file=None))
    for address in ("", "gongkai.example"):
        with pytest.raises(StartRefused, match="DUBAN_SITE_URL"):
            check_site_address(production(), address)
    check_site_address(production(), "https://gongkai.example")
    check_site_address(ServiceSettings(_env_file=None), "")


def test_production_refuses_a_crash_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "ARMED", "before_publish")
    with pytest.raises(StartRefused, match="DUBAN_CRASH_AT"):
        check_settings(production())


def test_the_public_site_has_no_account_on_the_bus_and_one_on_the_store() -> None:
    check_settings(production(kafka_username=None), bus=False)
    with pytest.raises(StartRefused, match="MONGO_URL"):
        check_settings(production(mongo_url="mongodb://a:27017/"), bus=False)


def test_only_development_has_a_first_administrator_by_default() -> None:
    assert ServiceSettings(_env_file=None).first_administrator == "p-admin"
    assert production().first_administrator is None
    assert production(bootstrap_admin="p-root").first_administrator == "p-root"


def test_the_example_file_names_every_setting() -> None:
    assert Path(".env.example").read_text() == env_example()
