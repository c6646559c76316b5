import { expect, test } from "vitest";
import { hasSecrets, withStars } from "../../src/request/without-secrets.ts";

const WORD = "hunter2";

test.each([
  ['[{"name":"Authorization","value":"hunter2"}]'],
  ['["--password","hunter2"]'],
  ['{"password":{"value":"hunter2"}}'],
  [' {"id": 12345678901234567890, "tokens": ["hunter2"], "x":1.0}\n'],
  [JSON.stringify({ body: '{"tokens":["hunter2"]}' })],
  ['{"tokens":["hunter2"],"tokens":null}'],
  ['[{"a":{"password":"hunter2"},"a":1}]'],
])("%s: what is left out of arguments is left out as a text, too", (text) => {
  expect(hasSecrets({ text })).toBe(true);
  expect(JSON.stringify(withStars({ text }))).not.toContain(WORD);
});

test("the rest of a text of JSON stays as it is written", () => {
  const [before, after] = ['{ "id": 12345678901234567890, "tokens": ', ', "x":1.0}'];
  expect(withStars(`${before}["hunter2"]${after}`)).toBe(`${before}"********"${after}`);
});

test.each([
  ['{"id": 12345678901234567890, "max_tokens": 5, "password": null}'],
  ['{"properties":{"password":{"type":"string"}}}'],
  [`${"[".repeat(100_000)}`],
  ["[no JSON"],
])("%#: no secret", (text) => {
  expect(hasSecrets({ text })).toBe(false);
  expect(withStars(text)).toBe(text);
});

test.each([
  [["config", "set", "password", WORD]],
  [["password", WORD]],
  [["CONFIG", "SET", "requirepass", WORD]],
  [{ pins: [90000274] }],
  [["curl", "-u", `a:${WORD}`]],
])("%j: a secret by the name before it", (value) => {
  expect(hasSecrets(value)).toBe(true);
});

test.each([
  [["user", "password", "email"]],
  [{ pins: [17, 18] }],
  [["set", "name", WORD]],
  [["docker", "-u", "1000:1000"]],
])("%j: names, and no secret", (value) => {
  expect(hasSecrets(value)).toBe(false);
});
