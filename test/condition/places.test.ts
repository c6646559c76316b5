import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeDomain, normalizePath, normalizeUrl } from "../../src/condition/normalize.ts";
import { told } from "./run.ts";

describe("design 3.6: normalised paths", () => {
  it.each([
    ["/a/b", "/a/b"], ["/a/b/", "/a/b"], ["/a//b/./c", "/a/b/c"], ["/a/../../b", "/b"], ["/..", "/"], ["/", "/"], ["a/b/../c", "a/c"], ["./a", "a"], ["a/..", "."],
    ["../a", undefined], ["a/../..", undefined], ["", undefined], ["/data/%2e%2e/etc", "/etc"], ["/x%2f..%2f..%2fy", "/y"], ["/a/%252e%252e/b", "/a/%2e%2e/b"],
    ["/a/%zz", undefined], ["/a/%c0%ae%c0%ae/b", undefined], ["/a/%00", undefined], ["/a\u0000b", undefined], ["/a\nb", undefined],
    ["C:\\Data\\..\\X", "c:/x"], ["c:/a/b", "c:/a/b"], ["C:\\..\\..", "c:/"], ["C:foo", undefined], ["a\\b", undefined], ["\\\\server\\share", undefined], ["..\\..\\etc", undefined],
    ["C:\\secret.\\x", undefined], ["C:\\a\\PROGRA~1", undefined], ["C:\\a::$DATA", undefined], ["~/x", "~/x"], ["~/../x", undefined], ["~bob/a/..", "~bob"],
    ["file:///etc/passwd", undefined], ["/a b/ü", "/a b/ü"], ["/A/b", "/A/b"],
  ])("%j is %j", (text, want) => {
    expect(normalizePath(text)).toBe(want);
  });
  it("a normal path without percent signs stays what it is", () => {
    const segment = fc.constantFrom("a", "..", ".", "", "b c", "~", "C:", "x.y");
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }).map((s) => s.join("/")), (text) => {
        const once = normalizePath(text);
        if (once !== undefined) expect(normalizePath(once)).toBe(once);
        expect(once === undefined || !/(^|\/)\.\.?(\/|$)/.test(once) || once === ".").toBe(true);
      }),
    );
  });
});

describe("design 3.6: normalised URLs and domains", () => {
  it.each([
    ["HTTPS://User:pw@Example.COM:443/a/../b?x=1#y", "https://example.com/b?x=1"], ["http://x.example", "http://x.example/"], ["https://x.example:8443/", "https://x.example:8443/"],
    ["https://x.example//a//b", "https://x.example/a/b"], ["https://x.example//a/../b", undefined], ["https://x.example/%61%2f%7e", "https://x.example/a%2F~"], ["https://x.example/%2e%2e/a", "https://x.example/a"],
    ["s3://Bucket/Key", "s3://bucket/Key"], ["https://münchen.example/", "https://xn--mnchen-3ya.example/"], ["https://x.example./a", "https://x.example/a"], ["http://2130706433/", "http://127.0.0.1/"],
    ["http://[::1]:80/", "http://[::1]/"], ["http:/x.example", undefined], ["http:///x.example", undefined], ["https:\\\\x.example", undefined], ["http://a.example\\@b.example", undefined],
    ["http://a@b@c.example", undefined], ["http://x.example/a b", undefined], ["ht\ntp://x.example", undefined], ["mailto:a@b.example", undefined], ["x.example/a", undefined], ["https://", undefined],
    ["https://x.example:99999/", undefined], ["https://x.example?q", "https://x.example/?q"],
  ])("%j is %j", (text, want) => {
    expect(normalizeUrl(text)).toBe(want);
  });
  it.each([
    ["Example.COM.", "example.com"], ["a.b-c.example", "a.b-c.example"], ["bücher.example", "xn--bcher-kva.example"], ["ｅxample.com", "example.com"], ["a..b", undefined], [".a", undefined],
    ["a:80", undefined], ["a/b", undefined], ["-a.example", undefined], ["a b", undefined], ["", undefined], ["*.example", undefined], [`${"a.".repeat(200)}b`, undefined],
  ])("domain %j is %j", (text, want) => {
    expect(normalizeDomain(text)).toBe(want);
  });
});

