"""What every error code means over HTTP: its status, its title, and what to do. The source of ``/problems/{code}``."""

from dataclasses import dataclass

from barnraise.contracts.problems import ErrorCode


@dataclass(frozen=True)
class Kind:
    status: int
    title: str
    advice: str


KINDS: dict[ErrorCode, Kind] = {
    "invalid_request": Kind(422, "The request is not valid", "Correct what `errors` points at; the OpenAPI document has examples."),
    "prompt_empty": Kind(422, "There is no prompt", "Say in a sentence what the application is for."),
    "prompt_too_long": Kind(413, "The prompt is too long", "Say it in at most 100,000 bytes; details can follow as further messages."),
    "not_text": Kind(422, "This is not text", "Send UTF-8 without NUL characters and without lone surrogates."),
    "name_invalid": Kind(422, "The name cannot be used", "Use 1 to 120 characters on one line."),
    "unauthorized": Kind(401, "Not authorized", "Open the link that `barnraise status` prints, or send the token as a bearer token."),
    "origin_refused": Kind(403, "Foreign origin", "Call from the platform's own page, or without an Origin header."),
    "not_found": Kind(404, "Not found", "Check the address and the id; the lists say what there is."),
    "project_deleted": Kind(410, "The project was deleted", "What belonged to it is gone. Start a new project."),
    "method_not_allowed": Kind(405, "Method not allowed", "Use one of the methods that the `Allow` header names."),
    "version_conflict": Kind(409, "Somebody else was faster", "Read the file again, put your change on top, and write with the new base."),
    "merge_conflict": Kind(409, "The change conflicts with an edit", "Edit the files named, or take one of the two changes back."),
    "idempotency_mismatch": Kind(422, "The key was used for something else", "Use a new Idempotency-Key for a new request."),
    "idempotency_in_flight": Kind(409, "The first request is still at work", "Repeat with the same key in a moment."),
    "nothing_to_undo": Kind(409, "Nothing to undo", "There is no step that stands."),
    "nothing_to_redo": Kind(409, "Nothing to redo", "There is no step that was undone last."),
    "job_not_running": Kind(409, "The job has ended", "Only queued and running jobs can be cancelled."),
    "job_not_retryable": Kind(409, "The job cannot be retried", "Only failed and cancelled jobs can be retried."),
    "job_not_resolvable": Kind(409, "There is nothing to choose", "Only a job that met a person's edits waits for choices."),
    "path_invalid": Kind(422, "The path cannot be used", "Use a relative path such as `web/src/App.tsx`."),
    "too_large": Kind(413, "Too large", "Send less at once."),
    "unsupported_media_type": Kind(415, "This kind of file is not read", "Send PDF, DOCX, text, Markdown, JSON or CSV."),
    "document_unreadable": Kind(422, "The document cannot be read", "Send it in another form, or paste its text."),
    "picture_unreadable": Kind(422, "The picture cannot be seen", "Save it anew as PNG or JPEG, then send that."),
    "too_many_requests": Kind(429, "Too many requests", "Wait a moment, then go on more slowly."),
    "manifest_invalid": Kind(422, "The plan is not valid", "Say it in other words."),
    "validation_failed": Kind(422, "The checks found errors", "Look at the diagnostics of the project."),
    "tests_failed": Kind(422, "Tests failed", "Look at the report of the project's tests."),
    "preview_failed": Kind(502, "The preview does not work", "Look at the preview's log, then start it again."),
    "nothing_to_show": Kind(422, "There is nothing to show", "A preview shows an application, a site or the results of a program."),
    "nothing_to_test": Kind(422, "There is nothing to test", "Tests are files such as `backend/tests/test_app.py`."),
    "preview_gone": Kind(410, "The preview is gone", "Start the preview again."),
    "too_many_previews": Kind(409, "Too many previews run", "Close or stop one of them, then start this one."),
    "sandbox_unavailable": Kind(503, "Nothing can run on this machine", "`barnraise doctor` says what is missing."),
    "packages_refused": Kind(422, "Packages are not taken", "Name packages of an index with their versions."),
    "packages_unavailable": Kind(503, "Packages cannot be had", "Name an index: `BARNRAISE_PACKAGE_INDEX`, `BARNRAISE_NODE_INDEX`."),
    "limit_exceeded": Kind(422, "A limit was exceeded", "Make it smaller, or raise the limit."),
    "no_model": Kind(503, "No model answered", "Look at the models' health, or say it in words that need none."),
    "approval_needed": Kind(409, "It needs your approval", "Look at the change on its branch, and merge that if it is right."),
    "proposal_unsound": Kind(422, "The change is not sound", "Say what to do differently, or merge its branch yourself."),
    "step_timed_out": Kind(504, "A step took too long", "Retry the job."),
    "unavailable": Kind(503, "Not available now", "Try again in a moment; `barnraise status` shows what runs."),
    "internal": Kind(500, "The platform failed", "Try again; if it stays so, look for the trace id in the gateway's log."),
}
