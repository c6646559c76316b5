import { describe, expect, test as trick } from "vitest";
import { printable } from "../../src/report/escape.ts";
import { call, catalog, decide, load, policy, verdict } from "./world.ts";

const tools = [
  { name: "refund", server: "payments", effects: ["pay"], args: { type: "object" } },
  { name: "list", server: "payments", effects: ["read"], args: { type: "object" } },
];
const NAMED = load(
  policy([{ id: "refund", effect: "allow", actions: ["payments/refund"] }]),
  catalog({ tools }),
);
/** The laxest that there is: everything but what is named. */
const OPEN = load(
  policy([
    { id: "all", effect: "allow", actions: ["**"] },
    { id: "no", effect: "deny", actions: ["payments/refund"] },
  ]),
  catalog({ tools }),
);

describe("how policies are fooled, 3: Unicode", () => {
  trick(
    "unicode: a tool's name in another compatibility form is a look-alike: unknown, not another tool",
    () => {
      for (const name of [
        "ｒefund",
        "ReFund",
        "REFUND",
        "reﬁnd".replace("ﬁ", "fu"),
        "𝐫efund",
      ].filter((n) => n !== "refund")) {
        expect([name, verdict(decide(NAMED, call(`payments/${name}`, {})))]).toEqual([
          name,
          "deny?",
        ]);
        expect([name, verdict(decide(OPEN, call(`payments/${name}`, {})))]).toEqual([
          name,
          "deny?",
        ]);
      }
    },
  );
  trick(
    "unicode: a homoglyph in a tool's name makes a look-alike: unknown, not another tool",
    () => {
      const cyrillic = "r\u0435fund";
      for (const set of [NAMED, OPEN])
        expect(verdict(decide(set, call(`payments/${cyrillic}`, {})))).toBe("deny?");
      expect(
        verdict(
          decide(
            load(
              policy([{ id: "x", effect: "allow", actions: ["payments/*"] }]),
              catalog({
                tools,
                agents: [{ id: "a", manifest: { tools: [{ name: "payments/refund" }] } }],
              }),
            ),
            call(`payments/${cyrillic}`, {}),
          ),
        ),
      ).toBe("deny?");
    },
  );
  trick("unicode: a zero-width character in a tool's name makes a look-alike, and is shown", () => {
    for (const set of [NAMED, OPEN])
      expect(verdict(decide(set, call("payments/re\u200bfund", {})))).toBe("deny?");
    expect(printable("re\u200bfund")).toBe("re\\u{200b}fund");
  });
  trick("unicode: bidirectional marks make another tool, and are shown", () => {
    expect(verdict(decide(NAMED, call("payments/\u202ednufer", {})))).toBe("deny");
    expect(printable("payments/\u202ednufer")).toBe("payments/\\u{202e}dnufer");
  });
  trick("unicode: Turkish i is not i in any locale", () => {
    expect(verdict(decide(NAMED, call("payments/L\u0130ST", {})))).toBe("deny");
    expect(
      verdict(
        decide(
          load(
            policy([{ id: "x", effect: "allow", actions: ["payments/list"] }]),
            catalog({ tools }),
          ),
          call("payments/LIST", {}),
        ),
      ),
    ).toBe("deny?");
    const lower = load(
      policy([{ id: "x", effect: "allow", when: "args.name.lowerAscii() == 'title'" }]),
    );
    expect(
      ["TITLE", "T\u0130TLE", "t\u0131tle"].map((name) =>
        verdict(decide(lower, call("t", { name }))),
      ),
    ).toEqual(["allow", "deny", "deny"]);
  });
  trick(
    "unicode: arguments are compared as they are, so a list of known values permits no look-alike",
    () => {
      const known = load(
        policy([{ id: "x", effect: "allow", when: "args.to in ['admin', 'café']" }]),
      );
      expect(
        [
          "admin",
          "ａdmin",
          "\u0430dmin",
          "adm\u200bin",
          "admin\u202e",
          "caf\u00e9",
          "cafe\u0301",
        ].map((to) => verdict(decide(known, call("t", { to })))),
      ).toEqual(["allow", "deny", "deny", "deny", "deny", "allow", "deny"]);
    },
  );
  trick("unicode: a domain written with look-alike letters is another domain", () => {
    const own = load(
      policy([{ id: "x", effect: "allow", when: "under(host(args.url), 'acme.example')" }]),
    );
    const outcome = (url: string): string => verdict(decide(own, call("t", { url })));
    expect(
      ["https://acme.example/", "https://wiki.ACME.example./", "https://\uff41cme.example/"].map(
        outcome,
      ),
    ).toEqual(["allow", "allow", "allow"]);
    expect(
      [
        "https://\u0430cme.example/",
        "https://acme.example.evil.example/",
        "https://acme.example@evil.example/",
        "https://acme\u3002example.evil.example",
        "https://evilacme.example",
        "https://acme.example\\@evil.example/",
      ].map(outcome),
    ).toEqual(Array(6).fill("deny"));
  });
});
