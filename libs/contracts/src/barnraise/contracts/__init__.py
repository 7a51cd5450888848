"""Typed contracts between Barnraise's services. Depends on pydantic alone."""
