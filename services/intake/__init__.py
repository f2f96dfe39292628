"""Intake: registration of a paper, and the decision whether it is taken up.

Owns: cases as registered (stream `intake-<case>`) and number series (`series-…`).
Decides: registration, acceptance (立案), refusal, return to the proposer, withdrawal, erasure,
numbers, and whether a case may still be published.
Listens to: intake (numbers), disclosure (reservations).
Publishes: case.* number.* publication.* on `case-events`.
"""
