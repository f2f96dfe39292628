"""Everything that the stream of a case's handling can hold."""

from shared.contracts import handling as facts

Began = facts.TaskOpened | facts.CohandlerJoined
Ended = facts.CohandlerRefused | facts.TaskClosed | facts.TaskCloseRefused | facts.HandlingStopped
Done = (
    facts.CaseContacted
    | facts.ProgressReported
    | facts.OpinionGiven
    | facts.DraftSubmitted
    | facts.DraftReturned
    | facts.ReplySigned
    | facts.ReplyDelivered
    | facts.CaseReplied
)
HandlingEvent = Began | Ended | Done
