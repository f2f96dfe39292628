"""A real server refuses what is no request of ours, and its connections stay usable."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from random import Random

import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp

from shared.http import unfinished
from shared.http.front import HEADERS, Front, name_in, network_of, source_of
from shared.http.single_headers import ONCE
from shared.http.source_rate import SourceRate
from shared.ops.base.ports import LOOPBACK, free_port
from shared.service.processes import connection, http_server
from shared.service.settings import ServiceSettings
from shared.testing.eventually import eventually
from shared.testing.service import ServiceUnderTest
from shared.testing.small_service import SERVICE

GOOD = b"GET /good HTTP/1.1\r\nHost: localhost\r\n\r\n"


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/good")
    async def good() -> str:
        return "good"

    @app.get("/broken")
    async def broken() -> str:
        raise LookupError("3701")

    return app


@asynccontextmanager
async def served(front: Front | None = None, app: ASGIApp | None = None) -> AsyncIterator[int]:
    port = free_port()
    server = http_server.server_of(app or application(), LOOPBACK, port, front)
    running = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield port
    server.should_exit = True
    await asyncio.wait_for(running, 10)


async def test_many_connections_wait_while_the_loop_is_busy() -> None:
    async with served() as port:
        with ExitStack() as waiting:
            for _ in range(200):  # the loop takes none of them meanwhile
                waiting.enter_context(socket.create_connection((LOOPBACK, port), timeout=5))
        assert statuses(await exchange(port, GOOD)) == [200]


async def test_without_file_descriptors_the_loop_logs_once_a_second_and_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It fails to take a connection, waits a second, and tries again, however many wait."""
    reached = asyncio.Event()

    def refuse(self: socket.socket) -> None:
        reached.set()
        raise OSError(errno.EMFILE, "Too many open files")

    async with served() as port:
        with pytest.MonkeyPatch.context() as patch, ExitStack() as waiting:
            patch.setattr(socket.socket, "accept", refuse)
            for _ in range(20):
                waiting.enter_context(socket.create_connection((LOOPBACK, port), timeout=5))
            await reached.wait()
            await asyncio.sleep(0.1)
        assert caplog.text.count("out of system resource") == 1
        assert statuses(await exchange(port, GOOD)) == [200]


async def exchange(port: int, *parts: bytes) -> bytes:
    """Sends the parts on one connection and returns all that is answered until it is closed."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    writer.write_eof()
    answered = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answered


def request(line: str, *headers: str, host: str = "localhost") -> bytes:
    return "\r\n".join([line, f"Host: {host}", *headers, "", ""]).encode("latin-1")


def statuses(answered: bytes) -> list[int]:
    return [int(part[:3]) for part in answered.split(b"HTTP/1.1 ")[1:]]


REFUSED = {
    "an asterisk": request("OPTIONS * HTTP/1.1"),
    "no path": request("GET  HTTP/1.1"),
    "nothing": b"\r\n\r\n\r\n",
    "an address": request("GET http://evil.example/ HTTP/1.1"),
    "an authority": request("CONNECT evil.example:443 HTTP/1.1"),
    "another host's path": request("GET //evil.example/x HTTP/1.1"),
    "a coded one": request("GET /%2Fevil.example/x HTTP/1.1"),
    "a backslash": request("GET /%5Cevil.example HTTP/1.1"),
    "a line break": request("GET /good%0d%0aSet-Cookie:x HTTP/1.1"),
    "a NUL": request("GET /good%00 HTTP/1.1"),
    "two lengths": request("POST /good HTTP/1.1", "Content-Length: 1", "Content-Length: 2"),
    "a length beside chunks": request(
        "POST /good HTTP/1.1", "Content-Length: 1", "Transfer-Encoding: chunked"
    ),
    "two hosts": request("GET /good HTTP/1.1", "Host: other"),
    "two tokens": request("GET /good HTTP/1.1", "Authorization: a", "authorization: b"),
    "no host": b"GET /good HTTP/1.1\r\n\r\n",
    "garbage": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
    "another version": request("GET /good HTTP/9.9"),
    "bytes beyond ASCII": request("GET /\xe9 HTTP/1.1"),
    "an endless line": b"GET /" + b"a" * 40_000,
}


async def test_what_is_no_request_is_named_a_mistake_of_the_caller() -> None:
    async with served() as port:
        for name, sent in REFUSED.items():
            first, *_ = statuses(await exchange(port, sent)) or [0]
            assert 400 <= first < 500, name
            assert statuses(await exchange(port, GOOD)) == [200], name


@pytest.mark.parametrize("protocol", ["h2c", "websocket", "x"])
async def test_who_asks_for_another_protocol_is_answered_without_a_word_in_the_log(
    protocol: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A Java client asks for HTTP/2 with every request, also of one with a body."""
    asked = request(
        "GET /good HTTP/1.1", "Connection: Upgrade", f"Upgrade: {protocol}", "Content-Length: 2"
    )
    async with served() as port:
        answered = await exchange(port, asked + b"{}", asked + b"{}", GOOD)
    assert statuses(answered) == [200] * 3
    assert "upgrade" not in caplog.text.lower()


