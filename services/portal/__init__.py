"""Portal: the pages that people look at.

Owns: no stream; read models (worklist, case page, statistics) and the sessions of browsers.
Decides: nothing.
Listens to: every service, by its projection.
Publishes: nothing. It is the gateway to the other services, with the caller's own token.
"""
