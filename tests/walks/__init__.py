"""People's whole journeys, in a real browser against the running product."""