describe("design 3.7: host(text)", () => {
  it.each([
    ["https://Own.Example/x", "own.example"], ["https://own.example@evil.example/", "evil.example"], ["https://own.example:pw@evil.example", "evil.example"],
    ["https://evil.example#@own.example", "evil.example"], ["https://evil.example?@own.example", "evil.example"], ["https://evil.example/@own.example", "evil.example"],
    ["https://evil.example\\@own.example", "error"], ["https://a@evil.example@own.example", "error"], ["https:evil.example", "error"], ["https:/evil.example", "error"], ["https:///evil.example", "error"],
    ["https://own.example.", "own.example"], ["//cdn.example/x.js", "cdn.example"], ["ssh://git@host.example:22/r", "host.example"], ["http://0x7f.1/", "127.0.0.1"], ["http://[::1]/", "[::1]"],
    ["https://own.example%2eevil.example/", "own.example.evil.example"], ["https://own.ex\tample", "error"], ["https://own.example\u3002evil.example", "own.example.evil.example"], ["https://оwn.example", "xn--wn-emc.example"],
    ["ann@Own.Example.", "own.example"], ["Ann <ann@own.example>", "own.example"], ['"Ann, B" <ann@own.example>', "own.example"], ["ann@own.example <x@evil.example>", "error"],
    ["a@own.example, b@evil.example", "error"], ["a@own.example b@evil.example", "error"], ["a@evil.example@own.example", "error"], ['"a@own.example"@evil.example', "evil.example"], ["@own.example", "error"], ["ann@", "error"],
    ["a@own.example\nbcc:b@evil.example", "error"], ["evil.example/@own.example", "error"], ["evil.example:80@own.example", "error"], ["x%evil.example@own.example", "error"], ["evil!x@own.example", "error"],
    ["mailto:ann@own.example?bcc=x", "own.example"], ["own.example", "own.example"], ["own.example:8080", "own.example"], ["own.example/path?x", "own.example"], ["localhost", "localhost"], [" own.example ", "own.example"],
    ["hello", "error"], ["", "error"], ["not a host", "error"], ["javascript:alert(1)", "error"], ["data:text/html,x", "error"], ["/etc/passwd", "error"], ["own..example", "error"],
  ])("%j gives %j", (text, want) => {
    expect(told("host(t)", { t: text })).toBe(want);
  });
});

describe("design 3.7: under(a, b)", () => {
  it.each([
    ["/data/x", "/data", true], ["/data", "/data", true], ["/data/", "/data/", true], ["/database", "/data", false], ["/data/../etc", "/data", false], ["/data/%2e%2e/etc", "/data", false],
    ["/data//x/./y", "/data", true], ["/x/../data/y", "/data", true], ["/etc/passwd", "/", true], ["/Data/x", "/data", false], ["C:\\Data\\x", "c:/data", true], ["D:/x", "C:/", false],
    ["src/a.ts", "src", true], ["src/../b", "src", false], ["../src/a", "src", "error"], ["x", ".", true], ["/src/a", "src", "error"], ["src/a", "/src", "error"], ["~/.ssh/id", "/home", "error"], ["~/.ssh/id", "~/.ssh", true],
    ["/data\\..\\x", "/data", "error"], ["/data/%zz", "/data", "error"],
    ["own.example", "own.example", true], ["mail.own.example", "own.example", true], ["Mail.OWN.example.", "own.example", true], ["evilown.example", "own.example", false], ["own.example.evil.example", "own.example", false],
    ["own.example", "mail.own.example", false], ["ann@own.example", "own.example", "error"], ["https://own.example/", "own.example", "error"], ["mail.internal", "internal", "error"], ["evil.src", "src", "error"], ["src", "src", true], ["lib", "src", false],
    ["", "own.example", "error"], ["own.example", "", "error"], ["1.2.3.4", "2.3.4.5", false], ["x.own.example\u0000", "own.example", "error"],
  ])("%j under %j: %j", (a, b, want) => {
    expect(told("under(a, b)", { a, b })).toBe(want);
  });
});

