"""A host of AGENT-HOOKS-0.1 on its Python SDK: runs tool calls under a decision point, and prints
what ran, what the agent got, and the records. Arguments: the decision point's URL, the mode, and
"approve" where a person lifts denies."""

import asyncio
import json
import sys
import urllib.request

from agent_hooks import (
    AgentContextBuilder,
    ApprovalOutcome,
    ApprovalResolution,
    EnforcementMode,
    InterceptionBlocked,
    InterceptionEmitter,
    Verdict,
)

url, mode, *rest = sys.argv[1:]


class Remote:
    def intercept(self, context, /):
        body = json.dumps(context if isinstance(context, dict) else context.to_wire()).encode()
        asked = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.load(answer)


class Person:
    def resolve(self, request, /):
        return ApprovalResolution(
            outcome=ApprovalOutcome.APPROVE,
            context_identity=request.context_identity,
            verdict=Verdict.allow(),
        )


emitter = InterceptionEmitter(
    mode=EnforcementMode(mode), resolver=Person() if "approve" in rest else None, timeout=30
)
emitter.register(Remote(), name="agentz")
build = AgentContextBuilder(agent_id="support", framework="test", session_id="run-1")
ran, got = [], []


def emit(context):
    try:
        return asyncio.run(emitter.emit(context))
    except InterceptionBlocked as blocked:
        return blocked


emit(build.agent_startup(tools_registered=["look", "pay", "export", "delete"]))
emit(build.input(content="please"))
emit(build.pre_model_call(model_id="m", messages=[{"role": "user", "content": "please"}]))
emit(build.post_model_call(model_id="m", content=None, tool_calls=[], finish_reason="stop"))
for i, (name, args) in enumerate(
    [("look", {}), ("pay", {"amount": 5}), ("pay", {"amount": 500}), ("export", {}), ("delete", {})]
):
    before = emit(build.pre_tool_call(call_id=f"c{i}", name=name, args=args))
    if isinstance(before, InterceptionBlocked):
        continue
    ran.append([name, before.target])
    value = {"card": "4111", "name": "Ann"}
    after = emit(build.post_tool_call(call_id=f"c{i}", name=name, args=args, value=value))
    got.append("blocked" if isinstance(after, InterceptionBlocked) else after.target)
emit(build.output(content="done"))
emit(build.agent_shutdown(reason="completed"))
records = [
    {"point": one.interception_point.value, "decision": one.verdict.decision.value, "reason": one.verdict.reason}
    for one in emitter.take_records()
]
print(json.dumps({"ran": ran, "got": got, "records": records}))
