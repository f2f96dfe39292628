"""Assignment 交办: units become responsible for a case, until it is closed.

Owns one stream per case, `assignment-<case>`.
Decides: lead, co-handling and separate units with their due dates, signing for, objection within
its window, reassignment, deemed acceptance, closing and reopening.
Listens to intake, handling, feedback and reminder.
Publishes: assignment.opened … case.assigned … case.closed (`shared/contracts/assignment.py`).
"""
