"""`python -m bench.rebuilding`: rebuilds as `duban rebuild` does, and says what it cost."""

import asyncio
import json
import os
import resource
import sys
import time
from dataclasses import dataclass, field

from bench.processor import resident_mb
from bench.refusals import require_facts
from services.portal.app import SERVICE
from shared.ops.installation.connections import opened_connections
from shared.service.projections.rebuild import Advance, rebuild
from shared.service.projections.worker import TAKEN_OVER_SECONDS, ReadSide

PROJECTION = SERVICE.projections[0]


@dataclass
class Course:
    """Course of a rebuild: the moments at which so many facts were folded, and the memory held
    then."""

    began: float = field(default_factory=time.perf_counter)
    points: list[tuple[float, int, float]] = field(default_factory=list)

    def told(self, advance: Advance) -> None:
        moment = time.perf_counter() - self.began
        self.points.append((moment, advance.done, resident_mb(os.getpid())))

    def memory_at(self, share: float) -> float:
        """Returns the memory (MB) at the moment when this share of the facts was folded."""
        last = self.points[-1][1]
        return next(mb for _, done, mb in self.points if done >= share * last)


async def rebuilt() -> dict[str, float]:
    async with opened_connections() as connections:
        cpu, course = time.process_time(), Course()
        await rebuild(connections, ReadSide(SERVICE.name, PROJECTION), course.told)
        took = time.perf_counter() - course.began - TAKEN_OVER_SECONDS
    require_facts()
    facts = course.points[-1][1]
    folded = next(moment for moment, done, _ in course.points if done == facts)
    return {
        "facts": facts,
        "folded_seconds": folded,
        "flipped_seconds": took,
        "cpu_seconds": time.process_time() - cpu,
        "mb_at_quarter": course.memory_at(0.25),
        "mb_at_end": course.points[-1][2],
        "mb_peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(rebuilt())))
