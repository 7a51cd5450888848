"""Intents, manifests, and the conductor of jobs."""
