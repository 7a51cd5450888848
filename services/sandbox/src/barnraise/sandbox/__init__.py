"""Runs and previews of untrusted code, under limits."""
