import { basename } from "node:path";
import { isJsonObject, type Json } from "../request/json.ts";
import { blanksBefore, type Edit } from "../text/json-edits.ts";
import type { PlacedJson, PlacedMember } from "../text/placed-json.ts";
import { isServerName } from "./server-name.ts";

/** An entry of a server in the text of a host's file. */
export interface Entry {
  readonly text: string;
  readonly server: string;
  readonly placed: PlacedJson;
}

/** What changes in the text for an entry, or why it stays as it is. */
export type Change = readonly Edit[] | string;

/** How a server is started through the gateway: what stands before `--`. */
export type GatewayCommand = (server: string) => readonly string[];

/** The words after `agentz proxy` of an entry; undefined: it does not start the gateway. */
export function gatewayWords(entry: unknown): readonly string[] | undefined {
  const args: Json | undefined = isJsonObject(entry) ? entry["args"] : undefined;
  const [program, word, ...words] = Array.isArray(args) ? args : [];
  const isOwn = typeof program === "string" && /^agentz(?:\.js)?$/.test(basename(program));
  return isOwn && word === "proxy" && words.every((one) => typeof one === "string")
    ? words
    : undefined;
}

/** Whether an entry starts one server through the gateway. */
function isWrapped(entry: unknown): boolean {
  const words = gatewayWords(entry) ?? [];
  const end = words.indexOf("--");
  return end >= 0 && end + 1 < words.length;
}

/** The members of an entry that change; a text says why they cannot be told. */
interface Parts {
  readonly command: PlacedMember;
  readonly args: PlacedMember | undefined;
}

function partsOf({ placed: { value, members } }: Entry): Parts | string {
  if (!isJsonObject(value) || members === undefined) return "it is not an object";
  const [commands, args] = ["command", "args"].map((key) => members.filter((m) => m.key === key));
  const twice = [commands, args].find((some) => (some?.length ?? 0) > 1)?.[0]?.key;
  if (twice !== undefined) return `it has \`${twice}\` twice`;
  const [command] = commands ?? [];
  if (typeof command?.value.value !== "string")
    return "it is not started by a command: put `agentz proxy --listen` before its address";
  const list = args?.[0]?.value;
  if (
    list !== undefined &&
    list.items?.every(({ value: word }) => typeof word === "string") !== true
  )
    return "its `args` are not texts";
  return { command, args: args?.[0] };
}

/**
 * What puts the gateway before a server. {@link unwrapped} gives the bytes back, so the layout of what
 * is added tells what was there: a list with words gets the new ones in front, in its own layout; an
 * empty one keeps its
 * blanks behind `[ ... `; and a list that was not there is one line right behind the command.
 */
export function wrapped(entry: Entry, gateway: GatewayCommand): Change {
  const { text, server, placed } = entry;
  if (isWrapped(placed.value)) return "it goes through the gateway already";
  const parts = partsOf(entry);
  if (typeof parts === "string") return parts;
  if (!isServerName(server)) return "its name cannot be the name of a server in policies";
  const { command, args } = parts;
  const [program = "", ...before] = gateway(server).map((word) => JSON.stringify(word));
  const words = [...before, '"--"', text.slice(command.value.start, command.value.end)];
  const starts = { start: command.value.start, end: command.value.end, text: program };
  if (args === undefined) {
    const list = `,${blanksBefore(text, command.start)}"args": [${words.join(", ")}]`;
    return [{ ...starts, text: `${program}${list}` }];
  }
  const at = args.value.start + 1;
  const [first] = args.value.items ?? [];
  if (first === undefined) return [starts, { start: at, end: at, text: ` ${words.join(", ")} ` }];
  const blanks = text.slice(at, first.start);
  const isPlain = blanks.trim() === "" && blanks !== "";
  const added = isPlain
    ? `${words.map((word) => `${blanks}${word}`).join(",")},`
    : `${words.join(", ")}, `;
  return [starts, { start: at, end: at, text: added }];
}

/** What {@link wrapped} added to the list of words, or the whole list if there was none. */
function addedWords(entry: Entry, { command, args }: Parts): Edit | undefined {
  const { text } = entry;
  const items = args?.value.items ?? [];
  const at = items.findIndex(({ value }) => value === "--") + 1;
  const [own, next] = [items[at], items[at + 1]];
  if (args === undefined || own === undefined) return undefined;
  const start = args.value.start + 1;
  const isTight = items[0]?.start === start;
  if (next === undefined) {
    const between = text.slice(command.value.end, args.value.start);
    const asAdded = `,${blanksBefore(text, command.start)}"args": `;
    if (isTight && between === asAdded && own.end === args.value.end - 1)
      return { start: command.value.end, end: args.value.end, text: "" };
    return { start, end: own.end + (text[own.end] === " " ? 1 : 0), text: "" };
  }
  // somebody else may have written something between
  if (text[own.end] !== ",") return { start, end: next.start, text: "" };
  const end = own.end + 1;
  return { start, end: end + (isTight && text[end] === " " ? 1 : 0), text: "" };
}

/** What takes the gateway away again: an entry that nobody changed has the bytes of before. */
export function unwrapped(entry: Entry): Change {
  const { text, placed } = entry;
  if (!isWrapped(placed.value)) return "it does not go through the gateway";
  const parts = partsOf(entry);
  if (typeof parts === "string") return parts;
  const words = addedWords(entry, parts);
  const items = parts.args?.value.items ?? [];
  const own = items[items.findIndex(({ value }) => value === "--") + 1];
  if (words === undefined || own === undefined) return "it does not go through the gateway";
  const { start, end } = parts.command.value;
  return [{ start, end, text: text.slice(own.start, own.end) }, words];
}
