"""Directory: who is who.

Owns: units and their posts, people with their mandates and delegations, partners' clients.
Streams: `unit-<unit>`, `person-<person>`, `client-<client>`.
Decides: registration and change of units, holders of posts, officials, deputies and their terms,
delegations, clients.
Listens to: no other service.
Publishes: unit.*, post.*, person.*, deputy.*, delegation.* and client.* on `directory-events`.
"""
