"""Records two LangGraph agents with a scripted model under one of three instrumentations.

pip install langchain langgraph langsmith opentelemetry-sdk opentelemetry-exporter-otlp-proto-common
    openinference-instrumentation-langchain opentelemetry-instrumentation-langchain
python record_langgraph.py openinference|openllmetry|langsmith <out.json>
"""

import os
import sys
import time

which, path = sys.argv[1:]
if which == "langsmith":
    os.environ.update(
        LANGSMITH_TRACING="true",
        LANGSMITH_OTEL_ENABLED="true",
        LANGSMITH_OTEL_ONLY="true",
        LANGSMITH_API_KEY="x",
    )
import spans_out

if which == "openinference":
    from openinference.instrumentation.langchain import LangChainInstrumentor

    LangChainInstrumentor().instrument(tracer_provider=spans_out.provider)
elif which == "openllmetry":
    from opentelemetry.instrumentation.langchain import LangchainInstrumentor

    LangchainInstrumentor().instrument(tracer_provider=spans_out.provider)

from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.tools import tool


class Scripted(GenericFakeChatModel):
    def bind_tools(self, tools, **more):
        return self


def scripted(*messages):
    return Scripted(messages=iter(messages))


def call(name, args, call_id):
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": call_id}])


@tool
def lookup_rules(country: str, days: int) -> str:
    "Looks up the rules."
    return "visa free"


visa = create_agent(
    scripted(call("lookup_rules", {"country": "PT", "days": 3}, "c3"), AIMessage("free")),
    [lookup_rules],
    name="visa_agent",
)


@tool
def ask_visa(country: str) -> str:
    "Asks the visa agent."
    return visa.invoke({"messages": [("user", country)]})["messages"][-1].content


@tool
def delete_booking(id: str) -> str:
    "Deletes a booking."
    return "gone"


travel = create_agent(
    scripted(
        call("delete_booking", {"id": "b-1"}, "c1"),
        call("ask_visa", {"country": "PT"}, "c2"),
        AIMessage("done"),
    ),
    [ask_visa, delete_booking],
    name="travel_agent",
)
travel.invoke(
    {"messages": [("user", "go")]},
    {"configurable": {"thread_id": "t-1"}, "metadata": {"user_id": "u-9"}},
)
if which == "langsmith":
    from langchain_core.tracers.langchain import wait_for_all_tracers

    wait_for_all_tracers()
    time.sleep(2)
spans_out.write(path)
