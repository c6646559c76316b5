import { describe, expect, it } from "vitest";
import { foldName } from "../../src/text/fold-name.ts";
import { foldParty } from "../../src/text/fold-party.ts";
import { call, catalog, load, policy, verdict, walk } from "../tricks/world.ts";

/** Other ways to write `jane`, and addresses that reach the mailbox of `jane.roe@shop.example`. */
const JANE = [
  "Jane",
  "JANE",
  "ｊａｎｅ",
  "ja\u200bne",
  "jane\u00ad",
  "\u202ejane",
  " jane ",
  "jane.",
  "jane..",
  "j\u0430ne",
  "jan\u0435",
  "\u0458ane",
  "ja\u03b7e",
  "j%61ne",
  "%6aane",
  "j%2561ne",
  "j\u0430n%65.",
  "𝐣𝐚𝐧𝐞",
  "ⓙⓐⓝⓔ",
  "jane%E2%80%8B",
  "jane\u2060",
];
const ROE = [
  "Jane.Roe@Shop.Example",
  "jane.roe@shop.example.",
  "jane.roe+ok@shop.example",
  "Jane Roe <jane.roe@shop.example>",
  "mailto:jane.roe@shop.example",
  "jane%2eroe@shop.example",
  "jane.roe@shop。example",
  "j\u0430ne.roe@shop.example",
  "jane.roe%40shop.example",
  "jane.roe@sh\u043ep.example",
  "mailto:jane.roe@shop.example?subject=x",
  "mailto:jane.roe@shop.example?to=bob@shop.example",
  "MAILTO://jane.roe@shop.example#x",
  "mailto:?to=jane.roe@shop.example",
  '"jane.roe"@shop.example',
  '"ja\\ne.roe"@shop.example',
  "ja\\ne.roe@shop.example",
  "jane.roe(x)@shop.example",
  "(x)jane.roe@shop.example",
  "jane.roe@(x)shop.example",
  "jane.roe@shop.example(x(y)z)",
  "jane.roe @ shop . example",
  "jane.roe@shop.example>",
  "<jane.roe@shop.example",
  "<<jane.roe@shop.example>>",
  "'jane.roe@shop.example'",
  "[jane.roe@shop.example]",
  "jane.roe@[shop.example]",
  "jane.roe@shop.example,",
  ";jane.roe@shop.example;",
  "`jane.roe@shop.example`",
  "\u201cjane.roe\u201d@shop.example",
  "<mailto:jane.roe@shop.example>",
  '"Roe, Jane" <jane.roe@shop.example>',
  "Jane <mailto:jane.roe@shop.example?subject=x>",
  "Jane Roe jane.roe@shop.example",
  "<@relay.example:jane.roe@shop.example>",
  "acct:jane.roe@shop.example",
  "xmpp:jane.roe@shop.example/desk",
  "emailAddress=jane.roe@shop.example",
  "jane.roe@shop.example\u0000",
  "jane.roe\u0085@shop.example",
  "jane.roe@shop.example\u2800",
  "%22jane.roe%22@shop.example",
  "jane.roe@xn--shp-ted.example",
  '"jane.roe+ok"@shop.example',
  "mailto:%6aane.roe%40shop.example%3Fsubject=x",
  "Jane Roe (jane.roe@shop.example)",
  "jane.roe@shop.example <Jane>",
  "jane.roe@shop.example<x>",
  "Jane <jane.roe@shop.example> <x>",
  "Jane <jane.roe@shop.example> (a@b)",
  "(a@b (c)) jane.roe@shop.example",
  "jane.roe@shop.example:25",
  "jane.roe@shop.example|x",
  "jane.roe@shop..example",
  "jane.roe@@shop.example",
  '"jane.roe @shop.example',
  "human:jane.roe@shop.example",
  "jane.roe\\@shop.example",
];
/** What stands around a name, and what is not seen in it. */
const STRAY = [
  "jane>",
  "<jane>",
  "Jane <jane>",
  '"jane"',
  "'jane'",
  "(jane)",
  "[jane]",
  "{jane}",
  "jane,",
  "jane;",
  "@jane",
  "jane!",
  "`jane`",
  "*jane*",
  "_jane_",
  "\u00abjane\u00bb",
  "mailto:jane",
  "acct:jane",
  "jane\u0000",
  "\u0001jane",
  "ja\u0007ne",
  "jane\u0085",
  "jane\u009f",
  "jane%00",
  "jane\u2800",
  "ja\u2800ne",
  "jane\u3164",
  "jane\uffa0",
  "jane\u{1d159}",
  "jane\u{13441}",
  "jane\ufffc",
  "jane\ue000",
  "jane\ufffe",
  "jane\ud800",
];
const OTHERS = [
  "janet",
  "jan",
  "jane2",
  "jane-a",
  "jáne",
  "j_ane",
  "jane roe",
  "jean",
  "%zz",
  "%ffjane",
  "jane@a.example",
  "анна",
];

