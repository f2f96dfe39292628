"""Feedback: how each proposer rates the reply, and what follows.

Owns: evaluations (征询意见表), second handlings (二次办理). Stream: `feedback-<case>`.
Decides: whether a rating counts, whether it orders another round.
Listens to: intake (withdrawn, erased), handling (replied), reminder (the window passed).
Publishes: evaluation.opened, case.rated, evaluation.lapsed, rehandling.ordered, feedback.stopped.
"""
