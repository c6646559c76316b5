/** What ran, as `name amount`. */
export const ran = [];

/** @param {import("fastify").FastifyRequest} request */
export async function authenticate(request) {
  request.caller = { session: "s", subject: { type: "agent", id: "support" } };
}

export async function runTool(name, args) {
  ran.push(`${name} ${args?.amount ?? ""}`.trim());
  return { done: name };
}
