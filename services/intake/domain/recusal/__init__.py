"""Recusal (回避): whom a paper is against, named or corrected after its registration."""
