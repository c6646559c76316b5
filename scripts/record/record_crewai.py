"""Records a crew of CrewAI with a scripted model: the events of its bus that tell of tools.

pip install crewai
python record_crewai.py <events.json>
"""

import json
import sys

from crewai import Agent, BaseLLM, Crew, Task
from crewai.events import crewai_event_bus
from crewai.events.types.tool_usage_events import (
    ToolUsageErrorEvent,
    ToolUsageFinishedEvent,
    ToolUsageStartedEvent,
)
from crewai.tools import tool


class Scripted(BaseLLM):
    turns: list = []

    def call(self, messages, *args, **more):
        return self.turns.pop(0)

    def supports_function_calling(self):
        return False


@tool("lookup")
def lookup(order: str) -> str:
    """Looks an order up."""
    return "12.5"


@tool("refund")
def refund(order: str, amount: float) -> str:
    """Refunds an order."""
    raise ValueError("no money")


def asks(name, **arguments):
    return f"Thought: x\nAction: {name}\nAction Input: {json.dumps(arguments)}"


events = []
for kind in (ToolUsageStartedEvent, ToolUsageFinishedEvent, ToolUsageErrorEvent):

    @crewai_event_bus.on(kind)
    def note(source, event):
        events.append(event)


model = Scripted(model="m")
model.turns = [
    asks("lookup", order="o9"),
    asks("refund", order="o9", amount=12.5),
    "Thought: x\nFinal Answer: sorry",
]
agent = Agent(role="refunder", goal="refunds", backstory="x", tools=[lookup, refund], llm=model)
task = Task(description="refund order o9", expected_output="an answer", agent=agent)
Crew(agents=[agent], tasks=[task]).kickoff()
crewai_event_bus.flush()

events.sort(key=lambda event: event.timestamp)
SHOWN = (
    "type timestamp event_id started_event_id parent_event_id agent_role task_name tool_name "
    "tool_args server_name output error from_cache run_attempts"
).split()
with open(sys.argv[1], "w") as out:
    for event in events:
        whole = event.to_json()
        kept = {name: whole[name] for name in SHOWN if whole.get(name) is not None}
        out.write(json.dumps(kept, default=str) + "\n")
print(f"{len(events)} events")
