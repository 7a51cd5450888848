"""Scripts from words: tables found in a text, and what is to be drawn and computed from them."""

from barnraise.planner.domain.scripts.changing import change_script
from barnraise.planner.domain.scripts.describing import answer_script, describe_script, script_examples
from barnraise.planner.domain.scripts.reading import ReadScript, asks_for_script, read_script
from barnraise.planner.domain.scripts.wishes import beyond

__all__ = ["ReadScript", "answer_script", "asks_for_script", "beyond", "change_script", "describe_script", "read_script", "script_examples"]