async def test_a_body_that_turns_out_to_be_none_is_a_mistake_of_the_caller(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tested = ServiceUnderTest(SERVICE)
    token = f"Authorization: {tested._headers('p-office')['Authorization']}"
    path = f"/handling/v1/cases/{'0' * 32}/progress"
    head = request(f"POST {path} HTTP/1.1", token, "Transfer-Encoding: chunked")
    async with served(app=tested.app) as port:
        for chunk in (b"zz\r\n{}", b"-1\r\n{}", b"f" * 21 + b"\r\n{}", b"2\r\n{}}\r\n"):
            assert statuses(await exchange(port, head, chunk)) == [400], chunk
        assert statuses(await exchange(port, head, b"5\r\n{}")) in ([], [400])  # hung up
        assert statuses(await exchange(port, GOOD)) == [404]
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


async def test_the_next_request_of_a_connection_is_answered() -> None:
    async with served() as port:
        for path in ("/broken", "/unknown", "//evil", "/good?%ff"):
            answered = await exchange(port, request(f"GET {path} HTTP/1.1"), GOOD)
            assert statuses(answered)[1:] == [200], path


async def test_every_answer_has_the_headers_of_all() -> None:
    async with served(Front(hosts=frozenset())) as port:
        for asked in ("/good", "/unknown", "/broken", "//x"):
            answered = (await exchange(port, request(f"GET {asked} HTTP/1.1"))).decode().lower()
            assert all(f"{name}: {HEADERS[name]}".lower() in answered for name in HEADERS), asked
        refused = await exchange(port, request("GET x HTTP/1.1"))
        assert b"nosniff" in refused
        assert b"no-store" in refused


HOSTS = (
    ("duban.example", 200),
    ("DUBAN.example:8000", 200),
    ("duban.example.", 200),
    ("localhost:8000", 200),
    ("127.0.0.1", 200),
    ("[::1]:8000", 200),
    ("evil.example", 421),
    ("duban.example.evil", 421),
    ("duban.example@evil", 421),
    ("", 421),
    ("[", 421),
    ("127.0.0.1.evil", 421),
    ("evil@localhost", 421),
    ("evil.example\\@localhost", 421),
    ("localhost/evil", 421),
    ("localhost#evil", 421),
    ("localhost?evil", 421),
    ("localhost:80:80", 421),
    ("[::1]evil", 421),
)


async def test_other_hosts_are_misdirected() -> None:
    async with served(Front(hosts=frozenset({"duban.example"}))) as port:
        for host, status in HOSTS:
            answered = await exchange(port, request("GET /good HTTP/1.1", host=host))
            assert statuses(answered) == [status], host


async def test_machines_ask_for_health_under_any_name() -> None:
    async with served(Front(hosts=frozenset())) as port:
        asked = await exchange(port, request("GET /livez HTTP/1.1", host="10.0.0.7:8100"))
    assert statuses(asked) == [404]  # looked for; this application has none


def test_a_server_on_the_loopback_has_its_names_alone() -> None:
    def hosts(**given: str) -> frozenset[str] | None:
        settings = ServiceSettings(_env_file=None, **given)  # type: ignore[arg-type]
        return http_server.front_of(settings, "site.example").hosts

    assert hosts() == {"site.example"}
    assert hosts(hosts="a.example, B.example") == {"a.example", "b.example", "site.example"}
    loopback = ServiceSettings(_env_file=None)
    assert http_server.front_of(loopback).hosts == frozenset()
    open_ = ServiceSettings(_env_file=None, host="0.0.0.0")
    assert http_server.front_of(open_).hosts is None


async def test_too_many_requests_of_one_source_are_told_when_to_come_again() -> None:
    now = 0.0
    rate = SourceRate(1.0, lambda: now)
    async with served(Front(rate=rate)) as port:
        answered = await exchange(port, *[GOOD] * 12)
        assert statuses(answered) == [200] * 10 + [429] * 2
        assert b"retry-after: 1" in answered.lower()
        now = 2.0
        assert statuses(await exchange(port, *[GOOD] * 3)) == [200, 200, 429]


@pytest.mark.parametrize(
    ("path", "accept", "form"),
    [
        ("/my/", "*/*", "text/html"),
        ("/good", "text/html,application/xhtml+xml", "text/html"),
        ("/good", "*/*", "application/problem+json"),
        ("/mystery", "application/json", "application/problem+json"),
    ],
)
async def test_people_are_refused_by_a_page(path: str, accept: str, form: str) -> None:
    rate = SourceRate(0.1, lambda: 0.0)
    asked = request(f"GET {path} HTTP/1.1", f"Accept: {accept}")
    async with served(Front(rate=rate)) as port:
        answered = (await exchange(port, asked, asked)).partition(b"429 Too Many")[2].decode()
    assert f"content-type: {form}" in answered
    assert "请求过于频繁" in answered
    assert "retry-after: 10" in answered


def test_a_source_that_was_silent_for_long_has_no_more_than_a_full_bucket() -> None:
    now = 0.0
    rate = SourceRate(1.0, lambda: now)
    assert rate.wait_of("a") == 0
    now = 3600.0
    assert [rate.wait_of("a") for _ in range(12)] == [0] * 10 + [1] * 2


def test_sources_have_buckets_of_their_own_and_few_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.http.source_rate.MOST_SOURCES", 2)
    rate = SourceRate(0.1, lambda: 0.0)
    assert [rate.wait_of("a"), rate.wait_of("a"), rate.wait_of("b")] == [0, 10, 0]
    assert rate.wait_of("c") == 0
    assert rate.wait_of("a") == 0  # forgotten
    assert SourceRate().wait_of("a") == 0


def test_a_source_of_ipv6_is_its_network() -> None:
    found = {source_of((host, 1)) for host in ("2001:db8::1", "2001:db8::ffff:2")}
    assert found == {"2001:db8::/64"}
    assert network_of(("2001:db8:0:7::1", 1)) == "2001:db8::/48"
    assert source_of(("10.1.2.3", 1)) == network_of(("10.1.2.3", 1)) == "10.1.2.3"
    assert source_of(("::ffff:10.1.2.3", 1)) == "10.1.2.3"  # all of IPv4 is no single caller
    assert name_in("[2001:db8::1]:80") == "2001:db8::1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),  # what the caller wrote himself counts nothing
        ("10.0.0.1", "1.2.3.4, 10.0.0.2", "1.2.3.4"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("9.9.9.9", "1.2.3.4", "9.9.9.9"),
    ],
)
def test_only_a_proxy_of_ours_names_the_caller(peer: str, forwarded: str, caller: str) -> None:
    settings = ServiceSettings(_env_file=None, proxies="10.0.0.0/30")
    headers = [(b"x-forwarded-for", forwarded.encode())]
    front = http_server.front_of(settings)
    assert front.caller({"type": "http", "client": (peer, 1), "headers": headers}) == caller


