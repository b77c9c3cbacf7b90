"""Customers (AR303000): what holds for one, what a change makes of it, and what is not allowed.

Pure: the books are read and written by ``engine.services.customers``.
"""
