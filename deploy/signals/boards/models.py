"""Language models and what they cost."""

from deploy.signals.boards.queries import RATE, q, quantiles
from deploy.signals.panels import Dashboard, Panel, Row

_MODEL = "gen_ai_request_model"
_CALL = "gen_ai_client_operation_duration_seconds"
_USAGE = "gen_ai_client_inference_usage"
_WORKFLOW = "gen_ai_workflow_duration_seconds"
_AGENT = "gen_ai_invoke_agent_duration_seconds"
_TOOL = "gen_ai_execute_tool_duration_seconds"

MODELS = Dashboard(
    "barnraise-models",
    "Barnraise · models and cost",
    "Language models: calls, failures, time, tokens and money. Names are those of OpenTelemetry's conventions.",
    (
        Row(
            "Calls",
            (
                Panel(
                    "Calls",
                    "Attempts in a second.",
                    "ops",
                    (q(f"sum by ({_MODEL}) (rate({_CALL}_count[{RATE}]))", "{{gen_ai_request_model}}"),),
                ),
                Panel(
                    "Failures",
                    "By kind, in a second.",
                    "ops",
                    (
                        q(
                            f'sum by ({_MODEL}, error_type) (rate({_CALL}_count{{error_type!=""}}[{RATE}])) or vector(0)',
                            "{{gen_ai_request_model}} {{error_type}}",
                        ),
                    ),
                ),
                Panel("Duration", "Of an attempt.", "s", quantiles(_CALL, _MODEL, "", "{{gen_ai_request_model}}"), latency=True),
                Panel(
                    "First piece",
                    "Until a reply begins.",
                    "s",
                    quantiles("gen_ai_client_operation_time_to_first_chunk_seconds", _MODEL, "", "{{gen_ai_request_model}}"),
                    latency=True,
                ),
                Panel(
                    "Tokens read",
                    "In a second; of them, those that the provider had kept.",
                    "short",
                    (
                        q(f"sum by ({_MODEL}) (rate({_USAGE}_input_tokens_total[{RATE}]))", "{{gen_ai_request_model}}"),
                        q(f"sum by ({_MODEL}) (rate({_USAGE}_cache_read_input_tokens_total[{RATE}]))", "{{gen_ai_request_model}} kept"),
                    ),
                ),
                Panel(
                    "Tokens written",
                    "In a second; of them, those of thoughts.",
                    "short",
                    (
                        q(f"sum by ({_MODEL}) (rate({_USAGE}_output_tokens_total[{RATE}]))", "{{gen_ai_request_model}}"),
                        q(f"sum by ({_MODEL}) (rate({_USAGE}_reasoning_output_tokens_total[{RATE}]))", "{{gen_ai_request_model}} thoughts"),
                    ),
                ),
            ),
        ),
        Row(
            "Work",
            (
                Panel(
                    "Commands",
                    "What models work on, from beginning to end.",
                    "s",
                    quantiles(_WORKFLOW, "gen_ai_workflow_name", "", "{{gen_ai_workflow_name}}"),
                    latency=True,
                ),
                Panel(
                    "Roles",
                    "What a role does for a command, with all its attempts.",
                    "s",
                    quantiles(_AGENT, "gen_ai_agent_name", "", "{{gen_ai_agent_name}}"),
                    latency=True,
                ),
                Panel(
                    "Tools",
                    "What is done with replies, in a second: edits placed, manifests read.",
                    "ops",
                    (q(f"sum by (gen_ai_tool_name) (rate({_TOOL}_count[{RATE}])) or vector(0)", "{{gen_ai_tool_name}}"),),
                ),
            ),
        ),
        Row(
            "Money",
            (
                Panel(
                    "An hour's cost",
                    "US dollars, where prices are known.",
                    "currencyUSD",
                    (q("sum by (model) (increase(llm_cost_usd_total[1h]))", "{{model}}"),),
                    width=12,
                ),
                Panel(
                    "Cost by task",
                    "US dollars in an hour.",
                    "currencyUSD",
                    (q("sum by (task) (increase(llm_cost_usd_total[1h]))", "{{task}}"),),
                    width=12,
                ),
            ),
        ),
    ),
)
