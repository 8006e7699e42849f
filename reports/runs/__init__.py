"""Whole rounds, from the mirror to letters: the steps of the other rooms in order."""
