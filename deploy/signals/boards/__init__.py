"""A module for each dashboard."""
