"""intake: what is asked, and whether it is taken up.

Owns the registration of a case and its number series (streams `intake-` `series-`).
Decides: registration, acceptance (立案), refusal, return to the proposer, withdrawal, erasure,
numbers, and whether a case may still be published.
Listens to itself (numbers) and to disclosure (reservations).
Publishes case.* number.* publication.* on `case-events`.
"""
