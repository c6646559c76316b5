import { describe, expect, test as trick } from "vitest";
import { call, catalog, decide, load, policy, verdict } from "./world.ts";

const object = { type: "object" };
const tools = [
  { name: "send", server: "mail", effects: ["send"], args: object },
  { name: "send", server: "payments", effects: ["pay"], args: object },
  {
    name: "read_file",
    server: "host",
    effects: ["read"],
    args: object,
    resource: { type: "file", id: "args.path" },
  },
  {
    name: "cat",
    server: "host",
    effects: ["read"],
    args: object,
    resource: { type: "file", id: "args.file" },
  },
  { name: "call_tool", server: "host", effects: ["execute"], args: object },
];
const CATALOG = catalog({ tools, resources: [{ match: "file:*", form: "path" }] });

describe("how policies are fooled, 4: tools", () => {
  trick(
    "tools: another case of a known tool is a look-alike: not allowed, and a deny rule still denies",
    () => {
      const set = load(
        policy([
          { id: "mail", effect: "allow", actions: ["mail/send"] },
          { id: "pay", effect: "deny", actions: ["payments/send"] },
        ]),
        CATALOG,
      );
      expect(verdict(decide(set, call("mail/send", {})))).toBe("allow");
      for (const tool of ["Mail/Send", "MAIL/SEND", "mail/Send"])
        expect([tool, verdict(decide(set, call(tool, {})))]).toEqual([tool, "deny?"]);
      expect(
        verdict(
          decide(
            load(
              policy([
                { id: "all", effect: "allow" },
                { id: "pay", effect: "deny", actions: ["payments/send"] },
              ]),
              CATALOG,
            ),
            call("Payments/send", {}),
          ),
        ),
      ).toBe("deny?");
    },
  );
  trick("tools: the name of a server inside the name of a tool is not its server", () => {
    const set = load(policy([{ id: "mail", effect: "allow", actions: ["mail/send"] }]), CATALOG);
    const named = (server: string, name: string): string =>
      verdict(decide(set, call("x", {}, { action: { server, name } })));
    expect(named("mail", "send")).toBe("allow");
    expect([
      named("evil", "mail/send"),
      named("host", "mail/send"),
      named("mail/send", "x"),
      named("evil/mail", "send"),
      named("mail", "send/../x"),
      named("mail", "mail/send"),
      named("mail", "mail_send"),
    ]).toEqual(Array(7).fill("deny"));
    expect(named("mail ", "send")).toBe("deny?");
  });
  trick("tools: a slash in the name of a server does not change the server of its tool", () => {
    const set = load(
      policy([{ id: "reads", effect: "allow", when: "action.effects == ['read']" }]),
      catalog({ tools: [{ name: "files/read", server: "kb", effects: ["read"] }] }),
    );
    expect([
      verdict(decide(set, call("kb/files/read", {}))),
      verdict(decide(set, call("x", {}, { action: { server: "kb/files", name: "read" } }))),
    ]).toEqual(["allow", "deny?"]);
  });
  trick(
    "tools: two servers with one tool name are two tools; only a pattern without a server fits both",
    () => {
      const outcome = (actions: string, tool: string): string =>
        verdict(
          decide(
            load(policy([{ id: "x", effect: "allow", actions: [actions] }]), CATALOG),
            call(tool, {}),
          ),
        );
      expect([outcome("mail/send", "mail/send"), outcome("mail/send", "payments/send")]).toEqual([
        "allow",
        "deny",
      ]);
      expect([outcome("send", "mail/send"), outcome("send", "payments/send")]).toEqual([
        "allow",
        "allow",
      ]);
      const effects = load(
        policy([
          { id: "x", effect: "allow", actions: ["send"], when: "!('pay' in action.effects)" },
        ]),
        CATALOG,
      );
      expect([
        verdict(decide(effects, call("mail/send", {}))),
        verdict(decide(effects, call("payments/send", {}))),
        verdict(decide(effects, call("new/send", {}))),
      ]).toEqual(["allow", "deny", "deny?"]);
    },
  );
  trick("tools: a call without a server is unknown to a rule that names one", () => {
    const set = load(policy([{ id: "mail", effect: "allow", actions: ["mail/send"] }]), CATALOG);
    expect(verdict(decide(set, call("x", {}, { action: { name: "send" } })))).toBe("deny?");
  });
  trick("tools: rules apply to a meta-tool, not to the tool that its arguments name", () => {
    const rules = [{ id: "mail", effect: "allow", actions: ["mail/send"] }];
    const meta = call("call_tool", {
      server: "mail",
      name: "send",
      action: { server: "mail", name: "send", effects: [] },
    });
    expect(verdict(decide(load(policy(rules), CATALOG), meta))).toBe("deny");
    // once it is let through it opens what is behind it: the rule has to say what that may be
    const narrow = load(
      policy([
        ...rules,
        {
          id: "meta",
          effect: "allow",
          actions: ["host/call_tool"],
          when: "args.server + '/' + args.name in ['mail/send']",
        },
      ]),
      catalog({
        tools: tools.map((tool) =>
          tool.name === "call_tool"
            ? {
                ...tool,
                args: {
                  type: "object",
                  properties: { server: { type: "string" }, name: { type: "string" } },
                },
              }
            : tool,
        ),
      }),
    );
    expect([
      verdict(decide(narrow, meta)),
      verdict(decide(narrow, call("call_tool", { server: "payments", name: "send" }))),
      verdict(decide(narrow, call("call_tool", { server: "mail/send", name: "" }))),
    ]).toEqual(["allow", "deny", "deny"]);
    const manifest = load(
      policy([{ id: "all", effect: "allow" }]),
      catalog({ tools, agents: [{ id: "a", manifest: { tools: [{ name: "mail/send" }] } }] }),
    );
    expect(decide(manifest, meta)).toMatchObject({ effect: "deny", rules: ["manifest/a"] });
  });
  trick("tools: a deny rule on a resource or an effect applies to every tool that has it", () => {
    const byName = load(
      policy([
        { id: "host", effect: "allow", actions: ["host/*"] },
        { id: "no", effect: "deny", actions: ["read_file"], resources: ["file:/etc/**"] },
      ]),
      CATALOG,
    );
    expect([
      verdict(decide(byName, call("read_file", { path: "/etc/x" }))),
      verdict(decide(byName, call("cat", { file: "/etc/x" }))),
    ]).toEqual(["deny", "allow"]);
    const byResource = load(
      policy([
        { id: "host", effect: "allow", actions: ["host/*"] },
        { id: "no", effect: "deny", resources: ["file:/etc/**"] },
      ]),
      CATALOG,
    );
    expect([
      verdict(decide(byResource, call("read_file", { path: "/etc/x" }))),
      verdict(decide(byResource, call("cat", { file: "/etc/x" }))),
      verdict(decide(byResource, call("cat", { file: "/tmp/x" }))),
    ]).toEqual(["deny", "deny", "allow"]);
    // a tool that nobody declared might read it too
    expect(verdict(decide(byResource, call("less", { file: "/etc/x" })))).toBe("deny?");
  });
});
