import { createSdkMcpServer, tool } from "@anthropic-ai/claude-agent-sdk";
import { z } from "zod";

/** What ran, as `name amount`. */
export const ran = [];
/** What the person who is asked says, in turn. */
export const answers = [];
/** What was asked, as `name amount`. */
export const asked = [];

/** @type {import("./guard.js").Ask} */
export async function ask(name, args) {
  asked.push(`${name} ${args["amount"]}`);
  const answer = answers.shift();
  if (answer === undefined) throw new Error("nobody answers");
  return answer;
}

export const shop = createSdkMcpServer({
  name: "shop",
  tools: [
    tool(
      "refund",
      "pays money back",
      { order: z.string(), amount: z.number() },
      async ({ amount }) => {
        ran.push(`refund ${amount}`);
        return { content: [{ type: "text", text: `refunded ${amount}` }] };
      },
    ),
    tool(
      "lookup",
      "reads an order",
      { order: z.string() },
      async () => {
        ran.push("lookup");
        return { content: [{ type: "text", text: "found" }] };
      },
      { annotations: { readOnlyHint: true } },
    ),
  ],
});