describe("design 2.5, 3.6: names that look alike", () => {
  it.each(JANE)("%j is a spelling of jane", (name) =>
    expect(foldName(name)).toBe(foldName("jane")),
  );
  it.each([...JANE, ...STRAY])("%j is a spelling of jane, of a person", (name) =>
    expect(foldParty(name)).toBe("jane"),
  );
  it.each(ROE)("%j is a spelling of jane.roe@shop.example", (name) =>
    expect(foldParty(name)).toBe("jane.roe@shop.example"),
  );
  it("a domain in punycode is the one in Unicode", () => {
    for (const [ascii, unicode] of [
      ["xn--bcher-kva", "bücher"],
      ["xn--fsqu00a", "例子"],
      ["xn--80ak6aa92e", "аррӏе"],
      ["xn--a", "xn--a"],
      ["xn--99999999", "xn--99999999"],
      ["xn--", "xn--"],
    ]) {
      expect(foldParty(`jane@${ascii}.example`)).toBe(foldParty(`jane@${unicode}.example`));
    }
  });
  it("two mailboxes and two names stay two", () => {
    const names = [
      "jane@shop.example",
      "jane@shop.test",
      "bob@shop.example",
      "jane@xn--bcher-kva.example",
      "jane",
      "janet",
      "jane-a",
      "j_ane",
      "jane roe",
      "spiffe://shop.example/a",
      "spiffe://shop.example/b",
      "bot-1",
      "team/a",
      "team/b",
      ".",
      "!",
      "@",
      "анна",
    ];
    expect(new Set(names.map(foldParty)).size).toBe(names.length);
    expect([foldParty("."), foldParty("!")]).toEqual(["", "!"]);
  });
  it("a name of any size is read in one go", () => {
    for (const part of ["(", '"', "<", ":", "@", " @", "\\", "!", "a!", "<a@", "%25", "xn--", ". "])
      expect(foldParty(`${part.repeat(20_000)}a`)).not.toBe("b");
  });
  it("of a tool's name punctuation is part", () => {
    for (const name of ["send!", "send/", "<send>", "@scope/send", "send+x@a", "send_"])
      expect(foldName(name)).toBe(name);
    expect([foldName("send\u0000"), foldName("send\u2800")]).toEqual(["send", "send"]);
  });
  it.each(OTHERS)("%j is another name", (name) =>
    expect(foldName(name)).not.toBe(foldName("jane")),
  );
  it("composed and decomposed letters are one, and case is not what tells names of any script apart", () => {
    expect(foldName("jose\u0301")).toBe(foldName("José"));
    for (const name of ["ΝΙΚΟΣ", "АННА", "STRASSE", "İSTANBUL", "ǅ"])
      expect([name, foldName(name.toLowerCase())]).toEqual([name, foldName(name)]);
    expect(foldName("straße")).toBe(foldName("STRASSE"));
  });
  it("folding twice changes nothing, whatever is written", () => {
    for (const name of [
      ...JANE,
      ...ROE,
      ...OTHERS,
      "",
      ".",
      "%",
      "%25",
      "@",
      "a@b@c",
      "<a@b>",
      "a+b@",
      "+@",
      "a <b@c> d",
      "%25252561",
      ...STRAY,
      "((a@b",
      "a@@b",
      "<>",
      "<@>",
      "jane@",
      ",@,",
      "(@)",
      "(a@b",
      "<a> b@c <d",
      "@.",
      "a@xn--xn---bcher-kva",
    ]) {
      expect([name, foldName(foldName(name)), foldParty(foldParty(name))]).toEqual([
        name,
        foldName(name),
        foldParty(name),
      ]);
    }
  });
});