def test_a_proxy_may_name_the_caller_in_a_line_of_its_own() -> None:
    """The first line is what the caller wrote himself."""
    settings = ServiceSettings(_env_file=None, proxies="10.0.0.0/30")
    lines = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"1.2.3.4")]
    scope = {"type": "http", "client": ("10.0.0.1", 1), "headers": lines}
    assert http_server.front_of(settings).caller(scope) == "1.2.3.4"


@pytest.mark.parametrize("name", ONCE)
async def test_a_header_that_counts_once_is_not_sent_twice(name: bytes) -> None:
    shown = name.decode().title()
    sent = request("GET /good HTTP/1.1", f"{shown}: a", f"{shown.lower()}: b")
    async with served() as port:
        answered = await exchange(port, sent, GOOD)
    assert statuses(answered) == [400, 200]
    assert b'"rule":"header-twice"' in answered
    assert f"请求头 {shown} 只能有一个".encode() in answered


def random_line(chance: Random) -> bytes:
    """A request with something wrong in it, or nothing like a request."""
    pieces = (
        b"GET", b"POST", b"OPTIONS", b" ", b"/", b"//", b"*", b"/good", b"?", b"%00", b"%ff",
        b"%2F", b"..", b"http://x/", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2", b"\r\n",
        b"\n", b"\r", b"\x00",
        b"Host: localhost", b"Host:", b":", b"Content-Length: 5", b"Content-Length: -1",
        b"Content-Length: 99999999999999999999", b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: identity", b"Expect: 100-continue", b"Upgrade: websocket",
        b"Connection: upgrade", b"Authorization: Bearer x", b"\xff", b"\t", b"x" * 300,
        b"5\r\nhello",
    )  # fmt: skip
    middle = b"".join(chance.choices(pieces, k=chance.randint(1, 12)))
    return chance.choice((b"", b"GET /good HTTP/1.1\r\nHost: localhost\r\n")) + middle + b"\r\n\r\n"


