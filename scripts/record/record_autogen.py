"""Records an agent of AutoGen with a scripted model: the messages of its run.

pip install autogen-agentchat autogen-ext
python record_autogen.py <messages.json>
"""

import asyncio
import json
import sys

from autogen_agentchat.agents import AssistantAgent
from autogen_core import FunctionCall
from autogen_core.models import CreateResult, ModelFamily, RequestUsage
from autogen_ext.models.replay import ReplayChatCompletionClient

USAGE = RequestUsage(prompt_tokens=1, completion_tokens=1)


def asks(call_id, name, **arguments):
    call = FunctionCall(id=call_id, name=name, arguments=json.dumps(arguments))
    return CreateResult(finish_reason="function_calls", content=[call], usage=USAGE, cached=False)


def lookup(order: str) -> str:
    return "12.5"


def refund(order: str, amount: float) -> str:
    raise ValueError("no money")


model = ReplayChatCompletionClient(
    [asks("c1", "lookup", order="o9"), asks("c2", "refund", order="o9", amount=12.5), "sorry"],
    model_info={
        "vision": False,
        "function_calling": True,
        "json_output": False,
        "family": ModelFamily.UNKNOWN,
        "structured_output": False,
    },
)
agent = AssistantAgent("refunder", model, tools=[lookup, refund], max_tool_iterations=3)
result = asyncio.run(agent.run(task="refund order o9"))
with open(sys.argv[1], "w") as out:
    json.dump([message.dump() for message in result.messages], out, default=str)
