"""Planning: the office proposes who shall act, and the leader decides (拟办、批示)."""
