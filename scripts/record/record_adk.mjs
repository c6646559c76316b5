// Records two agents of Google's ADK, one handing over to the other, with a scripted model: the
// session as its service keeps it.
//
// npm install @google/adk@2
// node record_adk.mjs <session.json>
import { writeFileSync } from "node:fs";
import { BaseLlm, FunctionTool, InMemoryRunner, LlmAgent } from "@google/adk";

const calls = (name, args) => ({
  content: { role: "model", parts: [{ functionCall: { name, args } }] },
});
const says = (text) => ({ content: { role: "model", parts: [{ text }] } });

/** A model that answers what its script says. */
class ScriptedModel extends BaseLlm {
  #script;
  constructor(...script) {
    super({ model: "scripted" });
    this.#script = script;
  }
  async *generateContentAsync() {
    yield this.#script.shift();
  }
  async connect() {
    throw new Error("not live");
  }
}

const object = (properties) => ({ type: "OBJECT", properties });
const mailer = new LlmAgent({
  name: "mailer",
  description: "writes to customers",
  model: new ScriptedModel(calls("send_mail", { to: "a@b.example", body: "x" }), says("sent")),
  tools: [
    new FunctionTool({
      name: "send_mail",
      description: "sends a mail",
      parameters: object({ to: { type: "STRING" }, body: { type: "STRING" } }),
      execute: async () => ({ sent: true }),
    }),
  ],
});
const travel = new LlmAgent({
  name: "travel",
  model: new ScriptedModel(
    calls("pay", { amount: 12.5 }),
    calls("transfer_to_agent", { agentName: "mailer" }),
  ),
  subAgents: [mailer],
  tools: [
    new FunctionTool({
      name: "pay",
      description: "pays",
      parameters: object({ amount: { type: "NUMBER" } }),
      execute: async () => {
        throw new Error("no money");
      },
    }),
  ],
});

const runner = new InMemoryRunner({ agent: travel, appName: "desk" });
const place = { appName: "desk", userId: "ann", sessionId: "s-1" };
await runner.sessionService.createSession(place);
const newMessage = { role: "user", parts: [{ text: "book it" }] };
for await (const event of runner.runAsync({ ...place, newMessage })) void event;
const session = await runner.sessionService.getSession(place);
writeFileSync(process.argv[2], JSON.stringify(session));
