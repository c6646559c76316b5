import { describe, expect, test } from "vitest";
import type { Json } from "../../src/request/json.ts";
import { withStars } from "../../src/request/without-secrets.ts";
import { recordedLine } from "../../src/serve/recorded-line.ts";

const TOKEN = `ghp_${"a1B2".repeat(9)}`;
const WORD = "hunter2";

interface Written {
  readonly text: string;
  readonly unrecorded: Json | undefined;
  readonly args: Json | undefined;
}

function written(args: Json, more: { readonly [name: string]: Json } = {}): Written {
  const action = { kind: "mcp_request", server: "files", name: "set" };
  const event = { id: "1", subject: { type: "agent", id: "a" }, action, args, ...more };
  const line = recordedLine({ event, masked: [] });
  expect(JSON.parse(line.text)).toEqual(line.written);
  return { text: line.text, unrecorded: line.written["unrecorded"], args: line.written["args"] };
}

describe("design 14.2: a log has no secret", () => {
  test.each<[name: string, args: Json, unrecorded: readonly string[]]>([
    ["a member", { user: "u", password: WORD }, ["args.password"]],
    ["a number", { cvv: 123, amount: 5 }, ["args.cvv"]],
    ["deeper", { config: { db_password: WORD, host: "h" } }, ["args.config.db_password"]],
    ["a map", { credentials: { user: "u", what: WORD } }, ["args.credentials"]],
    ["a list", { api_keys: [WORD] }, ["args.api_keys"]],
    ["in a list of maps", { users: [{ name: "u", secret: WORD }] }, ["args.users"]],
    [
      "pairs of a name and a value",
      { headers: [{ name: "Authorization", value: WORD }], query: [{ Key: "token", Value: WORD }] },
      ["args.headers", "args.query"],
    ],
    ["one such pair", { selector: "#password", value: WORD }, ["args.value"]],
    ["a field of a form", { element: "Password textbox", text: WORD }, ["args.text"]],
    ["entries", { headers: [["Authorization", WORD]] }, ["args.headers"]],
    ["a command line", { argv: ["login", "--password", WORD] }, ["args.argv"]],
    ["an option", { argv: ["login", `--db-password=${WORD}`] }, ["args.argv"]],
    [
      "an environment",
      { env: [`PGPASSWORD=${WORD}`], headers: [`Authorization: ${WORD}`] },
      [...["args.env", "args.headers"]],
    ],
    ["a name with a dot", { "db.password": WORD }, ['args["db.password"]']],
    ["look-alike letters", { pаsswоrd: WORD }, ['args["pаsswоrd"]']],
    [
      "behind an escape",
      { text: `a\n${TOKEN}`, more: `\u001b${TOKEN}` },
      ["args.text", "args.more"],
    ],
    [
      "behind a name of Object",
      JSON.parse(`{"__proto__":{"token":"${WORD}"}}`),
      ["args.__proto__.token"],
    ],
  ])("%s", (_, args, unrecorded) => {
    const one = written(args);
    expect(one.text).not.toContain(WORD);
    expect(one.text).not.toContain(TOKEN);
    expect(one.unrecorded).toEqual(unrecorded);
  });

  test.each([
    `mysql --user u --password ${WORD} -e 'select 1'`,
    `PGPASSWORD=${WORD} psql -h host`,
    `tool --api-key="${WORD}" run`,
    `curl -H "X-Auth-Token: ${WORD}" https://host/`,
    `curl -H 'Authorization: Custom ${WORD}' https://host/`,
    `https://host/a?page=2&access_token=${WORD}&x=1`,
    `grant_type=x&client_secret=${WORD}`,
    `{"user":"u","token": "${WORD}"}`,
    JSON.stringify(JSON.stringify({ pin: WORD, x: 1 })),
    `A: b\r\nCookie: sid=${WORD}`,
  ])("in a text: %s", (text) => {
    const one = written({ text, more: 1 });
    expect([one.args, one.unrecorded]).toEqual([{ more: 1 }, ["args.text"]]);
    expect(JSON.stringify(withStars({ text }))).not.toContain(WORD);
  });

  test.each([
    "the password is in the vault, ask: mia",
    "model --max-tokens 500 --token-count=3 --author mia",
    "https://host/a?page_token=abcdef&key=1&next=2",
    "requests.get(url, auth=auth, token=token)",
    "PASSWORD=$(pass show x) psql; TOKEN=$TOKEN tool --password $PASSWORD",
    '{"password_policy":"strong","password":null,"schema":{"password":{"type":"string"}}}',
    "Content-Type: text/plain",
    "09:12:04 key: value",
  ])("in no such text: %s", (text) => {
    expect(written({ text })).toMatchObject({ args: { text }, unrecorded: undefined });
    expect(withStars({ text })).toEqual({ text });
  });

  test("a huge or a deep value, in time by its size", () => {
    const many = Array.from({ length: 50_000 }, (_, i) => ({ name: `h${i}`, value: "v" }));
    const busy = ['"a":', "--a", "a-b-c-d-e-f-", "A=", "&a=", '\\\\"', "password=", "'--token "];
    const texts = busy.map((part) => part.repeat(20_000));
    const one = written({ many, texts, headers: [...many, { name: "Cookie", value: WORD }] });
    expect(one.text).not.toContain(WORD);
    let deep: Json = { password: WORD };
    for (let i = 0; i < 500; i++) deep = i % 2 === 0 ? { deep } : { list: [deep] };
    expect(written({ deep }).text).not.toContain(WORD);
    const names = Array.from({ length: 20_000 }, (_, i) => [`password_${i}`, WORD] as const);
    expect(written(Object.fromEntries(names)).text).not.toContain(WORD);
  });

  test("nor one as the name of a member, of the tool, or of what it is about", () => {
    const one = written({ deep: { [TOKEN]: 1, x: 2 }, y: 3 });
    expect([one.text.includes(TOKEN), one.args, one.unrecorded]).toEqual([
      ...[false, { y: 3 }, ["args.deep"]],
    ]);
    const whole = written({ [TOKEN]: 1 });
    expect([whole.text.includes(TOKEN), whole.args, whole.unrecorded]).toEqual([
      ...[false, {}, ["args"]],
    ]);
    const named = written(
      { x: 1 },
      {
        action: { kind: "mcp_request", server: "files", name: TOKEN },
        resource: { type: "mcp_resource", id: `https://u:${WORD}@host/`, secret: WORD },
        unrecorded: [`args["${TOKEN}"]`],
      },
    );
    expect(named.text).not.toContain(TOKEN);
    expect(named.text).not.toContain(WORD);
    expect(named.unrecorded).toEqual(["args", "action.name", "resource.id", "resource.secret"]);
  });

  test("what only looks like it stays", () => {
    const args = {
      ...{ author: "a", token_count: 5, max_tokens: 9, secretary: "s", key: "k", keyboard: "q" },
      ...{ password_policy: "strong", next_page_token: "p", usage: { tokens: 5 } },
      ...{ reset_password: true, password: null, secret: "" },
      ...{ columns: ["password", "email"], fields: [{ name: "title", value: "v" }] },
      schema: { type: "object", properties: { password: { type: "string" } } },
    };
    expect(written(args)).toMatchObject({ args, unrecorded: undefined });
  });

  test("a credential's kind, what detectors found, and the definition of a tool stay", () => {
    const credential = { kind: "workload", id: "svid-81", expires: "2026-05-18T10:00:00Z" };
    const context = { signals: { secrets: 2, credential: 0.9 } };
    const subject = { type: "agent", id: "a", credential };
    const one = written({}, { subject, context });
    expect(JSON.parse(one.text)).toMatchObject({ subject, context });
    expect(one.unrecorded).toBeUndefined();
    const definition = { name: "login", inputSchema: { properties: { password: {} } } };
    const listed = { type: "tool_definition", context: { definition } };
    expect(JSON.parse(recordedLine({ event: listed, masked: [] }).text)).toEqual(listed);
  });
});
