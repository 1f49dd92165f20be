"""The product as a whole: killed, attacked, and driven by its commands alone."""
