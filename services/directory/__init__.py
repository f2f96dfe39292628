"""directory: who is who.

Owns units, persons, clients (streams `unit-` `person-` `client-`).
Decides: registration and change of units, who holds which post, persons, deputies and their terms,
delegations, partners' clients.
Listens to nobody.
Publishes unit.* post.* person.* deputy.* delegation.* client.* on `directory-events`.
"""
