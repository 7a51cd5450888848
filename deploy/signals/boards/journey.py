"""The way of a job, from the sentence to the preview."""

from deploy.signals.boards.queries import RATE, q, quantiles
from deploy.signals.panels import Dashboard, Panel, Row

JOURNEY = Dashboard(
    "barnraise-journey",
    "Barnraise · journey of a job",
    "From the sentence to the preview: how many get how far, and what is waiting and what is work.",
    (
        Row(
            "Funnel",
            (
                Panel(
                    "Steps that ended",
                    "Each step of the journey, in a second.",
                    "ops",
                    (q(f"sum by (step) (rate(job_steps_total[{RATE}]))", "{{step}}"),),
                    width=12,
                ),
                Panel(
                    "Jobs that ended",
                    "By how, and whose fault it was.",
                    "ops",
                    (q(f"sum by (status, fault) (rate(jobs_ended_total[{RATE}]))", "{{status}} {{fault}}"),),
                    width=12,
                ),
                Panel(
                    "Steps that went well",
                    "The share of a step's ends that were successes.",
                    "percentunit",
                    (
                        q(
                            f'sum by (step) (rate(job_steps_total{{outcome="succeeded"}}[{RATE}]))'
                            f" / sum by (step) (rate(job_steps_total[{RATE}]))",
                            "{{step}}",
                        ),
                    ),
                    bounds=(0.99, 0.95),
                    width=12,
                ),
                Panel(
                    "Jobs under way",
                    "As the gateway last heard of them.",
                    "short",
                    (q("max by (status) (jobs_inflight)", "{{status}}"),),
                    width=12,
                ),
            ),
        ),
        Row(
            "Waiting and work",
            (
                Panel(
                    "Until the first event",
                    "From the submission.",
                    "s",
                    quantiles("job_first_event_seconds", ""),
                    bounds=(1, 2),
                    latency=True,
                ),
                Panel("Until the start", "Behind other jobs of the project.", "s", quantiles("job_queue_wait_seconds", ""), latency=True),
                Panel("Orphans", "Jobs that nobody has taken up.", "short", (q("max(reconciler_orphans)", "jobs"),), bounds=(1, 2)),
                Panel(
                    "Duration of steps, p95",
                    "By the conductor's clock, with waiting in queues.",
                    "s",
                    quantiles("job_step_duration_seconds", "step", "", "{{step}}")[1:],
                    latency=True,
                    width=12,
                ),
                Panel(
                    "Work in handlers, p95",
                    "The same without waiting: from a message's receipt to its acknowledgement.",
                    "s",
                    quantiles("message_duration_seconds", "kind", 'kind=~"plan-make.*|manifest-compile.*|commit-.*"', "{{kind}}")[1:],
                    latency=True,
                    width=12,
                ),
            ),
        ),
    ),
)
