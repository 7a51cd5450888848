"""Embedded mode: the whole platform as real processes of one machine, under one supervisor."""
