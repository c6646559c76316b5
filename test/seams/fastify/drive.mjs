import { mkdirSync, renameSync } from "node:fs";
import { app } from "./app.js";
import { ran } from "./own.js";

async function call(name, body, type = "application/json") {
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { "content-type": type };
  const answer = await app.inject({ method: "POST", url: `/tools/shop/${name}`, headers, payload });
  return [answer.statusCode, answer.body.startsWith("{") ? answer.json() : "no document"];
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
console.log(JSON.stringify({ ran, told }));
