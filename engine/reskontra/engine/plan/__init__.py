"""The plan: everything a run would do, with the money shown, before anything is booked."""
