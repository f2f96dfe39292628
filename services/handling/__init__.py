"""Handling 办理: the work of the units, up to the reply that every proposer has received.

Owns one stream per case, `handling-<case>`.
Decides: the contact ledger, progress nodes, co-handlers' opinions, versions of the draft, the
signature with its gates, delivery to each proposer, extensions and suspensions.
Listens to intake, assignment, feedback and reminder.
Publishes: task.opened … case.contacted … case.replied (`shared/contracts/handling.py`).
"""
