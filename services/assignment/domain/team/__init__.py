"""Team: co-handlers join an assigned case, and leave it (增加、取消会办)."""
