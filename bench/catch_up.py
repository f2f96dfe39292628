"""Catch-up of the read models after an outage of their worker, beside raw consume (ADR 71)."""

from bench.figures import Result, Table, ratio
from bench.filling import fill, in_turn
from bench.installation import environment_of, prepared
from bench.laboratory import Laboratory
from bench.rebuild import consuming, in_a_process
from bench.rounds import Run, per_cpu, raw_of, speed, speeds
from shared.kafka.namespace import Namespace
from shared.kafka.topics import CASE_EVENTS

OURS, CONSUME = "duban catch-up", "raw consume"
MOST_ROUNDS = 3
MOST_FACTS = 12_000
NOTES = (
    "All read models of the portal in one process, as its worker keeps them; facts/s from joining "
    "the group until every checkpoint is at the end of the bus.",
    "Raw consume: aiokafka `getmany` of the same messages, nothing is decoded.",
)


async def catch_up(lab: Laboratory) -> Result:
    result = Result("catch_up", "Catch-up after an outage", notes=list(NOTES))
    runs: dict[str, list[Run]] = {OURS: [], CONSUME: []}

    async def run(number: int) -> Run:
        ours, raw = await _caught_up(lab, f"catch{number}")
        runs[CONSUME].append(raw)
        return ours

    runs |= await lab.rounds({OURS: run}, min(lab.size.rounds, MOST_ROUNDS), warm=False)
    title = f"facts/s: {OURS} / {CONSUME}"
    result.ratios = [ratio(title, speeds(runs[OURS]), speeds(runs[CONSUME]), 0.0)]
    rows = tuple((name, str(speed(found)), str(per_cpu(found))) for name, found in runs.items())
    result.tables = [Table("Facts", ("what", "facts/s", "facts per CPU second"), rows)]
    result.raw = {"runs": raw_of(runs)}
    return result


async def _caught_up(lab: Laboratory, space: str) -> tuple[Run, Run]:
    """Returns what the worker does, and what reading alone costs, on a bus of their own."""
    lives = await lab.lives()
    cases = range(max(1, min(MOST_FACTS, lab.size.facts) // len(lives)))
    async with prepared(lab.parts, space) as running:
        topic = Namespace(running.settings.space).topic(CASE_EVENTS.name)
        facts = await fill(lab.parts.kafka, topic, in_turn(lives, cases))
        found = await in_a_process(environment_of(running.settings), module="bench.catching")
        raw = await consuming(lab.parts.kafka, topic, facts)(0)
    return Run(int(found["facts"]), found["seconds"], found["cpu_seconds"]), raw
