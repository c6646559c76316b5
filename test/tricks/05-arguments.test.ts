import { describe, expect, test as trick } from "vitest";
import { call, catalog, decide, load, policy, verdict } from "./world.ts";

const rules = [
  {
    id: "own-people",
    effect: "allow",
    actions: ["mail/send"],
    when: "args.to.all(a, host(a) == 'acme.example')",
  },
  {
    id: "refund",
    effect: "allow",
    actions: ["pay/refund"],
    when: "args.amount > 0 && args.amount <= 100",
  },
];
const tools = [
  {
    name: "send",
    server: "mail",
    effects: ["send"],
    args: {
      type: "object",
      properties: { to: { type: "array", items: { type: "string" } }, body: { type: "string" } },
    },
  },
  {
    name: "refund",
    server: "pay",
    effects: ["pay"],
    args: { type: "object", properties: { amount: { type: "number" } } },
  },
];
const SET = load(policy(rules), catalog({ tools }));
const mail = (args: object): string => verdict(decide(SET, call("mail/send", args)));
const refund = (args: object): string => verdict(decide(SET, call("pay/refund", args)));

describe("how policies are fooled, 5: arguments", () => {
  trick(
    "arguments: another case is another argument, so the one that the rule reads is missing",
    () => {
      expect(refund({ amount: 40 })).toBe("allow");
      expect([
        refund({ Amount: 40 }),
        refund({ AMOUNT: 40 }),
        mail({ To: ["a@acme.example"] }),
      ]).toEqual(["deny", "deny", "deny"]);
    },
  );
  trick("arguments: leaving one out never satisfies a rule that reads it", () => {
    expect([refund({}), mail({}), mail({ to: null })]).toEqual(["deny", "deny", "deny"]);
    const not = load(
      policy([
        { id: "x", effect: "allow", when: "args.to != 'boss'" },
        { id: "y", effect: "allow", when: "!(args.to == 'boss')" },
        { id: "z", effect: "allow", when: "!(args.to in ['boss'])" },
      ]),
    );
    expect([
      verdict(decide(not, call("t", { to: "ann" }))),
      verdict(decide(not, call("t", {}))),
      verdict(decide(not, call("t"))),
    ]).toEqual(["allow", "deny", "deny?"]);
    const cap = load(
      policy([
        { id: "all", effect: "allow" },
        { id: "cap", effect: "deny", when: "args.amount > 100" },
      ]),
    );
    expect([
      verdict(decide(cap, call("t", { amount: 1 }))),
      verdict(decide(cap, call("t", {}))),
    ]).toEqual(["allow", "deny"]);
  });
  trick(
    "arguments: an extra one (bcc) is stopped by a closed schema in the manifest, or by a rule over the keys",
    () => {
      const bcc = { to: ["a@acme.example"], bcc: ["x@evil.example"] };
      expect(mail(bcc)).toBe("allow");
      const closed = {
        type: "object",
        additionalProperties: false,
        properties: { to: {}, body: {} },
      };
      const manifest = load(
        policy(rules),
        catalog({
          tools,
          agents: [{ id: "a", manifest: { tools: [{ name: "mail/send", args: closed }] } }],
        }),
      );
      expect(decide(manifest, call("mail/send", bcc))).toMatchObject({
        effect: "deny",
        rules: ["manifest/a"],
      });
      expect(verdict(decide(manifest, call("mail/send", { to: ["a@acme.example"] })))).toBe(
        "allow",
      );
      const keys = load(
        policy([
          {
            ...rules[0],
            when: "args.all(key, key in ['to', 'body']) && args.to.all(a, host(a) == 'acme.example')",
          },
        ]),
        catalog({ tools }),
      );
      expect([
        verdict(decide(keys, call("mail/send", bcc))),
        verdict(decide(keys, call("mail/send", { to: ["a@acme.example"], body: "x" }))),
      ]).toEqual(["deny", "allow"]);
    },
  );
  trick("arguments: an alias of an argument is not the argument", () => {
    expect([
      mail({ recipient: ["a@acme.example"] }),
      mail({ recipients: ["a@acme.example"], "to ": ["a@acme.example"] }),
      mail({ "args.to": ["a@acme.example"] }),
    ]).toEqual(["deny", "deny", "deny"]);
  });
  trick(
    "arguments: a nested value where a plain one is expected is an error, and an error permits nothing",
    () => {
      expect([
        refund({ amount: { value: 40 } }),
        refund({ args: { amount: 40 } }),
        mail({ to: { 0: "a@acme.example" } }),
        mail({ to: [["a@acme.example"]] }),
      ]).toEqual(["deny", "deny", "deny", "deny"]);
    },
  );
  trick("arguments: a list of one is not its element", () => {
    expect([refund({ amount: [40] }), mail({ to: [["a@acme.example"]] })]).toEqual([
      "deny",
      "deny",
    ]);
    const named = load(
      policy([
        { id: "all", effect: "allow" },
        { id: "no", effect: "deny", when: "args.to == 'evil'" },
        { id: "typed", effect: "deny", when: "type(args.to) != string" },
      ]),
    );
    expect([
      verdict(decide(named, call("t", { to: "ann" }))),
      verdict(decide(named, call("t", { to: ["evil"] }))),
    ]).toEqual(["allow", "deny"]);
  });
  trick("arguments: a string where a list is expected is not a list of one", () => {
    expect([
      mail({ to: ["a@acme.example"] }),
      mail({ to: "a@acme.example" }),
      mail({ to: "" }),
      mail({ to: "x@evil.example, a@acme.example" }),
      mail({ to: ["x@evil.example, a@acme.example"] }),
    ]).toEqual(["allow", "deny", "deny", "deny", "deny"]);
  });
  trick(
    "arguments: all() is true for an empty list, so a rule that needs an element has to say so",
    () => {
      expect(mail({ to: [] })).toBe("allow");
      const some = load(
        policy([
          { ...rules[0], when: "size(args.to) > 0 && args.to.all(a, host(a) == 'acme.example')" },
        ]),
        catalog({ tools }),
      );
      expect([
        verdict(decide(some, call("mail/send", { to: [] }))),
        verdict(decide(some, call("mail/send", { to: ["a@acme.example"] }))),
      ]).toEqual(["deny", "allow"]);
    },
  );
  trick("arguments: a recipient that mailers read differently is an error", () => {
    const own = load(
      policy([{ id: "home", effect: "allow", when: "under(host(args.to), 'acme.example')" }]),
    );
    const sent = (to: string): string => verdict(decide(own, call("mail/send", { to })));
    expect([sent("x@acme.example"), sent("Ann <x@acme.example>")]).toEqual(["allow", "allow"]);
    const fooled = [
      '"x@evil.example x"@acme.example',
      '"x@evil.example> NOTIFY=NEVER"@acme.example',
      "mailto:x@acme.example?bcc=x@evil.example",
      "mailto:x@acme.example?to=x@evil.example",
      "=?utf-8?q?x=40evil.example=3e?=@acme.example",
      "(x@evil.example) x@acme.example",
      "x@evil.example,x@acme.example",
      "All: x@evil.example, x@acme.example;",
    ];
    for (const to of fooled) expect([to, sent(to)]).toEqual([to, "deny"]);
  });
  trick("arguments: an IPv4 address written within IPv6 is that address", () => {
    const guarded = load(
      policy([
        { id: "all", effect: "allow" },
        {
          id: "inside",
          effect: "deny",
          when:
            "isIP(host(args.url)) && (ip(host(args.url)).isLoopback() || " +
            "ip(host(args.url)).isPrivate() || ip(host(args.url)).isLinkLocalUnicast())",
        },
      ]),
    );
    const listed = load(
      policy([
        { id: "all", effect: "allow" },
        {
          id: "metadata",
          effect: "deny",
          when: "host(args.url) in ['169.254.169.254', '127.0.0.1']",
        },
      ]),
    );
    for (const host of [
      "169.254.169.254",
      "2852039166",
      "[::ffff:a9fe:a9fe]",
      "[::169.254.169.254]",
      "[64:ff9b::169.254.169.254]",
      "[::ffff:127.0.0.1]",
      "127.1",
      "0x7f.1",
      "[2002:7f00:1::]",
      "0177.0.0.1",
    ]) {
      const request = call("web/get", { url: `http://${host}/` });
      expect([host, verdict(decide(guarded, request)), verdict(decide(listed, request))]).toEqual([
        host,
        "deny",
        "deny",
      ]);
    }
    expect(verdict(decide(guarded, call("web/get", { url: "http://93.184.216.34/" })))).toBe(
      "allow",
    );
  });
  trick("arguments: a link that only a renderer finds makes links() an error", () => {
    const own = load(
      policy([
        {
          id: "home",
          effect: "allow",
          when: "links(args.body).all(l, under(host(l), 'acme.example'))",
        },
      ]),
    );
    const sent = (body: string): string => verdict(decide(own, call("mail/send", { body })));
    expect([sent("see https://acme.example/?a=1&amp;b=2"), sent("no link &amp; no trick")]).toEqual(
      ["allow", "allow"],
    );
    for (const body of [
      "https&colon;//evil.example",
      "<a href='ht\ntps://evil.example'>",
      "https://acme.example&#64;evil.example/",
      "<a href='https://acme.example\n.evil.example/'>",
      "https:evil.example",
    ])
      expect([body, sent(body)]).toEqual([body, "deny"]);
  });
});
