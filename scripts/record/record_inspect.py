"""Records a sample of inspect_ai with a scripted model: the log of the evaluation.

pip install inspect_ai
python record_inspect.py <log.json>
"""

import json
import sys
import tempfile

import tiktoken
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, get_model
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import ToolError, tool


class Characters:
    """Tokens, without the tables that tiktoken would fetch."""

    def encode(self, text, **_):
        return list(text)


tiktoken.get_encoding = lambda name: Characters()


@tool
def lookup():
    async def execute(order: str):
        """An order.

        Args:
            order: its number
        """
        return "12.5"

    return execute


@tool
def refund():
    async def execute(order: str, amount: float):
        """Pays back.

        Args:
            order: its number
            amount: how much
        """
        raise ToolError("no money")

    return execute


def asks(name, **arguments):
    return ModelOutput.for_tool_call("mockllm/model", name, arguments)


model = get_model(
    "mockllm/model",
    custom_outputs=[
        asks("lookup", order="o9"),
        asks("refund", order="o9", amount=12.5),
        ModelOutput.from_content("mockllm/model", "sorry"),
    ],
)
task = Task(
    dataset=[Sample(id="s-1", input="refund order o9")],
    solver=[use_tools(lookup(), refund()), generate()],
    name="refunds",
)
with tempfile.TemporaryDirectory() as folder:
    [log] = eval(task, model=model, log_dir=folder, log_format="json", display="none")
    with open(log.location.removeprefix("file://")) as written:
        document = json.load(written)
# what the script holds already, and what tells of this machine
document["eval"]["model_args"] = {}
document["eval"].pop("revision", None)
with open(sys.argv[1], "w") as out:
    json.dump(document, out)