describe("design 6.1: nobody approves what they asked for under another spelling", () => {
  const tools = [{ name: "send", server: "pay", effects: ["pay"], resource: "none" }];
  const anybody = load(
    policy([{ id: "ask", effect: "require_approval", actions: ["pay/send"] }]),
    catalog({ tools }),
  );
  const two = load(
    policy([
      { id: "ask", effect: "require_approval", actions: ["pay/send"], approval: { quorum: 2 } },
    ]),
    catalog({ tools }),
  );
  const context = (person: string, givers: readonly string[]): object => ({
    context: {
      on_behalf_of: { type: "human", id: person },
      delegation: [],
      approvals: givers.map((by) => ({ by })),
    },
    complete: ["context"],
  });
  const decided = (
    set: ReturnType<typeof load>,
    person: string,
    ...givers: readonly string[]
  ): string =>
    walk(set, [call("pay/send", {}, context(person, givers))])
      .map(verdict)
      .join();

  it.each([...JANE, ...STRAY].map((name) => name.trim()))(
    "%j approves nothing that was asked for jane, and the reverse",
    (name) => {
      expect([
        decided(anybody, "jane", `human:${name}`),
        decided(anybody, name, "human:jane"),
      ]).not.toContain("require_approvaled");
      expect(decided(two, "someone", `human:${name}`, "human:jane")).not.toBe("require_approvaled");
    },
  );
  it.each(ROE)("%j approves nothing that was asked for jane.roe@shop.example", (name) => {
    expect(decided(anybody, "jane.roe@shop.example", `human:${name}`)).toBe("require_approval?");
    expect(decided(two, "someone", `human:${name}`, "human:jane.roe@shop.example")).toBe(
      "require_approval?",
    );
  });
  it.each(ROE)("%j and the mailbox itself are no two people where nobody is listed", (name) => {
    const approval = { approvers: ["human:*", "agent:bot-*"], quorum: 2 };
    const listed = load(
      policy([{ id: "ask", effect: "require_approval", actions: ["pay/send"], approval }]),
      catalog({ tools }),
    );
    expect(decided(listed, "someone", `human:${name}`, "human:jane.roe@shop.example")).toBe(
      "require_approval?",
    );
    expect(decided(listed, "someone", "human:bob", "human:jane.roe@shop.example")).toBe(
      "require_approvaled",
    );
    expect(decided(listed, "someone", "agent:bot-1", "human:bob")).toBe("require_approvaled");
  });
  it.each(["human:janet", "human:jane.doe@shop.example", "human:анна"])("%s may", (by) => {
    expect(decided(anybody, "jane", by)).toBe("require_approvaled");
  });
  it("a tool's name that looks like another's is unknown", () => {
    const set = load(
      policy([
        { id: "no", effect: "deny", actions: ["pay/send"] },
        { id: "any", effect: "allow" },
      ]),
      catalog({ tools }),
    );
    for (const name of ["s\u0435nd", "send.", "s%65nd", "ѕend"])
      expect([name, walk(set, [call(`pay/${name}`)]).map(verdict)]).toEqual([name, ["deny?"]]);
    expect(walk(set, [call("p\u0430y/send"), call("pay/sendmail")]).map(verdict)).toEqual([
      "deny?",
      "allow",
    ]);
  });
});
