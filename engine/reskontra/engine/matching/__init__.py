"""Matching: which payment settles which document, with evidence (Swedish: *matchning*, AR305000).

Pure: frames in, frames out. Evidence has tiers; a lower tier never overrides a higher one, two
equally good answers are left to a person, and what several lines want is settled for the whole run,
so the order of input never matters. Nothing here decides an outcome: rules do.
"""
