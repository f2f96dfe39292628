"""Cases for scenes in which time passes."""

from tests.e2e.matter import Matter, paper, registered
from tests.e2e.organisation import HOUSING, TANG, TRAFFIC
from tests.faults.workers.city import City


async def waiting(city: City, count: int = 3) -> list[Matter]:
    """Cases that nobody signs for, nor works on: their clocks run."""
    cases = []
    for number in range(count):
        case = await registered(city.world, paper("suggestion", {"person": TANG}))
        await case.accept()
        await case.assign((HOUSING, TRAFFIC)[number % 2])
        cases.append(case)
    await city.world.settle()
    return cases
