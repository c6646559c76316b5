/** What ran, as `name amount`. */
export const ran = [];

export function authenticate(request, response, next) {
  response.locals.subject = { type: "agent", id: "support" };
  response.locals.session = request.get("x-session");
  next();
}

export async function runTool(name, args) {
  ran.push(`${name} ${args?.amount ?? ""}`.trim());
  return { done: name };
}
