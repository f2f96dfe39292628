"""Extensions: a unit asks for more time, approvers decide, the proposer is told (延期)."""