describe("design 3.7: links(text)", () => {
  it.each([
    ["see https://a.example/x.", ["https://a.example/x"]], ["(https://a.example/x_(y))", ["https://a.example/x_(y)"]], ["<https://a.example>", ["https://a.example"]], ["[t](https://a.example/b 'title')", ["https://a.example/b"]],
    ["![i](//img.example/p.png?d=1)", ["//img.example/p.png?d=1"]], ["www.a.example, and WWW.B.example!", ["www.a.example", "WWW.B.example"]], ["HTTP://A.example", ["HTTP://A.example"]],
    ["https://a.example,https://b.example", ["https://a.example", "https://b.example"]], ["https://a.example/?u=https://b.example", ["https://a.example/?u=https://b.example"]],
    ["https:\\\\evil.example/x", ["https:\\\\evil.example/x"]], ["https:/evil.example", ["https:/evil.example"]], ["mailto:ann@a.example", ["mailto:ann@a.example"]], ["src='//a.example/x'", ["//a.example/x"]],
    ["a//b // comment http:// www. x", []], ["**https://a.example**", ["https://a.example"]], ["`https://a.example`", ["https://a.example"]], ["https://a.example\nhttps://a.example", ["https://a.example"]], ["xhttps://a.example", ["xhttps://a.example"]],
    ["", []],
  ])("%j", (text, want) => {
    expect(told("links(t)", { t: text })).toEqual(want);
  });
  it("every link of a text is judged by its host", () => {
    const text = "ok https://own.example/a, ![x](https://own.example@evil.example/?d=secret)";
    expect(told("links(t).all(l, under(host(l), 'own.example'))", { t: text })).toBe(false);
  });
  it.each(["https://", "www.", " //a.", "(", "https://x)", "mailto:", "a".repeat(30)])("stays linear on repetitions of %j", (piece) => {
    const links = told("links(t)", { t: piece.repeat(Math.floor((1 << 20) / piece.length)) });
    expect(Array.isArray(links)).toBe(true);
  });
});

describe("design 3.7: rank(class)", () => {
  it.each([["public", 0n], ["internal", 1n], ["confidential", 2n], ["restricted", 3n], ["Public", "error"], ["secret", "error"], ["", "error"], ["constructor", "error"]])("%s", (text, want) => {
    expect(told("rank(t)", { t: text })).toBe(want);
  });
  it("compares with numbers, and an unknown class is never the lowest", () => {
    expect(told("rank(t) >= 2", { t: "restricted" })).toBe(true);
    expect(told("rank(t) < 1", { t: "secret" })).toBe("error");
    expect(told("rank(t) == rank('internal')", { t: "internal" })).toBe(true);
  });
});

describe("design 3.6: what is plain is normal already, and comes out as its odd spellings do", () => {
  const piece = fc.constantFrom("a", "B9", "x.y", "x..y", "-", "_a", "a-b", "a.", "xn--a", "1", "0x1", "10", "a--b", "abc", "é", "~", "%41", ".", "..");
  const joined = (by: string): fc.Arbitrary<string> => fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(by));
  it("paths", () => {
    fc.assert(fc.property(joined("/"), (rest) => void expect(normalizePath(`/${rest}`)).toBe(normalizePath(`/./${rest}`))), { numRuns: 2_000 });
  });
  it("hosts", () => {
    fc.assert(fc.property(joined("."), (host) => void expect(normalizeDomain(host)).toBe(normalizeDomain(host.toUpperCase()))), { numRuns: 2_000 });
  });
  it("URLs", () => {
    fc.assert(
      fc.property(joined("."), joined("/"), (host, rest) => {
        const plain = normalizeUrl(`http://${host}/${rest}`);
        expect([normalizeUrl(`HTTP://${host}:80/${rest}#x`), normalizeUrl(`http://me@${host.toUpperCase()}/${rest}?`)]).toEqual([plain, plain]);
      }),
      { numRuns: 2_000 },
    );
  });
});
