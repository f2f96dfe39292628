"""Reminder: sees to it that no case is forgotten.

Owns: clocks, ladders and lights of every case (`clocks-<case>`).
Decides: when a rung is reached, its addressee, whether somebody higher must acknowledge; the light.
Listens to: intake, assignment, handling, feedback, disclosure, of which it reads only what facts do
to obligations. It copies due moments and sends commands to no other service.
Publishes: clock.*, reminder.sent, case.escalated, escalation.acknowledged, light.changed.
"""
