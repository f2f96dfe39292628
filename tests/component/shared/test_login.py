"""Login from a terminal by the device grant, against an identity provider that runs for real."""

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fastapi import Response
from fastapi.responses import JSONResponse, RedirectResponse

from shared.ops.base.errors import OpsError
from shared.ops.base.ports import free_port
from shared.ops.base.tokens import VARIABLE, tokens_from
from shared.ops.login.device_grant import DeviceGrant
from shared.ops.login.errors import (
    AddressRefused,
    AnswerMalformed,
    CertificateRefused,
    LoginRefused,
    NotConfigured,
    ProviderAway,
)
from shared.ops.login.kept_login import FileUnsafe, Login, keep, load
from shared.ops.login.session import TerminalSession
from shared.service.settings import ServiceSettings
from tests.component.shared.identity_provider import (
    CLIENT,
    USER_CODE,
    IdentityProvider,
    bearer_token,
    refusal,
    running_provider,
)

DUBAN = (sys.executable, "-c", "from shared.ops.cli.app import app; app()")
DISCOVERY = "/.well-known/openid-configuration"


@dataclass
class Terminal:
    """A person's terminal, whose time passes only by waiting."""

    session: TerminalSession
    seconds: float = 0.0
    pauses: list[float] = field(default_factory=list)
    shown: list[Any] = field(default_factory=list)

    def login(self) -> Login:
        return self.session.begin(
            lambda provider: DeviceGrant(provider, self.shown.append, self.pause, self.elapsed)
        )

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds

    def elapsed(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def server() -> Iterator[IdentityProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(server: IdentityProvider) -> IdentityProvider:
    """The server as it was at its start."""
    fresh = IdentityProvider(server.issuer)
    vars(server).update(vars(fresh))
    return server


@pytest.fixture
def terminal(provider: IdentityProvider, tmp_path: Path) -> Terminal:
    return terminal_of(provider.issuer, tmp_path)


def terminal_of(issuer: str, folder: Path, **more: Any) -> Terminal:
    place = folder / "duban" / "login.json"
    given = {"client": CLIENT, "scope": "openid", "place": place, "loopback": True} | more
    return Terminal(TerminalSession(issuer, **given))


def test_address_and_code_are_shown_and_the_token_is_kept_for_its_owner_alone(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    provider.next = [refusal("authorization_pending")] * 3
    login = terminal.login()
    assert [code.user_code for code in terminal.shown] == [USER_CODE]
    assert terminal.pauses == [1, 1, 1, 1]
    assert terminal.session.token() == login.access_token == provider.granted[-1]
    place = terminal.session.place
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert login.expires_at == pytest.approx(time.time() + 300, abs=30)
    assert provider.asked[0] == ("device", {"client_id": CLIENT, "scope": "openid"})


def test_a_provider_that_asks_for_it_is_asked_more_slowly_for_good(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    slow, pending = refusal("slow_down"), refusal("authorization_pending")
    provider.next = [slow, pending, slow, pending]
    terminal.login()
    assert terminal.pauses == [1, 6, 6, 11, 11]


def test_an_outage_is_waited_out_ever_longer(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    provider.next = [Response(status_code=status) for status in (500, 502, 503, 504, 429, 408, 503)]
    terminal.login()
    assert terminal.pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_code_is_waited_for_until_it_expires(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    provider.device = {"expires_in": 10, "interval": 3}
    provider.next = [refusal("authorization_pending")] * 9
    with pytest.raises(LoginRefused, match="代码已过期"):
        terminal.login()
    assert terminal.pauses == [3, 3, 3]
    assert terminal.session.kept() is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("access_denied", "被拒绝"),
        ("expired_token", "代码已过期"),
        ("invalid_grant", "代码无效"),
        ("invalid_client", "DUBAN_LOGIN_CLIENT"),
        ("unauthorized_client", "未获准使用设备登录"),
        ("unsupported_grant_type", "不支持设备登录"),
        ("invalid_scope", "DUBAN_LOGIN_SCOPE"),
        ("invalid_request", "请求有误"),
        ("\x1b[31m", "unknown"),
    ],
)
@pytest.mark.parametrize("status", [400, 401])
def test_every_refusal_ends_in_a_sentence(
    provider: IdentityProvider, terminal: Terminal, code: str, words: str, status: int
) -> None:
    provider.next = [refusal(code, status)]
    with pytest.raises(LoginRefused, match=words) as refused:
        terminal.login()
    assert "<secret>" not in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert terminal.session.kept() is None


def test_a_client_that_may_not_ask_for_a_code_is_told_so(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    provider.instead = {"/device": refusal("invalid_client", 401)}
    with pytest.raises(LoginRefused, match="DUBAN_LOGIN_CLIENT"):
        terminal.login()


SECRET = "secret-that-nobody-may-read"
GOOD = {"access_token": SECRET, "token_type": "Bearer"}
DEEP = b'{"access_token": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"


@pytest.mark.parametrize(
    "answer",
    [
        JSONResponse({"token_type": "Bearer"}),
        JSONResponse(GOOD | {"access_token": ""}),
        JSONResponse(GOOD | {"access_token": f"{SECRET}\r\nX-Admin: 1"}),
        JSONResponse(GOOD | {"access_token": f"{SECRET}é"}),
        JSONResponse(GOOD | {"access_token": {"a": SECRET}}),
        JSONResponse(GOOD | {"access_token": SECRET * 1000}),
        JSONResponse(GOOD | {"token_type": "mac"}),
        JSONResponse(GOOD | {"expires_in": SECRET}),
        JSONResponse(GOOD | {"expires_in": -1}),
        JSONResponse(GOOD | {"expires_in": 10**30}),
        JSONResponse([SECRET]),
        Response(SECRET.encode()),
        Response(DEEP),
        Response(b"\xff\xfe" + SECRET.encode()),
        Response(b""),
        Response(b"{" + b" " * 70_000 + b"}"),
        Response(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}),
        Response(b"<html>", status_code=404),
        JSONResponse({"error": ["access_denied"]}, 400),
        JSONResponse({"message": SECRET}, 400),
        RedirectResponse("http://127.0.0.2/token"),
    ],
    ids=count(),
)
def test_a_malformed_answer_ends_the_login_and_is_not_repeated(
    provider: IdentityProvider, terminal: Terminal, answer: Response
) -> None:
    provider.next = [answer]
    with pytest.raises(AnswerMalformed) as refused:
        terminal.login()
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None
    assert terminal.session.kept() is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"device_code": ""},
        {"user_code": "\x1b[2J"},
        {"user_code": "x" * 65},
        {"expires_in": 0},
        {"interval": -1},
        {"interval": "5"},
        {"verification_uri": "javascript:alert(1)"},
    ],
    ids=count(),
)
def test_a_malformed_code_is_not_shown(
    provider: IdentityProvider, terminal: Terminal, wrong: dict[str, Any]
) -> None:
    provider.device = wrong
    with pytest.raises(AnswerMalformed):
        terminal.login()
    assert terminal.shown == []


NAMES = ("device_authorization_endpoint", "token_endpoint", "revocation_endpoint")


@pytest.mark.parametrize("name", NAMES)
def test_an_address_without_tls_is_not_asked(
    provider: IdentityProvider, terminal: Terminal, name: str
) -> None:
    provider.metadata = {name: "http://login.example.gov.cn/x"}
    with pytest.raises(AddressRefused, match=name):
        terminal.login()
    assert provider.asked == []


@pytest.mark.parametrize("name", ["verification_uri", "verification_uri_complete"])
def test_a_page_without_tls_is_not_shown(
    provider: IdentityProvider, terminal: Terminal, name: str
) -> None:
    provider.device = {name: "http://login.example.gov.cn/x"}
    with pytest.raises(AddressRefused, match=name):
        terminal.login()
    assert terminal.shown == []


def test_the_document_of_another_issuer_is_refused(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    provider.metadata = {"issuer": "https://login.example.com"}
    with pytest.raises(AnswerMalformed, match="issuer"):
        terminal.login()


@pytest.mark.parametrize("name", NAMES[:2])
def test_a_provider_without_the_device_grant_is_named(
    provider: IdentityProvider, terminal: Terminal, name: str
) -> None:
    provider.metadata = {name: None}
    with pytest.raises(AnswerMalformed, match=name):
        terminal.login()


def test_no_redirect_is_followed(provider: IdentityProvider, terminal: Terminal) -> None:
    with running_provider() as other:
        for path in (DISCOVERY, "/device"):
            provider.instead = {path: RedirectResponse(f"{other.issuer}{path}", 307)}
            with pytest.raises(AnswerMalformed, match="307"):
                terminal.login()
        assert other.asked == []


@pytest.mark.parametrize(
    ("issuer", "more", "error"),
    [
        ("duban-development", {}, NotConfigured),
        ("http://login.example.gov.cn", {}, AddressRefused),
        ("http://127.0.0.1:1", {"loopback": False}, AddressRefused),
        ("ftp://127.0.0.1", {}, AddressRefused),
    ],
)
def test_an_issuer_needs_tls(
    issuer: str, more: dict[str, Any], error: type[OpsError], tmp_path: Path
) -> None:
    with pytest.raises(error):
        terminal_of(issuer, tmp_path, **more).login()


def test_a_provider_that_is_not_there_is_said_to_be_away(tmp_path: Path) -> None:
    with pytest.raises(ProviderAway):
        terminal_of(f"http://127.0.0.1:{free_port()}", tmp_path).login()


def certificate(folder: Path) -> dict[str, str]:
    """Returns files of a certificate that signs itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    files = {"ssl_certfile": folder / "tls.crt", "ssl_keyfile": folder / "tls.key"}
    files["ssl_certfile"].write_bytes(signed.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    files["ssl_keyfile"].write_bytes(private)
    return {kind: str(path) for kind, path in files.items()}


def test_a_certificate_has_to_be_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificate(tmp_path)
    with running_provider(**files) as provider:
        with pytest.raises(CertificateRefused):
            terminal_of(provider.issuer, tmp_path, loopback=False).login()
        monkeypatch.setenv("SSL_CERT_FILE", files["ssl_certfile"])
        terminal = terminal_of(provider.issuer, tmp_path, loopback=False)
        assert terminal.login().access_token == provider.granted[-1]


def expired(terminal: Terminal) -> Login:
    """Returns the kept login, whose token ends at once."""
    login = terminal.login().model_copy(update={"expires_at": time.time() + 29})
    keep(terminal.session.place, login)
    return login


def test_a_token_is_renewed_before_it_ends(provider: IdentityProvider, terminal: Terminal) -> None:
    old = expired(terminal)
    new = terminal.session.token()
    assert new == provider.granted[-1] != old.access_token
    assert terminal.session.token() == new
    assert list(provider.grant_types())[1:] == ["refresh_token"]
    assert load(terminal.session.place).refresh_token == provider.refresh_tokens[-1]


def test_a_refresh_token_that_the_provider_does_not_replace_is_kept(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    old = expired(terminal)
    provider.granting = {"refresh_token": None}
    terminal.session.token()
    assert terminal.session.kept().refresh_token == old.refresh_token


def test_a_login_that_the_provider_has_ended_is_forgotten(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    expired(terminal)
    provider.next = [refusal("invalid_grant")]
    with pytest.raises(LoginRefused, match="duban login"):
        terminal.session.token()
    assert not terminal.session.place.exists()


@pytest.mark.parametrize("status", [503, 400])
def test_a_login_outlives_an_outage_and_a_refusal_of_another_kind(
    provider: IdentityProvider, terminal: Terminal, status: int
) -> None:
    expired(terminal)
    provider.next = [refusal("invalid_client", status)]
    with pytest.raises(OpsError):
        terminal.session.token()
    assert terminal.session.token() == provider.granted[-1]


def test_a_token_that_cannot_be_renewed_ends_the_login(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    provider.granting = {"expires_in": 20, "refresh_token": None}
    terminal.login()
    with pytest.raises(LoginRefused, match="登录已失效"):
        terminal.session.token()


def test_the_end_is_that_of_the_token_where_the_provider_says_none(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    provider.granting = {"expires_in": None, "access_token": bearer_token(7, exp=4_000_000_000)}
    assert terminal.login().expires_at == 4_000_000_000
    provider.granting = {"expires_in": None, "access_token": "opaque"}
    assert terminal.login().expires_at is None
    assert terminal.session.token() == "opaque"


def test_logging_out_revokes_and_forgets(provider: IdentityProvider, terminal: Terminal) -> None:
    terminal.login()
    assert terminal.session.end() is True
    assert provider.revoked == provider.refresh_tokens
    assert not terminal.session.place.exists()
    assert terminal.session.end() is None


def test_logging_out_forgets_also_where_the_provider_is_away_or_cannot(
    provider: IdentityProvider, terminal: Terminal
) -> None:
    terminal.login()
    provider.metadata = {"revocation_endpoint": None}
    assert terminal.session.end() is False
    terminal.login()
    provider.instead = {DISCOVERY: Response(status_code=503)}
    with pytest.raises(ProviderAway):
        terminal.session.end()
    assert terminal.session.kept() is None


def test_a_file_that_others_can_read_is_not_believed(terminal: Terminal) -> None:
    terminal.login()
    place = terminal.session.place
    place.chmod(0o640)
    with pytest.raises(FileUnsafe):
        terminal.session.token()
    place.chmod(0o600)
    moved = place.rename(place.with_name("elsewhere"))
    place.symlink_to(moved)
    with pytest.raises(FileUnsafe):
        terminal.session.token()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b"[" * 100_000])
def test_a_damaged_file_is_no_login(terminal: Terminal, content: bytes) -> None:
    terminal.login()
    terminal.session.place.write_bytes(content)
    assert terminal.session.kept() is None


def test_the_login_of_another_issuer_or_client_is_not_used(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.login()
    issuer = terminal.session.issuer
    assert terminal_of("https://login.example.com", tmp_path).session.kept() is None
    assert terminal_of(issuer, tmp_path, client="other").session.kept() is None


def test_a_login_does_not_print_its_tokens(provider: IdentityProvider, terminal: Terminal) -> None:
    shown = f"{terminal.login()!r} {terminal.shown}"
    assert [secret for secret in provider.secrets() if secret in shown] == []


def test_commands_take_the_kept_login_unless_a_token_is_given(
    provider: IdentityProvider, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.login()
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("DUBAN_LOGIN_FILE", str(terminal.session.place))
    settings = ServiceSettings(environment="production", jwt_issuer=provider.issuer, _env_file=None)
    assert tokens_from(None, settings)("p-1") == provider.granted[-1]
    assert tokens_from("given", settings)("p-1") == "given"


@pytest.fixture
def home(provider: IdentityProvider, tmp_path: Path) -> dict[str, str]:
    """Returns the environment of a person at a terminal."""
    own = {"XDG_CONFIG_HOME": str(tmp_path), "DUBAN_DATA": str(tmp_path / "data")}
    own |= {"DUBAN_JWT_ISSUER": provider.issuer, "DUBAN_LOG_LEVEL": "debug"}
    return {**os.environ, **own}


def watched(command: str, home: dict[str, str]) -> tuple[str, str]:
    """Returns the output of a command that succeeds, and its process list while it ran."""
    process = subprocess.Popen(
        [*DUBAN, command], env=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines = []
    while process.poll() is None:
        lines.append(Path(f"/proc/{process.pid}/cmdline").read_text())
        time.sleep(0.1)
    assert process.stdout
    said = process.stdout.read()
    assert process.returncode == 0, said
    return said, "\n".join(lines)


def test_the_command_line_shows_the_code_and_no_token_anywhere(
    provider: IdentityProvider, home: dict[str, str], tmp_path: Path
) -> None:
    provider.next = [refusal("authorization_pending")]
    begun, lines = watched("login", home)
    for words in (USER_CODE, f"{provider.issuer}/activate", "p-reg-1", "届时自动续期"):
        assert words in begun
    kept = tmp_path / "duban" / "login.json"
    assert json.loads(kept.read_text())["access_token"] == provider.granted[-1]
    ended, more = watched("logout", home)
    assert "已退出登录" in ended
    assert provider.revoked == provider.refresh_tokens
    assert not kept.exists()
    logs = [path.read_text() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    everywhere = "\n".join([begun, ended, lines, more, *logs])
    assert "app()" in everywhere
    assert [secret for secret in provider.secrets() if secret in everywhere] == []
