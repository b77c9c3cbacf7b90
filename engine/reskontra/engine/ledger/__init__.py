"""The customer ledger (Swedish: *kundreskontra*): records, postings, and the laws between them."""
