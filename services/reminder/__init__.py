"""reminder: sees to it that nobody forgets a case.

Owns: clocks, ladders and lights of every case (`clocks-<case>`).
Decides: when a rung is reached, who is told, whether somebody higher must acknowledge; the light.
Listens to: intake, assignment, handling, feedback, disclosure. It copies due moments, never
recomputes them, and sends commands to nobody: its facts are the reminders.
Publishes: clock.*, reminder.sent, case.escalated, escalation.acknowledged, light.changed.
"""
