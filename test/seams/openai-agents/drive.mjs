import { Runner, setTracingDisabled, Usage } from "@openai/agents";
import { agentOf } from "./app.js";
import { ran } from "./own.js";

setTracingDisabled(true);

/** Calls `refund` once, then ends. */
function modelThat(amount, id) {
  const getResponse = async ({ input }) => {
    const isAnswered =
      Array.isArray(input) &&
      input.some((item) => item.type === "function_call_result" && item.callId === id);
    const done = {
      type: "message",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: "done" }],
    };
    const asked = {
      type: "function_call",
      callId: id,
      name: "refund",
      status: "completed",
      arguments: JSON.stringify({ order: "1", amount }),
    };
    return { usage: new Usage(), output: [isAnswered ? done : asked] };
  };
  return { getResponse };
}

let count = 0;
async function call(agent, amount, answer) {
  const model = modelThat(amount, `call-${++count}`);
  const runner = new Runner({ modelProvider: { getModel: () => model } });
  let result = await runner.run(agent, "refund");
  const [asked] = result.interruptions;
  if (asked !== undefined && answer !== undefined) {
    if (answer) result.state.approve(asked);
    else result.state.reject(asked);
    result = await runner.run(agent, result.state);
  }
  const outputs = result.newItems.filter(({ type }) => type === "tool_call_output_item");
  return { asked: asked !== undefined, said: outputs.at(-1)?.output ?? null };
}

const people = (approver, customer = "human:customer-7") => ({ customer, approver });
const lead = agentOf("s", people("human:lead-mia"));
const told = {
  small: await call(lead, 100),
  second: await call(lead, 100),
  third: await call(lead, 1),
  large: await call(lead, 400),
  approved: await call(lead, 401, true),
  refused: await call(lead, 402, false),
  byAnother: await call(agentOf("t", people("human:joe")), 403, true),
  byWhoAsked: await call(agentOf("u", people("human:lead-mia", "human:lead-mia")), 404, true),
  tooLarge: await call(lead, 4000),
};
// what is not JSON cannot be decided: the guardrail throws, and the run ends
const broken = agentOf("v", people("human:lead-mia", Number.NaN));
const thrown = await call(broken, 5).catch((error) => error.message);
console.log(JSON.stringify({ ran, told, thrown }));
