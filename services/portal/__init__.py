"""portal: what people look at.

Owns: nothing. Decides: nothing; it has no stream.
Listens to: every owner, by its projections: worklist, case page, statistics.
Publishes: nothing. It is also the gateway to the services' APIs, with the caller's own token.
"""
