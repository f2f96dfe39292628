"""Erasure (清除个人信息): asked for, confirmed by a second person, carried out in steps."""
