"""Résumés: read from text or JSON Resume, and shown as a site of their person."""
