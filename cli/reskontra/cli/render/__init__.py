"""What people see: tables, amounts in local form, plans and explanations."""
