"""What a sentence says by its grammar: who does what with what. ``forms`` knows the forms of verbs, ``groups`` finds verbs with their
helpers, ``preparing`` puts in a clause what is said in short, ``bounds`` finds where clauses begin, ``clauses`` reads them."""

from barnraise.planner.domain.language.grammar.attached import detached
from barnraise.planner.domain.language.grammar.clauses import Aim, Clause, Reading, read_clauses

__all__ = ["Aim", "Clause", "Reading", "detached", "read_clauses"]
