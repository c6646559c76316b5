"""Records two Pydantic AI agents, one asking the other, with scripted models.

pip install pydantic-ai-slim opentelemetry-sdk opentelemetry-exporter-otlp-proto-common
python record_pydantic_ai.py <instrumentation version> <out.json>
"""

import sys

import spans_out
from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.models.instrumented import InstrumentationSettings

version, path = sys.argv[1:]
settings = InstrumentationSettings(tracer_provider=spans_out.provider, version=int(version))
Agent.instrument_all(settings)


def scripted(*parts):
    left = list(parts)
    return FunctionModel(lambda messages, info: ModelResponse(parts=[left.pop(0)]))


expert = Agent(
    scripted(ToolCallPart("send_mail", {"to": "x@example.com"}), TextPart("sent")), name="expert"
)
support = Agent(
    scripted(
        ToolCallPart("read_secret", {"id": 1}), ToolCallPart("ask_expert", {"q": "x"}), TextPart("ok")
    ),
    name="support",
)


@expert.tool_plain
def send_mail(to: str) -> str:
    return "sent"


@support.tool_plain
def read_secret(id: int) -> str:
    return "secret"


@support.tool_plain
async def ask_expert(q: str) -> str:
    return (await expert.run(q)).output


support.run_sync("go")
spans_out.write(path)
