"""Slow bodies hold few places, and those of the greediest give way."""

import asyncio
from ipaddress import ip_network

from shared.http import unfinished
from shared.http.front import Front
from shared.http.unfinished import Body, Places
from shared.ops.base.ports import LOOPBACK
from shared.testing.eventually import eventually
from shared.testing.service import ServiceUnderTest
from shared.testing.small_service import SERVICE
from tests.unit.shared.test_front import request, served, statuses

BEHIND_A_PROXY = Front(proxies=(ip_network("127.0.0.0/8"),))
"""Each connection of a test says from where it comes."""
PATH = f"POST /handling/v1/cases/{'0' * 32}/progress HTTP/1.1"
LARGE = b'{"note": "' + b"a" * 300_000 + b'"}'
UNKNOWN = 403
"""The directory does not know the person: it is asked when the body is there."""
Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def body_of(person: str, network: str = "n", source: str = "s") -> Body:
    return Body(person, source, network)


async def dropped(*bodies: Body) -> list[Body]:
    places = Places()
    for body in bodies:
        places.take(body)
    assert len(places.bodies) == len(bodies) - sum(body.gives_way for body in bodies)
    return [body for body in bodies if body.gives_way]


async def test_of_a_source_the_person_with_most_bodies_gives_way() -> None:
    greedy = [body_of("p-greedy") for _ in range(unfinished.MOST_OF_A_SOURCE)]
    assert await dropped(*greedy, body_of("p-colleague")) == greedy[:1]
    assert await dropped(body_of("p-colleague"), *greedy) == greedy[:1]


async def test_addresses_of_many_networks_do_not_help_a_person() -> None:
    many = [body_of("p-1", f"n{n}", f"s{n}") for n in range(unfinished.MOST_BODIES - 16)]
    office = [body_of(f"p-office-{n}") for n in range(16)]
    assert await dropped(*office, *many, body_of("p-2", "n-2", "s-2")) == many[:1]


async def test_strangers_give_way_first_and_of_them_the_largest_network() -> None:
    site = [body_of("", "site", f"link-{n}") for n in range(unfinished.MOST_OF_STRANGERS - 1)]
    one, last = body_of("", "home", "home"), body_of("", "cafe", "cafe")
    assert await dropped(one, *site, last) == site[:1]
    people = [body_of(f"p-{n}", f"n{n}", f"s{n}") for n in range(unfinished.MOST_BODIES - 1)]
    assert await dropped(one, *people, body_of("p-last", "x", "y")) == [one]


async def begun(port: int, token: str, source: str, length: str, first: bytes) -> Pair:
    """Begins a body from an address, and leaves it there."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    named = f"Authorization: {token}", f"X-Forwarded-For: {source}"
    writer.write(request(PATH, *named, "Content-Type: application/json", length))
    writer.write(first)
    await writer.drain()
    return reader, writer


async def status_of(pair: Pair) -> int:
    return statuses(await asyncio.wait_for(pair[0].readline(), 5))[0]


async def test_a_person_with_bodies_that_never_end_keeps_nobody_out() -> None:
    """From every link of a site, with and without a length; and at the place of another person."""
    tested = ServiceUnderTest(SERVICE)
    greedy, honest = (tested._headers(who)["Authorization"] for who in ("p-greedy", "p-office"))
    async with served(BEHIND_A_PROXY, tested.app) as port:
        forms = ("Content-Length: 999", b'{"'), ("Transfer-Encoding: chunked", b"1\r\n{\r\n")
        slow = [
            await begun(port, greedy, f"2001:db8:0:{n % 60:x}::{n:x}", *forms[n % 2])
            for n in range(150)
        ]
        await eventually(lambda: len(unfinished.PLACES.bodies) == unfinished.MOST_BODIES)
        for source in ("2001:db8:0:1::99", "10.1.2.3"):
            length = f"Content-Length: {len(LARGE)}"
            pair = await begun(port, honest, source, length, LARGE[:100_000])
            await eventually(lambda: "p-office" in {b.person for b in unfinished.PLACES.bodies})
            pair[1].write(LARGE[100_000:])
            assert await status_of(pair) == UNKNOWN
            pair[1].close()
        assert {await status_of(pair) for pair in slow[:100]} == {429}
        for _, writer in slow:
            writer.close()
    assert not unfinished.PLACES.bodies


async def test_a_body_that_comes_at_one_go_needs_no_place() -> None:
    tested = ServiceUnderTest(SERVICE)
    token = tested._headers("p-office")["Authorization"]
    async with served(BEHIND_A_PROXY, tested.app) as port:
        places = unfinished.PLACES.bodies
        places.extend(body_of(f"p-{n}") for n in range(unfinished.MOST_BODIES))
        try:
            pair = await begun(port, token, "10.1.2.3", "Content-Length: 2", b"{}")
            assert await status_of(pair) == UNKNOWN
            pair[1].close()
            assert not [body for body in places if body.gives_way]
        finally:
            places.clear()
