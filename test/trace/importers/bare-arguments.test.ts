import { expect, test } from "vitest";
import { otel } from "../../../src/trace/importers/otel.ts";
import { importVariant } from "./import-all.ts";
import { otlp, span } from "./variants/otel.ts";

const PROPOSED = "llm.output_messages.0.message.tool_calls";

/** A model's step that proposes calls of `find` with these arguments: `c0`, `c1`. */
function proposing(...proposed: readonly object[]): object {
  const calls = proposed.flatMap((args, index) => [
    [`${PROPOSED}.${index}.tool_call.id`, `c${index}`],
    [`${PROPOSED}.${index}.tool_call.function.name`, "find"],
    [`${PROPOSED}.${index}.tool_call.function.arguments`, JSON.stringify(args)],
  ]);
  return span("01", { "openinference.span.kind": "LLM", ...Object.fromEntries(calls) });
}

function finding(
  id: string,
  value: string,
  more: { readonly [name: string]: string } = {},
): object {
  return span(id, {
    "openinference.span.kind": "TOOL",
    "tool.name": "find",
    "input.value": value,
    ...more,
  });
}

const [NAME, OWNER, OTHER] = [{ name: "prod" }, { owner: "prod" }, { name: "test" }];
const AMBIGUOUS = "a tool call has one value, which fits several calls that a model proposed";
const NOT_JSON = "a tool call's arguments are not JSON";

test.each([
  ["one fits", [proposing(NAME, OTHER), finding("02", "prod")], [NAME], []],
  [
    "each has its own",
    [proposing(NAME, OTHER), finding("02", "test"), finding("03", "prod")],
    [OTHER, NAME],
    [],
  ],
  ["two fit", [proposing(NAME, OWNER), finding("02", "prod")], [undefined], [AMBIGUOUS]],
  [
    "two fit two",
    [proposing(NAME, OWNER), finding("02", "prod"), finding("03", "prod")],
    [undefined, undefined],
    [AMBIGUOUS],
  ],
  [
    "two are the same",
    [proposing(NAME, NAME), finding("02", "prod"), finding("03", "prod")],
    [NAME, NAME],
    [],
  ],
  [
    "one is used once",
    [proposing(NAME), finding("02", "prod"), finding("03", "prod")],
    [NAME, undefined],
    [NOT_JSON],
  ],
  [
    "one is another's by its id, which comes later",
    [
      proposing(NAME, OWNER),
      finding("02", "prod"),
      finding("03", "prod", { "tool_call.id": "c0", "gen_ai.tool.call.id": "c0" }),
    ],
    [OWNER, NAME],
    [],
  ],
])("the name of a bare value: %s", async (_, spans, args, causes) => {
  const read = await importVariant(otel, { of: "", content: [otlp(spans)], calls: [] });
  expect(read.calls.map((call) => call["args"])).toEqual(args);
  expect(read.causes).toEqual(causes);
});
