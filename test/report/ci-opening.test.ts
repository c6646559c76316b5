import { describe, expect, test } from "vitest";
import { jsonl, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";
import { comment, firstScreen } from "./comment.ts";

const HEAD = "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n";

/** A policy `p` with these rules. */
const policy = (...rules: readonly string[]): string =>
  HEAD + rules.map((rule) => `  - ${rule}\n`).join("");

const ALL = "{ id: open, effect: allow }";
const SHELL = "{ id: shell, effect: allow, subjects: ['agent:coder'], actions: [host/shell] }";
const denial = (id: string): string =>
  `{ id: ${id}, effect: deny, actions: [host/shell], when: "args.command == '${id}'" }`;
const HELD = "{ id: pay, effect: require_approval, actions: [payments/refund] }";

const call = (id: string, action: string, args: object): object => {
  const [server, name] = action.split("/");
  return { id, subject: { type: "agent", id: "coder" }, action: { server, name }, args };
};
const TRACE = jsonl([
  call("s/1", "host/shell", { command: "ls" }),
  call("s/2", "payments/refund", { amount: 5 }),
  call("s/3", "mail/send", { to: "eve" }),
]);

/** The lines of the section, without its title. */
async function allowed(before: string, after: string): Promise<readonly string[]> {
  const text = firstScreen(await comment(before, after, { trace: TRACE }));
  const [part = ""] = text.slice(text.indexOf("### Now allowed")).split("\n\n###");
  return part.split("\n").slice(2);
}

describe("what is now allowed: what a change proves before what a trace happened to hold", () => {
  test("a rule that allows everything first, then what is gone by name, then recorded calls", async () => {
    const denials = ["a", "b", "c"].map(denial);
    const lines = await allowed(policy(SHELL, HELD, ...denials), policy(ALL));
    expect(lines.slice(0, 3)).toEqual([
      "- **every agent may call every tool, without a condition**: rule `p/open` is new: it allows every action",
      "- **3 denials removed**: `p/a`, `p/b`, `p/c`",
      "- **1 approval removed**: `p/pay`",
    ]);
    expect(lines[3]).toMatch(
      /^- \*\*agent:coder mail\/send\*\*: deny → allow, 1 recorded call, by/,
    );
    expect(lines.join("\n")).not.toContain("may allow more:");
  });

  test.each([
    ["{ id: r, effect: allow, actions: [crm/read] }", "every agent may make these calls"],
    ["{ id: r, effect: allow, subjects: ['agent:x'] }", "`agent:x` may call every tool"],
    ["{ id: r, effect: allow, subjects: ['agent:*:a'] }", "`agent:*:a` may call every tool"],
    [
      "{ id: r, effect: allow, subjects: ['agent:a', 'agent:b', 'agent:c', 'agent:d'] }",
      "these agents may call every tool",
    ],
    [
      "{ id: r, effect: allow, resources: ['file:/tmp/*'] }",
      "every agent may call every tool on these resources",
    ],
    ["{ id: r, effect: allow, subjects: ['agent:*'], when: 'true' }", "every agent may call every"],
  ])("how broad a new rule is: %s", async (rule, words) => {
    const [first] = await allowed(policy(SHELL), policy(SHELL, rule));
    expect(first).toContain(`- **${words}`);
    expect(first).toContain(", without a condition**: rule `p/r` is new");
  });

  test("a rule that allows everything beside denials is not said to open what they stop", async () => {
    const lines = await allowed(policy(SHELL, denial("rm")), policy(SHELL, denial("rm"), ALL));
    expect(lines[0]).toContain(
      "- **every agent may call every tool that no other rule stops, without a condition**: rule `p/open`",
    );
  });

  test("nor what manifests of agents stop", async () => {
    const catalog =
      "---\napiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\n" +
      "agents: [{ id: coder, owner: o, status: commissioned, manifest: { tools: [{ name: host/shell }] } }]\n";
    const [first] = await allowed(policy(SHELL) + catalog, policy(ALL) + catalog);
    expect(first).toContain("**every agent may call every tool that its manifest allows, without");
  });

  describe("a manifest that allows every tool stops nothing", () => {
    const TOOLS =
      "tools:\n" +
      "  - { name: read, server: crm, effects: [read], reversible: true }\n" +
      "  - { name: refund, server: payments, effects: [pay], reversible: false }\n" +
      "  - { name: drop, server: db, effects: [delete], reversible: false }\n";
    const catalog = (...agents: readonly string[]): string =>
      `---\napiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\n${TOOLS}agents:\n` +
      agents.map((one) => `  - { owner: o, status: commissioned, ${one} }\n`).join("");
    const manifest = (id: string, tools: string): string =>
      `id: ${id}, manifest: { tools: [${tools}] }`;
    const CODER = manifest("coder", "{ name: host/shell }");
    const FIX = "{ id: fix, effect: allow, subjects: ['agent:quickfix'] }";

    test("of a new agent is the first that heading and page say", async () => {
      const before = policy(SHELL, HELD) + catalog(CODER);
      const after = (agent: string): string => policy(SHELL, HELD, FIX) + catalog(CODER, agent);
      const cwd = scratch({
        "before.yaml": before,
        "every.yaml": after(manifest("quickfix", "{ name: '*/*' }")),
        "some.yaml": after(manifest("quickfix", "{ name: 'crm/*' }")),
        "t.jsonl": TRACE,
      });
      const run = async (...args: readonly string[]): Promise<string> =>
        (await runInProcess(cwd, {}, [...args, "--baseline", "before.yaml", "--trace", "t.jsonl"]))
          .stdout;
      const ci = (file: string): Promise<string> =>
        run("ci", "--candidate", file, "--output", "markdown=-", "--gate", "malformed=0");
      const what =
        "agent:quickfix may call every tool, those that pay and delete included, that no other rule stops, " +
        "without a condition";
      expect(await ci("every.yaml")).toMatch(
        new RegExp(`^## agentz: .{1,3}(?:do not merge yet: )?${what}; `, "mu"),
      );
      expect(await ci("some.yaml")).not.toMatch(/^## agentz: .*may call/m);
      const page = await run("report", "--candidate", "every.yaml", "--format", "html");
      expect(page).toContain(`<p class="aloud">By the rule p/fix of the new policies ${what}.`);
    });

    test("of a new agent, with what its tools do that is grave", async () => {
      const lines = await allowed(
        policy(SHELL) + catalog(CODER),
        policy(SHELL, FIX) + catalog(CODER, manifest("quickfix", "{ name: '*/*' }")),
      );
      expect(lines[0]).toContain(
        "- **`agent:quickfix` may call every tool, those that pay and delete included, without a condition**: ",
      );
    });

    test.each([
      ["fewer tools", manifest("quickfix", "{ name: 'crm/*' }")],
      [
        "some arguments",
        manifest("quickfix", "{ name: '*/*', args: { type: object, required: [a] } }"),
      ],
      ["some calls", "id: quickfix, manifest: { tools: [{ name: '*/*' }], max_calls: 3 }"],
    ])("but one of %s does", async (_, agent) => {
      const [first] = await allowed(
        policy(SHELL) + catalog(CODER),
        policy(SHELL, FIX) + catalog(CODER, agent),
      );
      expect(first).toContain(
        "- **`agent:quickfix` may call every tool that its manifest allows, without a condition**",
      );
    });

    test("a new tool is told with what it does that is grave", async () => {
      const rules = policy(
        SHELL,
        "{ id: own, effect: allow, subjects: ['agent:x'], when: action.reversible }",
      );
      const more = "  - { name: grant, server: iam, effects: [grant, read], reversible: false }\n";
      const after = catalog(CODER).replace("agents:\n", `${more}agents:\n`);
      const [first] = await allowed(rules + catalog(CODER), rules + after);
      expect(first).toContain("tool `iam/grant` is new: it gives access and cannot be undone");
    });

    test("of an agent whose rules stay as they are", async () => {
      const rules = policy(SHELL, FIX);
      const fewer = rules + catalog(CODER, manifest("quickfix", "{ name: 'crm/*' }"));
      const every = rules + catalog(CODER, manifest("quickfix", "{ name: '*/*' }"));
      expect(await allowed(fewer, every)).toEqual([
        "- may allow more: agent `quickfix`: its manifest now allows every tool, those that pay and delete included",
      ]);
      expect(await allowed(rules + catalog(CODER), every)).toEqual([
        expect.stringContaining(
          "agent `quickfix`: it is new, and its manifest allows every tool, those that pay and delete included",
        ),
      ]);
    });
  });

  test("a denial of all agents does not say that nothing is allowed: people may call", async () => {
    const stop = "{ id: stop, effect: deny, subjects: ['agent:*'] }";
    const lines = await allowed(policy(SHELL), policy(stop, "{ id: all, effect: allow }"));
    expect(lines.join("\n")).not.toContain("Nothing: ");
  });

  test("a rule that lost its condition, and an approval that is gone", async () => {
    const small =
      "{ id: small, effect: allow, subjects: ['agent:coder'], actions: [payments/refund]";
    const lost = await allowed(
      policy(`${small}, when: "args.amount < 3.0" }`),
      policy(`${small} }`),
    );
    expect(lost[0]).toContain("- **without a condition**: rule `p/small`: it no longer needs");
    const gone = await allowed(policy(`${small} }`, HELD), policy(`${small} }`));
    expect(gone[0]).toContain("- **approval removed**: rule `p/pay` was removed");
  });

  test("a removed denial with a call that shows it, though no recorded call does", async () => {
    const lines = await allowed(policy(SHELL, denial("rm")), policy(SHELL));
    expect(lines).toEqual([
      "- **denial removed**: rule `p/rm` was removed: it was a rule that denies `host/shell` " +
        "where `args.command == 'rm'`",
      expect.stringMatching(/^ {2}- one call: agent:coder calls host\/shell, args .*"rm"/),
    ]);
  });

  test("an approval that asks for less is not said to allow the call, but to demand less", async () => {
    const held = (quorum: number): string =>
      policy(SHELL, HELD.replace(" }", `, approval: { quorum: ${quorum} } }`));
    expect(await allowed(held(2), held(1))).toEqual([
      "agentz found nothing, in the recorded calls or in the changed rules.",
    ]);
    const text = firstScreen(await comment(held(2), held(1), { trace: TRACE }));
    expect(text).toContain("### Decided as before, but less is demanded\n\n- **agent:coder pay");
    const unseen = await comment(held(2), held(1), { trace: jsonl([call("s/1", "a/b", {})]) });
    expect(firstScreen(unseen)).toContain(
      "- may demand less: rule `p/pay`: it now needs 1 approval",
    );
  });

  test("nothing, where a new rule denies every call", async () => {
    const stop = "{ id: stop, effect: deny }";
    expect(await allowed(policy(SHELL, denial("rm")), policy(stop))).toEqual([
      "Nothing: rule `p/stop` is new: it denies every action.",
    ]);
  });

  test("how many widenings a cut hides, and which of them were incidents", async () => {
    const tools = ["a", "b", "c", "d", "e"];
    const trace = jsonl(
      tools.map((tool, i) => ({
        ...call(`s/${i}`, `x/${tool}`, {}),
        ...(i > 2 && { labels: { incident: true } }),
      })),
    );
    const text = await comment(policy(SHELL), policy(SHELL, ALL), { trace });
    expect(firstScreen(text)).toMatch(
      /^- … and 2 more groups of widened calls \(2 recorded calls\), under “The replay”$/m,
    );
    const rules = tools.map(
      (tool) =>
        `{ id: r-${tool}, effect: allow, subjects: ['agent:x'], actions: [x/${tool}], when: "args.${tool} > 1.0" }`,
    );
    const changed = tools.map(
      (tool) => `{ id: r-${tool}, effect: allow, actions: ["x/${tool}*"], when: "args.z != 2.0" }`,
    );
    const lines = await allowed(policy(...rules), policy(...changed));
    expect(lines.at(-1)).toBe("- … and 3 more changes that may allow more, under “What changed”");
  });
});

const STATE = (within: string): string =>
  `${HEAD.replace("rules:\n", "")}session:\n  counters:\n    - name: paid\n      add: args.amount\n` +
  `      when: action.name == 'refund'\n      within: ${within}\n      key: subject\nrules:\n` +
  "  - { id: pay, effect: allow, actions: [payments/refund], " +
  'when: "session.counters.paid + args.amount <= 10.0" }\n';

describe("what causes that calls are widened stands with them", () => {
  const paid = (at: number, labels: object): object => ({
    ...call(`s/${at}`, "payments/refund", { amount: 6 }),
    session: "s",
    time: `2026-05-04T09:${at}0:00Z`,
    labels,
  });
  const trace = jsonl([paid(0, {}), paid(2, { incident: true })]);

  test("a change of a counter, and then it is not among those that may allow more", async () => {
    const text = firstScreen(await comment(STATE("1h"), STATE("1m"), { trace }));
    const lines = text.slice(text.indexOf("### Now allowed")).split("\n");
    expect(lines[2]).toContain("1 recorded call (**labelled as an incident, stopped before**)");
    expect(lines[3]).toBe("  - session counter `paid`: its `within` goes from 1h to 1m");
    expect(lines[4]).toBe("");
  });

  test("a change of a rule that explains the calls is the only one that is told", async () => {
    const opened = STATE("1m").replace("<= 10.0", "<= 20.0");
    const text = firstScreen(await comment(STATE("1h"), opened, { trace }));
    const lines = text.slice(text.indexOf("### Now allowed")).split("\n");
    expect(lines[3]).toMatch(/^ {2}- rule `p\/pay`: .*20/);
    expect(text).not.toMatch(/^ {2}- .*session counter/m);
  });
});

const HARD =
  "{ id: hard, effect: deny, actions: [host/shell], on_deny: suspend_session, " +
  "when: \"args.command == 'rm'\" }";

describe("design 6.5: a denial that is gone and whose calls stay denied", () => {
  const laxer = async (before: string, after: string): Promise<string> => {
    const text = firstScreen(await comment(before, after, { trace: TRACE }));
    return text.slice(text.indexOf("### Now allowed"));
  };

  test("is not among what is now allowed, but no longer blocks what follows", async () => {
    const other = "{ id: mail, effect: allow, actions: [mail/send] }";
    const text = await laxer(policy(SHELL, HARD, other), policy(other));
    expect(text).toMatch(/^### Now allowed that was not\n\nagentz found nothing,/);
    expect(text.split("### Decided as before, but less is demanded\n\n")[1]).toMatch(
      /^- denied as before, but no longer blocks later calls: rule `p\/hard` was removed/,
    );
  });

  test("is said of the rule that blocked, and not of an approval that goes with it", async () => {
    const ask = "{ id: ask, effect: require_approval, actions: [host/shell] }";
    const other = "{ id: mail, effect: allow, actions: [mail/send] }";
    const block = "{ id: block, effect: deny, when: args.secret, on_deny: suspend_session }";
    const text = await laxer(policy(block, ask, other), policy(other));
    expect(text).toContain("**denial removed**: rule `p/block` was removed");
    expect(text).not.toContain("later calls: rule `p/ask`");
  });

  test("is among it where other rules allow its calls", async () => {
    const text = await laxer(policy(SHELL, HARD), policy(SHELL));
    expect(text).toMatch(
      /^### Now allowed that was not\n\n- \*\*denial removed\*\*: rule `p\/hard`/,
    );
    expect(text).not.toContain("denied as before");
  });
});

describe("incidents among widened calls", () => {
  const HELD_BY = (quorum: number): string =>
    policy(
      "{ id: pay, effect: require_approval, actions: [payments/*], " +
        `approval: { approvers: ["role:a"], quorum: ${quorum} } }`,
    );

  test("are marked where they wait for fewer approvals, and their group stands first", async () => {
    const trace = jsonl([
      ...[1, 2, 3].map((i) => call(`s/${i}`, "payments/pay", {})),
      { ...call("s/4", "payments/refund", {}), labels: { incident: true } },
    ]);
    const text = firstScreen(await comment(HELD_BY(2), HELD_BY(1), { trace }));
    const lines = text.slice(text.indexOf("### Decided as before")).split("\n");
    expect(lines[2]).toMatch(
      /^- \*\*agent:coder payments\/refund\*\*: needs an approval as before, /,
    );
    expect(lines[2]).toContain("1 recorded call (**labelled as an incident**)");
    expect(lines[3]).toContain("payments/pay");
  });
});
