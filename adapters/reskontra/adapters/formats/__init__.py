"""File formats: bytes of a bank or of another system in, records of the engine out.

One room per standard. Nothing here opens a file, looks at the clock or knows a company.
"""
