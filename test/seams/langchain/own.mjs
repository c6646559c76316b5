import { FakeToolCallingModel, tool } from "langchain";
import { z } from "zod";

/** What ran, as `name amount`. */
export const ran = [];

/** Calls `refund` with each amount in turn. */
export const amounts = [];
export const model = new FakeToolCallingModel({
  toolCalls: amounts,
});

export const refund = tool(
  async ({ amount }) => {
    ran.push(`refund ${amount}`);
    return `refunded ${amount}`;
  },
  {
    name: "refund",
    description: "pays money back",
    schema: z.object({ order: z.string(), amount: z.number() }),
  },
);
