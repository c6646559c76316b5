"""Records OpenAI Agents with a hand-off and a scripted model under one of three instrumentations.

pip install openai-agents opentelemetry-sdk opentelemetry-exporter-otlp-proto-common
    openinference-instrumentation-openai-agents opentelemetry-instrumentation-openai-agents logfire
python record_openai_agents.py openinference|openllmetry|logfire <out.json>
"""

import asyncio
import sys

which, path = sys.argv[1:]
import spans_out

if which == "openinference":
    from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    OpenAIAgentsInstrumentor().instrument(tracer_provider=spans_out.provider)
elif which == "openllmetry":
    from opentelemetry.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    OpenAIAgentsInstrumentor().instrument(tracer_provider=spans_out.provider)
elif which == "logfire":
    import logfire
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    logfire.configure(
        send_to_logfire=False,
        console=False,
        service_name="travel-desk",
        additional_span_processors=[SimpleSpanProcessor(spans_out.exporter)],
    )
    logfire.instrument_openai_agents()

from agents import Agent, Model, ModelResponse, Runner, Usage, function_tool
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)


class Scripted(Model):
    def __init__(self, *outputs):
        self.outputs = list(outputs)

    async def get_response(self, *args, **more):
        return ModelResponse(output=[self.outputs.pop(0)], usage=Usage(), response_id=None)

    def stream_response(self, *args, **more):
        raise NotImplementedError


def call(name, arguments, call_id):
    return ResponseFunctionToolCall(
        type="function_call", name=name, arguments=arguments, call_id=call_id
    )


def said(text):
    part = ResponseOutputText(type="output_text", text=text, annotations=[])
    return ResponseOutputMessage(
        id="m", type="message", role="assistant", status="completed", content=[part]
    )


@function_tool
def book_flight(to: str) -> str:
    return "booked"


@function_tool(failure_error_function=lambda context, error: "declined")
def pay(amount: float) -> str:
    raise ValueError("declined")


@function_tool
def send_mail(to: str, body: str) -> str:
    return "sent"


mailer = Agent(
    name="mailer",
    tools=[send_mail],
    model=Scripted(call("send_mail", '{"to": "a@b.example", "body": "x"}', "c3"), said("done")),
)
travel = Agent(
    name="travel",
    tools=[book_flight, pay],
    handoffs=[mailer],
    model=Scripted(
        call("book_flight", '{"to": "LIS"}', "c1"),
        call("pay", '{"amount": 12.5}', "c2"),
        call("transfer_to_mailer", "{}", "c4"),
    ),
)
asyncio.run(Runner.run(travel, "go"))
spans_out.write(path)
