"""Everything that the stream of an assignment can hold."""

from shared.contracts import assignment as facts

CaseFact = facts.AssignmentOpened | facts.AssignmentStopped | facts.CaseClosed | facts.CaseReopened
HandOut = facts.CaseAssigned | facts.AssignmentReassigned | facts.AssignmentProgressed
TaskFact = (
    facts.AssignmentReceived
    | facts.AssignmentObjected
    | facts.ObjectionDecided
    | facts.AssignmentDeemedAccepted
    | facts.AssignmentContested
)
AssignmentEvent = CaseFact | HandOut | TaskFact
