"""What a document is worth and when: due dates, totals, discounts, bookings."""
