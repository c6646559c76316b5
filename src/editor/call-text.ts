import { callPath } from "./calls.ts";
import { toolText } from "./node-parts.ts";
import { fieldText, itemEnd } from "./rule-text.ts";
import type { Typing } from "./typing.ts";

/** A fixture may use another one, and that one the first. */
const MOST_FIXTURES = 20;
const ACTION = /(?:^|[\s{,-])action:[ \t]*(?=\{|\r?\n)/;

/** What is written of a fixture of the file; undefined: it has none of that name. */
function fixtureText(text: string, name: string): string | undefined {
  const block = /^fixtures:[^\n]*\n/m.exec(text);
  if (block === null) return undefined;
  const start = block.index + block[0].length;
  const body = text.slice(start, itemEnd(text, block.index));
  const line = body.split("\n").findIndex((one) => {
    const [, written] = /^\s+["']?([^\s"':]+)["']?:(?:\s|$)/.exec(one) ?? [];
    return written === name;
  });
  if (line < 0) return undefined;
  const lineStart = start + body.split("\n").slice(0, line).join("\n").length + (line > 0 ? 1 : 0);
  const indent = /^\s*/.exec(text.slice(lineStart))?.[0].length ?? 0;
  return text.slice(lineStart + indent, itemEnd(text, lineStart + indent));
}

/** What is written of the action of a call: behind its `{`, or in the lines below it. */
function actionText(call: string): string {
  const found = ACTION.exec(call);
  if (found === null) return "";
  const start = found.index + found[0].length;
  if (call.startsWith("{", start)) return /^\{[^}]*/.exec(call.slice(start))?.[0] ?? "";
  const key = start - "action:".length;
  return call.slice(start, itemEnd(call, call.lastIndexOf("action:", key + 1)));
}

/**
 * The tool of the call in which somebody types, as a pattern of actions, read from the text alone,
 * since the call may be half-typed; undefined: it names none, nor does a fixture that it uses.
 */
export function calledActionsAround({ text, cursor }: Typing): readonly string[] | undefined {
  const { path, starts } = cursor;
  // a matrix gives its values to the call of its test
  const depth = callPath(path)?.length ?? (path[0] === "tests" ? 2 : undefined);
  const start = depth === undefined ? undefined : starts[depth - 1];
  if (start === undefined) return undefined;
  let call: string | undefined = text.slice(start, itemEnd(text, start));
  let [name, server]: (string | undefined)[] = [];
  for (let i = 0; call !== undefined && i < MOST_FIXTURES; i++) {
    const action = actionText(call);
    name ??= fieldText(action, "name");
    server ??= fieldText(action, "server");
    const use: string | undefined = fieldText(call, "use");
    call = use === undefined ? undefined : fixtureText(text, use);
  }
  return name === undefined ? undefined : [toolText(server, name)];
}
