"""The pure vocabulary: messages, deciders, projections, time, policy. Needs only pydantic."""
