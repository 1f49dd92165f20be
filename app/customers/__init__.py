"""The customer's page: one timeline of everything about a contact, a summary above it, and what may be done."""