async def answers_of_chance(seeds: range) -> None:
    """Each ends the connection or answers by a status of the caller's; the server lives on."""
    async with served() as port:
        for seed in seeds:
            sent = random_line(Random(seed))
            answered = await exchange(port, sent)
            assert all(status < 500 for status in statuses(answered)), (seed, sent, answered)
            assert answered.startswith(b"HTTP/1.1 ") or not answered, (seed, sent)
        assert statuses(await exchange(port, GOOD)) == [200]


async def test_random_request_lines_never_are_errors_of_ours() -> None:
    await answers_of_chance(range(60))


@pytest.mark.on_change("random requests")
async def test_many_random_request_lines_never_are_errors_of_ours() -> None:
    await answers_of_chance(range(60, 3_000))


async def closed_within(port: int, sent: bytes, seconds: float = 5.0) -> bytes:
    """Leaves the connection open and returns what came before the server closed it."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(sent)
    answered = await asyncio.wait_for(reader.read(), seconds)
    writer.close()
    return answered


@pytest.mark.parametrize("sent", [b"", b"GET /good HT", b"GET /good HTTP/1.1\r\nHost: localho"])
async def test_half_a_request_is_not_waited_for(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEADER_SECONDS", 0.05)
    async with served() as port:
        assert await closed_within(port, sent) == b""


async def test_a_body_that_nobody_reads_is_not_waited_for_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "DRAIN_SECONDS", 0.05)
    unread = request("POST /unknown HTTP/1.1", "Content-Length: 1000") + b"x"
    async with served() as port:
        assert statuses(await closed_within(port, unread)) == [404]
        rest = request("POST /unknown HTTP/1.1", "Content-Length: 3") + b"xyz"
        assert statuses(await exchange(port, rest, GOOD)) == [404, 200]


@pytest.mark.parametrize("bound", ["MOST_OF_A_SOURCE", "MOST_OF_A_NETWORK"])
async def test_a_source_and_its_network_have_a_bounded_number_of_connections(
    bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, bound, 2)
    async with served(Front(rate=SourceRate(1_000))) as port:
        held = [await asyncio.open_connection(LOOPBACK, port) for _ in range(2)]
        assert statuses(await closed_within(port, b"")) == [429]
        held.pop()[1].close()
        await eventually_answers(port)
        for _, writer in held:
            writer.close()


async def eventually_answers(port: int) -> None:
    for _ in range(100):
        with suppress(OSError):
            if statuses(await exchange(port, GOOD)) == [200]:
                return
    raise AssertionError("the place of a closed connection stays taken")


async def unfinished_posts(tested: ServiceUnderTest, port: int, count: int) -> list[bytes]:
    """Begins as many bodies; returns the answers to those that were answered while the others were
    still under way."""
    token = tested._headers("p-office")["Authorization"]
    headers = f"Authorization: {token}", "Content-Type: application/json", "Content-Length: 999"
    sent = request(f"POST /handling/v1/cases/{'0' * 32}/progress HTTP/1.1", *headers)
    pairs = [await asyncio.open_connection(LOOPBACK, port) for _ in range(count)]
    for _, writer in pairs:
        writer.write(sent + b'{"')
    answers = await asyncio.gather(*(asyncio.wait_for(r.readline(), 10) for r, _ in pairs))
    for _, writer in pairs:
        writer.close()
    return answers


async def test_few_unfinished_bodies_are_waited_for_and_not_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unfinished, "MOST_OF_A_SOURCE", 2)
    monkeypatch.setattr(unfinished, "BODY_SECONDS", 1.0)
    tested = ServiceUnderTest(SERVICE)
    async with served(app=tested.app) as port:
        found = statuses(b"".join(await unfinished_posts(tested, port, 5)))
    assert sorted(found) == [408, 408, 429, 429, 429]
    assert not unfinished.PLACES.bodies


async def test_bodies_are_not_read_before_the_token_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer comes while the body is under way."""
    sent = request(
        f"POST /handling/v1/cases/{'0' * 32}/progress HTTP/1.1", "Content-Length: 999999"
    )
    monkeypatch.setattr(connection, "DRAIN_SECONDS", 0.05)
    async with served(app=ServiceUnderTest(SERVICE).app) as port:
        assert statuses(await closed_within(port, sent + b"{")) == [401]
