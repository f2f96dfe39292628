"""The only package that imports Faust: its consumer groups, with what ADR 22 lists replaced."""
