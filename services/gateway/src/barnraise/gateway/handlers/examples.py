"""What the OpenAPI document shows."""

from typing import Any

AT = "2026-01-05T09:30:00Z"
COMMIT = "5f0c3a1f0f2f6a4f1c0ce0b6a4a63c5d8f1f7f10"
PARENT = "1d2c3b4a59687766554433221100ffeeddccbbaa"
BLOB = "8ab686eafeb1f44702738c8b0f24f2567c36da6d"
PROJECT_ID = "k5xq2m7wz3bnadcy"
JOB_ID = "p4tq6ylm2s7vhd3a"
PREVIEW = "http://c4f1b7a2e9d05836f7a9b2c4d6e8f013.localhost:7700/"

STEP = {"step": "plan", "round": 1, "status": "succeeded", "seconds": 0.04, "problem": None}
JOB: dict[str, Any] = {
    "id": JOB_ID,
    "project_id": PROJECT_ID,
    "action": "message",
    "status": "succeeded",
    "text": "Track plants: plants have a name and a planting date.",
    "ahead": 0,
    "steps": [STEP],
    "summary": "Made an application for plants.",
    "problem": None,
    "commit": COMMIT,
    "tests": {"passed": 12, "failed": 0, "skipped": 0},
    "timings": {"plan": 0.04, "generate": 0.21, "validate": 0.6, "test": 1.4, "preview": 1.1, "total": 2.6},
    "preview_url": PREVIEW,
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "created_at": AT,
    "started_at": AT,
    "ended_at": "2026-01-05T09:30:02Z",
}
HUNK = "3fa1c09b7d2e4856"
CONFLICT = {
    "job_id": JOB["id"],
    "paths": ["backend/app/models/plants.py"],
    "files": [
        {
            "path": "backend/app/models/plants.py",
            "binary": False,
            "hunks": [{"id": HUNK, "line": 12, "base": "height = 1\n", "mine": "height = 2\n", "theirs": "height = 3\n"}],
        }
    ],
}
QUEUED: dict[str, Any] = JOB | {
    "status": "queued",
    "steps": [],
    "summary": None,
    "commit": None,
    "tests": None,
    "timings": dict.fromkeys(JOB["timings"]),
    "preview_url": None,
    "started_at": None,
    "ended_at": None,
}
PROJECT: dict[str, Any] = {
    "id": PROJECT_ID,
    "name": "Plants",
    "status": "ready",
    "created_at": AT,
    "updated_at": AT,
    "job": JOB,
    "commit": COMMIT,
    "preview_url": PREVIEW,
    "last_seq": 231,
}
NEW: dict[str, Any] = PROJECT | {"status": "building", "job": QUEUED, "commit": None, "preview_url": None, "last_seq": 0}
MESSAGE = {"id": "q7m2v5c3xk6zt4dn", "role": "user", "text": QUEUED["text"], "at": AT, "job_id": JOB_ID}
DECISION = {
    "intent": "create",
    "reasons": ["The sentence names things to keep."],
    "understood": ["plants"],
    "assumed": ["A plant's name is required."],
    "open_points": [],
}
FIELD = {"name": "name", "label": "Name", "type": "string"}
MANIFEST = {
    "name": "plants",
    "title": "Plants",
    "entities": [{"name": "Plant", "label": "Plant", "plural_label": "Plants", "fields": [FIELD]}],
}
PLAN = {"manifest": MANIFEST, "decision": DECISION, "summary": "An application for plants."}
REPORT = {"passed": 12, "failed": 0, "skipped": 0, "seconds": 1.2, "cases": []}
TESTS = {"commit": COMMIT, "passed": True, "verdict": "exited", "report": REPORT}
CHECKS = {
    "commit": COMMIT,
    "passed": True,
    "score": 99,
    "diagnostics": [{"tool": "ruff", "code": "E501", "severity": "info", "message": "Line too long", "path": "app/main.py", "line": 7}],
    "tools": [{"tool": "ruff", "outcome": "found", "seconds": 0.02}],
}
SARIF = {
    "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    "version": "2.1.0",
    "runs": [{"tool": {"driver": {"name": "ruff", "rules": [{"id": "E501"}]}}, "results": []}],
}
TREE = {"commit": COMMIT, "items": [{"path": "README.md", "size": 812, "blob": BLOB}]}
FILE = {"path": "README.md", "commit": COMMIT, "blob": BLOB, "size": 9, "encoding": "utf-8", "content": "# Plants\n"}
WRITTEN = {"commit": COMMIT, "changed": True}
HISTORY = {
    "commit": COMMIT,
    "parents": [PARENT],
    "summary": "Add a planting date to plants",
    "origin": "compile",
    "job_id": JOB_ID,
    "step_id": f"{JOB_ID}:generate:1",
    "at": AT,
    "author": "Barnraise",
    "tags": ["v1"],
}
LINES = {"line": 1, "count": 3} | {name: said for name, said in HISTORY.items() if name not in ("parents", "tags")}
BLAME = {"path": "README.md", "commit": COMMIT, "items": [LINES]}
TAG = {"name": "v1", "commit": HISTORY}
USAGE = {
    "calls": 2, "input": 5200, "output": 840, "cached": 4096, "cache_written": 0, "reasoning": 120, "estimated": 0, "open": 0,
    "cost": "0.0182", "open_cost": "0",
}  # fmt: skip
IMPACT = {
    "text": "Changes `total_of`; used by 2 files. Tests: backend/tests/test_cart.py.",
    "symbols": [{"path": "backend/app/cart.py", "name": "total_of", "change": "changed"}],
    "importers": ["backend/app/main.py", "backend/app/orders.py"], "tests": ["backend/tests/test_cart.py"],
}  # fmt: skip
PROPOSAL = {
    "branch": f"proposals/{JOB_ID}", "commit": HISTORY, "base": PARENT, "job_id": JOB_ID, "status": "needs_input",
    "text": "Visitors are greeted with Ahoy.", "files": [{"path": "README.md", "change": "deleted", "added": 0, "removed": 12}],
    "checks": {"passed": True, "score": 100, "errors": 0}, "tests": {"passed": 14, "failed": 0, "skipped": 0},
    "waits": {"code": "approval_needed", "detail": "README.md would be deleted.", "next": "Merge it if that is right.", "retryable": False},
    "used": {"model": "strong (claude-sonnet-5)", "calls": 1, "input": 5200, "output": 840, "cost": "0.0182"},
    "impact": IMPACT,
}  # fmt: skip
MODEL: dict[str, Any] = {"name": "strong", "vendor": "anthropic", "model": "claude-sonnet-5", "tasks": ["reasoning", "code", "vision"]}
BUDGETS: dict[str, Any] = {"job": {"tokens": 200000, "cost": "1.5", "soft": 0.8}, "project": {"tokens": None, "cost": "20", "soft": 0.8}}
SETUP = {
    "models": [{"settings": MODEL, "origin": "project", "has_key": True, "readable": True}], "budgets": BUDGETS, "own_budgets": True,
    "keeps_keys": True, "problem": None,
}  # fmt: skip
VERDICT = {"ok": True, "kind": "ok", "sentence": "claude-sonnet-5 at api.anthropic.com answered in 0.8 s.", "seconds": 0.8}
EXPERIMENT: dict[str, Any] = {
    "name": "shorter", "role": "backend", "sample": 50,
    "variants": [{"name": "as-it-is"}, {"name": "terse", "prompt": "You work on the server. Make the smallest change."}],
}  # fmt: skip
OUTCOME = {
    "name": "as-it-is", "given": 12, "settled": 9, "kept": 7, "undone": 1, "repairs": 0.5, "findings": 1.2, "failing": 0.1, "score": 97.5,
    "cost": "0.0182", "seconds": 14.5,
}  # fmt: skip
EXPERIMENTS = {
    "items": [{
        "experiment": EXPERIMENT, "state": "running", "winner": None, "started_at": AT, "outcomes": [OUTCOME],
        "said": "Not decided: 50 projects of each variant have to be known (changes kept: as-it-is 7 of 9).",
    }],
}  # fmt: skip
CHANGE = {"path": "README.md", "change": "modified", "added": 1, "removed": 1, "binary": False, "patch": "@@ -1 +1 @@\n-old\n+new\n"}
DIFF = {"from": PARENT, "to": COMMIT, "files": [CHANGE]}
SHOWN = {"status": "running", "url": PREVIEW, "commit": COMMIT, "enforced": ["network", "memory"], "detail": None, "memory": 71_303_168}
EVENT = {"id": f"{PROJECT_ID}:created", "project_id": PROJECT_ID, "job_id": None, "at": AT, "type": "project.created.v1", "name": "Plants"}
EVENTS = {"items": [{"seq": 1, "event": EVENT}], "last_seq": 1}
SANDBOX = {"available": True, "driver": "bubblewrap", "enforced": ["network"], "missing": [], "reason": None, "fix": None}
SYSTEM = {"version": "0.1.0", "sandbox": SANDBOX, "services": {"gateway": "up", "planner": "up"}}
MODEL = {
    "name": "fast",
    "vendor": "groq",
    "model": "llama-4-maverick",
    "tasks": ["cheap", "ui"],
    "state": "ready",
    "success": 0.98,
    "seconds": 1.4,
    "attempts": 212,
    "waiting": 0,
    "failure": None,
}
MODELS = {"models": [MODEL], "problem": None}
LETTER = "COMMANDS:plan-make-v1:7"
REPLAYED = {"id": LETTER, "at": AT}
OPERATIONS = {
    "trouble": ["No workers for codegen."],
    "services": [{"service": "codegen", "workers": 0, "heard": 41.5}],
    "queues": [
        {
            "stream": "COMMANDS",
            "consumer": "plan-make-v1",
            "service": "planner",
            "pending": 3,
            "ack_pending": 2,
            "redelivered": 0,
            "asking": 1,
            "oldest": 0.4,
        }
    ],
    "dead": [
        {
            "id": LETTER,
            "stream": "COMMANDS",
            "consumer": "plan-make-v1",
            "cause": "delivered too often",
            "deliveries": 20,
            "at": AT,
            "replayed_at": None,
        }
    ],
    "models": [MODEL],
    "spenders": [{"project_id": PROJECT_ID, "calls": 3, "tokens": 1200, "cost": "0.012"}],
}
MEMORY = {"id": "w1", "kind": "wish", "text": "always British spelling", "at": AT, "job_id": JOB_ID}
STATISTICS = {"steps": [{"step": "plan", "count": 12, "failed": 0, "p50": 0.04, "p90": 0.09}], "jobs": {"succeeded": 12}}
SPAN = {
    "trace_id": JOB["trace_id"],
    "span_id": "00f067aa0ba902b7",
    "parent_id": None,
    "service": "gateway",
    "name": "POST /api/v2/projects",
    "start": 1767605400.0,
    "seconds": 0.004,
    "error": False,
}
TRACE = {"spans": [SPAN]}
SHARE = {
    "id": "w3kq5m7xz2bn4cya",
    "project_id": PROJECT_ID,
    "url": "http://share-ge2tknzyheydcmrtgq2tmnzyhe.localhost:7700/.barnraise/enter?token=1768210200.mZ0u…",
    "note": "for Ada",
    "created_at": AT,
    "expires_at": "2026-01-12T09:30:00Z",
}
LINK = {"url": "http://localhost:7700/auth?token=Zb0u…", "expires_at": "2026-01-05T09:40:00Z"}


def page(item: Any) -> dict[str, Any]:
    return {"items": [item], "next_cursor": None, "has_more": False}
