"""Records a Strands agent with a scripted model.

pip install strands-agents opentelemetry-sdk opentelemetry-exporter-otlp-proto-common
python record_strands.py <out.json>
"""

import sys

import spans_out
from strands import Agent, tool
from strands.models import Model


class Scripted(Model):
    def __init__(self, *turns):
        self.turns = list(turns)
        self.config = {"model_id": "m-1"}

    def update_config(self, **more):
        self.config.update(more)

    def get_config(self):
        return self.config

    def structured_output(self, *args, **more):
        raise NotImplementedError

    async def stream(self, *args, **more):
        turn = self.turns.pop(0)
        yield {"messageStart": {"role": "assistant"}}
        if isinstance(turn, str):
            yield {"contentBlockStart": {"start": {}}}
            yield {"contentBlockDelta": {"delta": {"text": turn}}}
        else:
            name, call_id, arguments = turn
            yield {"contentBlockStart": {"start": {"toolUse": {"name": name, "toolUseId": call_id}}}}
            yield {"contentBlockDelta": {"delta": {"toolUse": {"input": arguments}}}}
        yield {"contentBlockStop": {}}
        reason = "end_turn" if isinstance(turn, str) else "tool_use"
        yield {"messageStop": {"stopReason": reason}}


@tool
def lookup(order: str) -> str:
    """Looks up an order."""
    return "found"


@tool
def refund(order: str, amount: int) -> str:
    """Pays back."""
    raise ValueError("declined")


agent = Agent(
    model=Scripted(
        ("lookup", "t1", '{"order": "o9"}'), ("refund", "t2", '{"order": "o9", "amount": 5}'), "done"
    ),
    tools=[lookup, refund],
    name="refunder",
    trace_attributes={"session.id": "s-1", "user.id": "ann"},
    callback_handler=None,
)
agent("go")
spans_out.write(sys.argv[1])
