import { mkdirSync, renameSync } from "node:fs";
import { app } from "./app.js";
import { ran } from "./own.js";

const server = app.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const { port } = server.address();

async function call(name, body, type = "application/json") {
  const answer = await fetch(`http://127.0.0.1:${port}/tools/shop/${name}`, {
    method: "POST",
    headers: { "content-type": type, "x-session": "s" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return [answer.status, text.startsWith("{") ? JSON.parse(text) : "no document"];
}

const told = {
  lookup: await call("lookup", { order: "1" }),
  small: await call("refund", { amount: 100 }),
  second: await call("refund", { amount: 100 }),
  third: await call("refund", { amount: 1 }),
  large: await call("refund", { amount: 400, subject: { type: "human", id: "lead-mia" } }),
  unrecorded: await call("close", {}),
  unknown: await call("rob", {}),
  list: await call("refund", [1]),
  text: await call("refund", "hello", "text/plain"),
};
renameSync("decisions.jsonl", "kept.jsonl");
mkdirSync("decisions.jsonl");
told.unwritable = await call("lookup", { order: "2" });
server.close();
console.log(JSON.stringify({ ran, told }));
