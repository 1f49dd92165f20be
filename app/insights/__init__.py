"""Insights: answers become numbers that can be trusted."""
