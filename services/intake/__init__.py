"""Intake: registration of a paper, and the decision whether it is taken up.

Owns: cases as registered (stream `intake-<case>`) and number series (`series-…`).
Decides: registration, acceptance (立案), refusal, return to the proposer, withdrawal, erasure by
two persons, numbers, and whether a case may still be published.
Listens to: intake (numbers), disclosure (reservations, pages taken down), and to every service with
a vault (its key of an erased case is destroyed).
Publishes: case.* number.* publication.* erasure.* on `case-events`.
"""
