"""Links between cases (关联): a case repeats another one, is related to it, or is a part of it."""
