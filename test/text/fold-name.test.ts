import { describe, expect, it } from "vitest";
import { foldName } from "../../src/text/fold-name.ts";
import { call, catalog, load, policy, verdict, walk } from "../tricks/world.ts";

/** Other ways to write `jane`, and addresses that reach the mailbox of `jane.roe@shop.example`. */
const JANE = ["Jane", "JANE", "ｊａｎｅ", "ja\u200bne", "jane\u00ad", "\u202ejane", " jane ", "jane.", "jane..", "j\u0430ne", "jan\u0435", "\u0458ane", "ja\u03b7e", "j%61ne", "%6aane", "j%2561ne", "j\u0430n%65.", "𝐣𝐚𝐧𝐞", "ⓙⓐⓝⓔ", "jane%E2%80%8B", "jane\u2060"];
const ROE = ["Jane.Roe@Shop.Example", "jane.roe@shop.example.", "jane.roe+ok@shop.example", "Jane Roe <jane.roe@shop.example>", "mailto:jane.roe@shop.example", "jane%2eroe@shop.example", "jane.roe@shop。example", "j\u0430ne.roe@shop.example", "jane.roe%40shop.example", "jane.roe@sh\u043ep.example"];
const OTHERS = ["janet", "jan", "jane2", "jane-a", "jáne", "j_ane", "jane roe", "jean", "%zz", "%ffjane", "jane@a.example", "анна"];

describe("design 2.5, 3.6: names that look alike", () => {
  it.each(JANE)("%j is a spelling of jane", (name) => expect(foldName(name)).toBe(foldName("jane")));
  it.each(ROE)("%j is a spelling of jane.roe@shop.example", (name) => expect(foldName(name)).toBe(foldName("jane.roe@shop.example")));
  it.each(OTHERS)("%j is another name", (name) => expect(foldName(name)).not.toBe(foldName("jane")));
  it("composed and decomposed letters are one, and case is not what tells names of any script apart", () => {
    expect(foldName("jose\u0301")).toBe(foldName("José"));
    for (const name of ["ΝΙΚΟΣ", "АННА", "STRASSE", "İSTANBUL", "ǅ"]) expect([name, foldName(name.toLowerCase())]).toEqual([name, foldName(name)]);
    expect(foldName("straße")).toBe(foldName("STRASSE"));
  });
  it("folding twice changes nothing, whatever is written", () => {
    for (const name of [...JANE, ...ROE, ...OTHERS, "", ".", "%", "%25", "@", "a@b@c", "<a@b>", "a+b@", "+@", "a <b@c> d", "%25252561"]) expect([name, foldName(foldName(name))]).toEqual([name, foldName(name)]);
  });
});

describe("design 6.1: nobody approves what they asked for under another spelling", () => {
  const tools = [{ name: "send", server: "pay", effects: ["pay"], resource: "none" }];
  const anybody = load(policy([{ id: "ask", effect: "require_approval", actions: ["pay/send"] }]), catalog({ tools }));
  const two = load(policy([{ id: "ask", effect: "require_approval", actions: ["pay/send"], approval: { quorum: 2 } }]), catalog({ tools }));
  const context = (person: string, givers: readonly string[]): object => ({ context: { on_behalf_of: { type: "human", id: person }, delegation: [], approvals: givers.map((by) => ({ by })) }, complete: ["context"] });
  const decided = (set: ReturnType<typeof load>, person: string, ...givers: readonly string[]): string => walk(set, [call("pay/send", {}, context(person, givers))]).map(verdict).join();

  it.each(JANE.map((name) => name.trim()))("%j approves nothing that was asked for jane, and the reverse", (name) => {
    expect([decided(anybody, "jane", `human:${name}`), decided(anybody, name, "human:jane")]).not.toContain("require_approvaled");
    expect(decided(two, "someone", `human:${name}`, "human:jane")).not.toBe("require_approvaled");
  });
  it.each(ROE)("%j approves nothing that was asked for jane.roe@shop.example", (name) => {
    expect(decided(anybody, "jane.roe@shop.example", `human:${name}`)).toBe("require_approval?");
    expect(decided(two, "someone", `human:${name}`, "human:jane.roe@shop.example")).toBe("require_approval?");
  });
  it.each(["human:janet", "human:jane.doe@shop.example", "human:анна"])("%s may", (by) => {
    expect(decided(anybody, "jane", by)).toBe("require_approvaled");
  });
  it("a tool's name that looks like another's is unknown", () => {
    const set = load(policy([{ id: "no", effect: "deny", actions: ["pay/send"] }, { id: "any", effect: "allow" }]), catalog({ tools }));
    for (const name of ["s\u0435nd", "send.", "s%65nd", "ѕend"]) expect([name, walk(set, [call(`pay/${name}`)]).map(verdict)]).toEqual([name, ["deny?"]]);
    expect(walk(set, [call("p\u0430y/send"), call("pay/sendmail")]).map(verdict)).toEqual(["deny?", "allow"]);
  });
});
