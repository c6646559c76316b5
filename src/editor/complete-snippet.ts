import type { Completion } from "./completion-item.ts";
import type { EditorSet } from "./editor-set.ts";
import { byCatalog, ruleNames } from "./set-words.ts";
import type { Typing } from "./typing.ts";

/** A whole item of a list, with places to fill in: lines in the syntax of the protocol's snippets. */
interface Snippet {
  readonly label: string;
  readonly about: string;
  readonly lines: readonly string[];
}

/** So many names are offered at one place. */
const MOST_CHOICES = 30;
/** A name that stands in a flow list, and among choices, as it is. */
const PLAIN = /^[\w.][\w./:-]*$/;

/** Stands where a tool is to be named. */
const NO_TOOL = "server/tool";

/** A place to fill in: one of the names that the set declares, else an example of one. */
function stop(place: number, names: readonly string[], example: string): string {
  const plain = names.filter((name) => PLAIN.test(name)).slice(0, MOST_CHOICES);
  return plain.length === 0 ? `\${${place}:${example}}` : `\${${place}|${plain.join(",")}|}`;
}

function toolsOf(set: EditorSet): readonly string[] {
  return byCatalog(set, ({ tools }) => tools.map(({ server, name }) => `${server}/${name}`));
}

function rules({ set }: Typing): readonly Snippet[] {
  const tool = stop(2, toolsOf(set), NO_TOOL);
  // WHY first a tool that there is not: whoever fills nothing in allows nothing
  const harmless = stop(2, [NO_TOOL, ...toolsOf(set)], NO_TOOL);
  const roles = byCatalog(set, ({ people }) => people.flatMap((one) => one.roles));
  const approver = stop(
    4,
    [...new Set(roles)].map((role) => `role:${role}`),
    "role:manager",
  );
  return [
    {
      label: "allow rule",
      about: "What an agent may do, with an example call that it lets run.",
      lines: [
        "id: ${1:name}",
        "effect: allow",
        `actions: [${harmless}]`,
        "when: ${3:true}",
        "match: [{ args: {$4} }]$0",
      ],
    },
    {
      label: "deny rule",
      about: "What nobody may do, with the reason that is shown to whoever is denied.",
      lines: [
        "id: ${1:name}",
        "effect: deny",
        `actions: [${tool}]`,
        "when: ${3:true}",
        "reason: ${4:why this is denied}",
        "match: [{ args: {$5} }]$0",
      ],
    },
    {
      label: "approval rule",
      about: "What waits until people approve it: who, how many, and for how long that counts.",
      lines: [
        "id: ${1:name}",
        "effect: require_approval",
        `actions: [${harmless}]`,
        "when: ${3:true}",
        `approval: { approvers: ["${approver}"], quorum: \${5:1}, within: \${6:1h} }`,
        "match: [{ args: {$7} }]$0",
      ],
    },
  ];
}

function calls(set: EditorSet, from: number): string {
  const [first] = toolsOf(set);
  const [server = "server", name = "tool"] = first?.split("/") ?? [];
  const agents = byCatalog(set, (catalog) => (catalog.agents ?? []).map(({ id }) => id));
  return [
    `subject: { type: agent, id: ${stop(from, agents, "agent")} }`,
    `action: { server: \${${from + 1}:${server}}, name: \${${from + 2}:${name}} }`,
    `args: {$${from + 3}}`,
  ].join(", ");
}

function expectation(set: EditorSet, from: number): string {
  const names = ruleNames(set, "").map(({ text }) => text);
  const effect = stop(from, ["allow", "deny", "require_approval"], "");
  return `{ effect: ${effect}, rule: ${stop(from + 1, [...names, "default"], "")} }`;
}

function tests({ set }: Typing): readonly Snippet[] {
  return [
    {
      label: "test",
      about: "One call, and what has to be decided about it.",
      lines: [
        "name: ${1:what has to hold}",
        `call: { ${calls(set, 2)} }`,
        `expect: ${expectation(set, 6)}$0`,
      ],
    },
    {
      label: "session test",
      about: "Calls of one session in their order: what the first does may change the second.",
      lines: [
        "name: ${1:what has to hold}",
        "session:",
        `  - call: { ${calls(set, 2)} }`,
        `    expect: ${expectation(set, 6)}`,
        `  - call: { ${calls(set, 8)} }`,
        "    at: ${12:+1m}",
        `    expect: ${expectation(set, 13)}$0`,
      ],
    },
  ];
}

function tools(): readonly Snippet[] {
  const effects = ["read", "create", "update", "delete", "execute", "send", "pay", "grant"];
  return [
    {
      label: "tool",
      about: "A tool that agents call: what it does to the world, and its arguments.",
      lines: [
        "name: ${1:name}",
        "server: ${2:server}",
        `effects: [${stop(3, effects, "")}]`,
        "args: { type: object, properties: { ${4:amount}: { type: ${5|number,string,boolean|} } } }",
        "resource: none$0",
      ],
    },
  ];
}

function agents(): readonly Snippet[] {
  return [
    {
      label: "agent",
      about: "The record of one agent: who answers for it, and what it is for.",
      lines: [
        "id: ${1:name}",
        "owner: ${2:team}",
        "purpose: ${3:what it does, for whom}",
        "status: commissioned$0",
      ],
    },
  ];
}

/** By the list of a document in which the item stands. */
const BY_LIST: ReadonlyMap<unknown, (typing: Typing) => readonly Snippet[]> = new Map<
  unknown,
  (typing: Typing) => readonly Snippet[]
>([
  ["rules", rules],
  ["tests", tests],
  ["tools", tools],
  ["agents", agents],
]);

/**
 * Whole items of a list in block style, where an item begins or may begin; each with tab stops, in
 * the syntax of the protocol's snippets. Lines after the first are indented as far as the item is
 * behind the indentation of its line, which is what editors indent them by themselves.
 */
export function snippetCompletions(typing: Typing): readonly Completion[] {
  const { text, offset, cursor, root } = typing;
  const [list, item, ...below] = cursor.path;
  const snippets = root === undefined || below.length > 0 ? undefined : BY_LIST.get(list);
  if (snippets === undefined || cursor.role !== "open") return [];
  const start = cursor.start < 0 ? offset : cursor.start;
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const isFlow = /^["']?\w+["']?[ \t]*:[ \t]*\[/.test(text.slice(cursor.starts[0]));
  if (isFlow || !/^[ -]*$/.test(line)) return [];
  const isItem = item !== undefined;
  const indent = line.length - (/^ */.exec(line)?.[0].length ?? 0) + (isItem ? 0 : "- ".length);
  return snippets(typing).map(({ label, about, lines }) => ({
    label,
    kind: "snippet" as const,
    detail: "with places to fill in",
    about,
    insert: `${isItem ? "" : "- "}${lines.join(`\n${" ".repeat(indent)}`)}`,
    replace: { start, end: offset },
    // behind the fields and words
    rank: 3,
  }));
}
