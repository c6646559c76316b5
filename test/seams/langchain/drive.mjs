import { Command } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { agentOf } from "./app.js";
import { guardOf } from "./guard.js";
import { amounts, model, ran, refund } from "./own.js";

let count = 0;
async function call(agent, amount, answer) {
  const id = `call-${++count}`;
  amounts.splice(0, amounts.length, [{ name: "refund", args: { order: "1", amount }, id }], []);
  model.index = 0;
  const config = { configurable: { thread_id: id } };
  let state = await agent.invoke({ messages: [{ role: "user", content: "refund" }] }, config);
  const asked = state.__interrupt__?.[0]?.value;
  if (asked !== undefined && answer !== undefined)
    state = await agent.invoke(new Command({ resume: answer }), config);
  const result = state.messages.find(
    (message) => message.type === "tool" && message.tool_call_id === id,
  );
  return { asked: asked !== undefined, said: result?.content ?? null };
}

const mia = "human:lead-mia";
const agent = agentOf("s", "human:customer-7");
const told = {
  small: await call(agent, 100),
  second: await call(agent, 100),
  third: await call(agent, 1),
  large: await call(agent, 400),
  approved: await call(agent, 401, { by: mia, decision: "granted" }),
  refused: await call(agent, 402, { by: mia, decision: "refused" }),
  byAnother: await call(agent, 403, { by: "human:joe", decision: "granted" }),
  byWhoAsked: await call(agentOf("t", mia), 404, { by: mia, decision: "granted" }),
  byNobody: await call(agent, 405, { yes: true }),
  tooLarge: await call(agent, 4000),
};
const middleware = [guardOf("u", "human:customer-7")];
const forgetful = createAgent({ model, tools: [refund], middleware });
const unasked = await call(forgetful, 406).catch((error) => error.message);
// what is not JSON cannot be decided: the middleware throws, and the run ends
const thrown = await call(agentOf("v", Number.NaN), 5).catch((error) => error.message);
console.log(JSON.stringify({ ran, told, unasked, thrown }));
