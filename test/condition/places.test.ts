import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeDomain, normalizeUrl } from "../../src/condition/normalize.ts";
import { normalizePath } from "../../src/condition/normalize-path.ts";
import { told } from "./run.ts";

describe("design 3.6: normalised paths", () => {
  it.each([
    ["/a/b", "/a/b"],
    ["/a/b/", "/a/b"],
    ["/a//b/./c", "/a/b/c"],
    ["/a/../../b", "/b"],
    ["/..", "/"],
    ["/", "/"],
    ["a/b/../c", "a/c"],
    ["./a", "a"],
    ["a/..", "."],
    ["../a", undefined],
    ["a/../..", undefined],
    ["", undefined],
    ["/data/%2e%2e/etc", undefined],
    ["/x%2f..%2f..%2fy", "/y"],
    ["/a/%252e%252e/b", undefined],
    ["/a/%zz", "/a/%zz"],
    ["/a/%c0%ae%c0%ae/b", undefined],
    ["/a/%00", undefined],
    ["/a\u0000b", undefined],
    ["/a\nb", undefined],
    ["C:\\Data\\..\\X", "c:/x"],
    ["c:/a/b", "c:/a/b"],
    ["C:\\..\\..", "c:/"],
    ["C:foo", undefined],
    ["a\\b", undefined],
    ["\\\\server\\share", undefined],
    ["..\\..\\etc", undefined],
    ["C:\\secret.\\x", undefined],
    ["C:\\a\\PROGRA~1", undefined],
    ["C:\\a::$DATA", undefined],
    ["~/x", "~/x"],
    ["~/../x", undefined],
    ["~bob/a/..", "~bob"],
    ["file:///etc/passwd", undefined],
    ["/a b/ü", "/a b/ü"],
    ["/A/b", "/A/b"],
  ])("%j is %j", (text, want) => {
    expect(normalizePath(text)).toBe(want);
  });
  it("a normal path without percent signs stays what it is", () => {
    const segment = fc.constantFrom("a", "..", ".", "", "b c", "~", "C:", "x.y");
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 8 }).map((s) => s.join("/")),
        (text) => {
          const once = normalizePath(text);
          if (once !== undefined) expect(normalizePath(once)).toBe(once);
          expect(once === undefined || !/(^|\/)\.\.?(\/|$)/.test(once) || once === ".").toBe(true);
        },
      ),
    );
  });
});

describe("design 3.6: a path that lies in another folder to somebody has no normal form", () => {
  it.each([
    ["/etc/profile.d/x%2F..%2F..%2F..%2Frepo%2Fa.sh", undefined],
    ["/etc/cron.d/%2e%2e/%2e%2e/repo/job", undefined],
    ["/repo/%2e%2e/etc/passwd", undefined],
    ["/repo/a%2Fb", undefined],
    ["/re%70o/x", undefined],
    ["%2Fetc/passwd", undefined],
    ["/repo/%2e%2e", undefined],
    ["/repo/%2E", undefined],
    ["%7E/x", undefined],
    ["/repo/x%5c..%5cy", undefined],
    // encoded twice, and more often than anybody would
    ["/repo/%252e%252e/etc", undefined],
    ["/repo/a%252Fb", undefined],
    ["/repo/%25252e%25252e/x", undefined],
    [`/repo/%${"25".repeat(20)}41`, undefined],
    ["/repo/%%32%65%%32%65/x", undefined],
    // bytes that are not UTF-8: overlong, cut off, half of a pair
    ["/repo/%c0%ae%c0%ae/x", undefined],
    ["/repo/%c0%af", undefined],
    ["/repo/%e0%80%af", undefined],
    ["/repo/%ff", undefined],
    ["/repo/%c3", undefined],
    ["/repo/%ed%a0%80", undefined],
    ["/repo/%u002e%u002e/x", undefined],
    ["/repo/%00.txt", undefined],
    ["/repo/%0a", undefined],
    ["/repo/%7f", undefined],
    // what encodes nothing is itself; in one folder a name is decoded
    ["/repo/sales 100%.txt", "/repo/sales 100%.txt"],
    ["/repo/100%/x", "/repo/100%/x"],
    ["/repo/%", "/repo/%"],
    ["/repo/%2", "/repo/%2"],
    ["/repo/%zz%", "/repo/%zz%"],
    ["/repo/%G0", "/repo/%G0"],
    ["/repo/my%20file.txt", "/repo/my file.txt"],
    ["/repo/s%65cret", "/repo/secret"],
    ["/repo/100%25.txt", "/repo/100%.txt"],
    ["/repo/%c3%a9", "/repo/é"],
    ["my%20file", "my file"],
    // names that are others to some file systems
    ["/repo/.../x", undefined],
    ["/repo/.. /x", undefined],
    ["/repo/ ../x", undefined],
    ["/repo/. /x", undefined],
    ["/repo/..%20/x", undefined],
    ["/repo/e\u0301/x", undefined],
    ["/repo/．．/x", undefined],
    ["/repo/‥/x", undefined],
    ["/repo／x", undefined],
    ["/repo/a＼b", undefined],
    ["/repo/Acme Inc./x", "/repo/Acme Inc./x"],
    ["/repo/…draft", "/repo/…draft"],
    ["/repo/.env", "/repo/.env"],
    ["/repo/a..b", "/repo/a..b"],
    ["file:/etc/passwd", undefined],
    ["file:etc", undefined],
    ["FILE:///etc/passwd", undefined],
    ["https:/x", undefined],
    ["./http:/x", undefined],
    ["/repo/http:/x", "/repo/http:/x"],
    ["/%2e%2e", undefined],
    ["/../x", "/x"],
    ["/..", "/"],
  ])("%j is %j", (text, want) => {
    expect(normalizePath(text)).toBe(want);
  });
  it.each(["%2e", "%25", "../", ". ", "..", "%c3%a9", "%"])(
    "stays linear on repetitions of %j",
    (piece) => {
      const text = `/${piece.repeat(Math.floor(65_000 / piece.length))}`;
      expect(["string", "undefined"]).toContain(typeof normalizePath(text));
      expect(["string", "undefined"]).toContain(
        typeof normalizeUrl(`https://x.example${text.replaceAll(" ", "+")}`),
      );
    },
  );
});

describe("design 3.6: a URL whose folder servers disagree about has no normal form", () => {
  it.each([
    ["https://x.example/pub/..%2fadmin", undefined],
    ["https://x.example/pub%2fadmin", undefined],
    ["https://x.example/pub/%252e%252e/admin", undefined],
    ["https://x.example/pub/..;/admin", undefined],
    ["https://x.example/pub/%5c..%5cadmin", undefined],
    ["https://x.example/a%00b", undefined],
    ["https://x.example/%c0%ae", undefined],
    ["https://x.example/%2e%2e/a", "https://x.example/a"],
    ["https://x.example/a%20b", "https://x.example/a%20b"],
    ["https://x.example/100%", "https://x.example/100%"],
    ["https://x.example/?u=a%2Fb", "https://x.example/?u=a%2Fb"],
    ["https://x.example/a;v=1/b", "https://x.example/a;v=1/b"],
    ["https://x%2eexample/", undefined],
    ["https://faß.example/", undefined],
    ["http://0177.0.0.1/", undefined],
    ["http://0x7f.0.0.1/", "http://127.0.0.1/"],
    ["http://127.1/", "http://127.0.0.1/"],
    ["http://127.0.0.1./", "http://127.0.0.1/"],
    ["http://[::ffff:127.0.0.1]/", "http://127.0.0.1/"],
    ["http://[64:ff9b::a9fe:a9fe]/", "http://169.254.169.254/"],
    ["http://[2002:7f00:1::]/", undefined],
    ["http://[2001:DB8:0:0::1]/", "http://[2001:db8::1]/"],
    ["http://x.example:0080/", "http://x.example/"],
    ["http://x.example:/", "http://x.example/"],
    ["http://x.exa\tmple/", undefined],
    ["http:/\n/x.example", undefined],
  ])("%j is %j", (text, want) => {
    expect(normalizeUrl(text)).toBe(want);
  });
});

describe("design 3.6: normalised URLs and domains", () => {
  it.each([
    ["HTTPS://User:pw@Example.COM:443/a/../b?x=1#y", "https://example.com/b?x=1"],
    ["http://x.example", "http://x.example/"],
    ["https://x.example:8443/", "https://x.example:8443/"],
    ["https://x.example//a//b", "https://x.example/a/b"],
    ["https://x.example//a/../b", undefined],
    ["https://x.example/%61%7e", "https://x.example/a~"],
    ["https://x.example/%61%2f%7e", undefined],
    ["https://x.example/%2e%2e/a", "https://x.example/a"],
    ["s3://Bucket/Key", "s3://bucket/Key"],
    ["https://münchen.example/", "https://xn--mnchen-3ya.example/"],
    ["https://x.example./a", "https://x.example/a"],
    ["http://2130706433/", "http://127.0.0.1/"],
    ["http://[::1]:80/", "http://[::1]/"],
    ["http:/x.example", undefined],
    ["http:///x.example", undefined],
    ["https:\\\\x.example", undefined],
    ["http://a.example\\@b.example", undefined],
    ["http://a@b@c.example", undefined],
    ["http://x.example/a b", undefined],
    ["ht\ntp://x.example", undefined],
    ["mailto:a@b.example", undefined],
    ["x.example/a", undefined],
    ["https://", undefined],
    ["https://x.example:99999/", undefined],
    ["https://x.example?q", "https://x.example/?q"],
  ])("%j is %j", (text, want) => {
    expect(normalizeUrl(text)).toBe(want);
  });
  it.each([
    ["Example.COM.", "example.com"],
    ["a.b-c.example", "a.b-c.example"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["ｅxample.com", "example.com"],
    ["a..b", undefined],
    [".a", undefined],
    ["a:80", undefined],
    ["a/b", undefined],
    ["-a.example", undefined],
    ["a b", undefined],
    ["", undefined],
    ["*.example", undefined],
    [`${"a.".repeat(200)}b`, undefined],
  ])("domain %j is %j", (text, want) => {
    expect(normalizeDomain(text)).toBe(want);
  });
});

describe("design 3.7: host(text)", () => {
  it.each([
    ["https://Own.Example/x", "own.example"],
    ["https://own.example@evil.example/", "evil.example"],
    ["https://own.example:pw@evil.example", "evil.example"],
    ["https://evil.example#@own.example", "evil.example"],
    ["https://evil.example?@own.example", "evil.example"],
    ["https://evil.example/@own.example", "evil.example"],
    ["https://evil.example\\@own.example", "error"],
    ["https://a@evil.example@own.example", "error"],
    ["https:evil.example", "error"],
    ["https:/evil.example", "error"],
    ["https:///evil.example", "error"],
    ["https://own.example.", "own.example"],
    ["//cdn.example/x.js", "cdn.example"],
    ["ssh://git@host.example:22/r", "host.example"],
    ["http://0x7f.1/", "127.0.0.1"],
    ["http://[::1]/", "[::1]"],
    ["https://own.example%2eevil.example/", "error"],
    ["https://own.ex\tample", "error"],
    ["https://own.example\u3002evil.example", "own.example.evil.example"],
    ["https://оwn.example", "xn--wn-emc.example"],
    ["ann@Own.Example.", "own.example"],
    ["Ann <ann@own.example>", "own.example"],
    ['"Ann, B" <ann@own.example>', "own.example"],
    ["ann@own.example <x@evil.example>", "error"],
    ["a@own.example, b@evil.example", "error"],
    ["a@own.example b@evil.example", "error"],
    ["a@evil.example@own.example", "error"],
    ['"a@own.example"@evil.example', "error"],
    ["@own.example", "error"],
    ["ann@", "error"],
    ["a@own.example\nbcc:b@evil.example", "error"],
    ["evil.example/@own.example", "error"],
    ["evil.example:80@own.example", "error"],
    ["x%evil.example@own.example", "error"],
    ["evil!x@own.example", "error"],
    ["mailto:ann@own.example?bcc=x", "error"],
    ["own.example", "own.example"],
    ["own.example:8080", "own.example"],
    ["own.example/path?x", "own.example"],
    ["localhost", "localhost"],
    [" own.example ", "own.example"],
    ["hello", "error"],
    ["", "error"],
    ["not a host", "error"],
    ["javascript:alert(1)", "error"],
    ["data:text/html,x", "error"],
    ["/etc/passwd", "error"],
    ["own..example", "error"],
  ])("%j gives %j", (text, want) => {
    expect(told("host(t)", { t: text })).toBe(want);
  });
});

describe("design 3.7: host(text) is an error where mailers, browsers or networks disagree", () => {
  it.each([
    // quoted local parts, comments, encoded words, groups, lists, routes
    ['"x@evil.example x"@own.example'],
    ['"x@evil.example> NOTIFY=NEVER"@own.example'],
    ['"x>y"@own.example'],
    ['"x,y"@own.example'],
    ['"x\\"@evil.example, \\""@own.example'],
    ["=?utf-8?q?x=40evil.example=3e?=@own.example"],
    ["=?utf-8?q?x=40evil.example?= <ann@own.example>"],
    ["(x@evil.example) ann@own.example"],
    ["ann(x)@own.example"],
    ["Ann (x@evil.example) <ann@own.example>"],
    ["ann@(x)own.example"],
    ["Team: x@evil.example, ann@own.example;"],
    ["Team: ann@own.example;"],
    ["x@evil.example,ann@own.example"],
    ["x@evil.example;ann@own.example"],
    ["<x@evil.example> <ann@own.example>"],
    ["<@evil.example:ann@own.example>"],
    ["ann%evil.example@own.example"],
    ["evil.example!ann@own.example"],
    ['"x@evil.example" <ann@own.example>'],
    ["x@evil.example <ann@own.example>"],
    ["Ann\n<ann@own.example>"],
    ["ann@own.example\r\nbcc: x@evil.example"],
    ["x＠evil.example"],
    ["x@evil.example＠own.example"],
    ["ŀ@own.example"],
    ["ann@[127.0.0.1]"],
    ["ann@own.example\u0000.evil.example"],
    ["ann%40own.example"],
    ['""@own.example'],
    // mailto
    ["mailto:ann@own.example?bcc=x@evil.example"],
    ["mailto:ann@own.example?to=x@evil.example"],
    ["mailto:ann@own.example?cc=x@evil.example"],
    ["MAILTO:ann@own.example?BCC=x@evil.example"],
    ["mailto:ann@own.example?subject=a&bcc=x@evil.example"],
    ["mailto:ann@own.example?subject=a&amp;bcc=x@evil.example"],
    ["mailto:ann@own.example?%62cc=x@evil.example"],
    ["mailto:ann@own.example?subject=a%0d%0abcc:x@evil.example"],
    ["mailto:ann@own.example?subject=a%26bcc=x"],
    ["mailto:?to=ann@own.example"],
    ["mailto:ann%40own.example"],
    ["mailto:ann@own.example,x@evil.example"],
    ["mailto:ann@own.example%2Cx@evil.example"],
    ["mailto:x%40evil.example%2C@own.example"],
    ["mailto:Ann <ann@own.example>"],
    ["mailto:ann@own.example?reply-to=x@evil.example"],
    // URLs
    ["javascript://own.example/%0aalert(1)"],
    ["data://own.example/x"],
    ["file://own.example/etc"],
    ["http://0177.0.0.1/"],
    ["http://010.0.0.1/"],
    ["http://own.example%2fevil.example/"],
    ["http://faß.example/"],
    ["http://own.exam\u200dple/"],
    ["http://[::ffff:127.0.0.1%25eth0]/"],
    ["http://[2002:7f00:1::]/"],
    ["http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/"],
    ["http://[64:ff9b:1::7f00:1]/"],
    ["http://[fe80::5efe:127.0.0.1]/"],
    ["http://1.2.3.4.5/"],
    ["http://256.0.0.1/"],
  ])("%j", (text) => {
    expect(told("host(t)", { t: text })).toBe("error");
  });
  it.each([
    ["http://[::ffff:a9fe:a9fe]/", "169.254.169.254"],
    ["http://[::169.254.169.254]/", "169.254.169.254"],
    ["http://[::ffff:127.0.0.1]/", "127.0.0.1"],
    ["http://[0:0:0:0:0:FFFF:7F00:0001]:80/", "127.0.0.1"],
    ["http://[64:ff9b::127.0.0.1]/", "127.0.0.1"],
    ["http://[::ffff:0:127.0.0.1]/", "127.0.0.1"],
    ["http://[::1]/", "[::1]"],
    ["http://[::]/", "[::]"],
    ["http://[2001:DB8::1]/", "[2001:db8::1]"],
    ["http://2852039166/", "169.254.169.254"],
    ["http://0xa9fea9fe/", "169.254.169.254"],
    ["http://169.254.43518/", "169.254.169.254"],
    ["http://127.0.0.1./", "127.0.0.1"],
    ["http://１２７.0.0.1/", "127.0.0.1"],
    ["ann+tag@own.example", "own.example"],
    ["a.b_c-d'e@own.example", "own.example"],
    ['"ann lee"@own.example', "own.example"],
    ['"Lee, Ann (HR)" <ann@own.example>', "own.example"],
    ["Änne <ann@own.example>", "own.example"],
    ["mailto:ann@own.example", "own.example"],
    ["mailto:ann@own.example?subject=hi%20there&body=x", "own.example"],
  ])("%j gives %j", (text, want) => {
    expect(told("host(t)", { t: text })).toBe(want);
  });
});

describe("design 3.7: under(a, b)", () => {
  it.each([
    ["/data/x", "/data", true],
    ["/data", "/data", true],
    ["/data/", "/data/", true],
    ["/database", "/data", false],
    ["/data/../etc", "/data", false],
    ["/data/%2e%2e/etc", "/data", "error"],
    ["/data//x/./y", "/data", true],
    ["/x/../data/y", "/data", true],
    ["/etc/passwd", "/", true],
    ["/Data/x", "/data", false],
    ["C:\\Data\\x", "c:/data", true],
    ["D:/x", "C:/", false],
    ["src/a.ts", "src", true],
    ["src/../b", "src", false],
    ["../src/a", "src", "error"],
    ["x", ".", true],
    ["/src/a", "src", "error"],
    ["src/a", "/src", "error"],
    ["~/.ssh/id", "/home", "error"],
    ["~/.ssh/id", "~/.ssh", true],
    ["/data\\..\\x", "/data", "error"],
    ["/data/%zz", "/data", true],
    ["own.example", "own.example", true],
    ["mail.own.example", "own.example", true],
    ["Mail.OWN.example.", "own.example", true],
    ["evilown.example", "own.example", false],
    ["own.example.evil.example", "own.example", false],
    ["own.example", "mail.own.example", false],
    ["ann@own.example", "own.example", "error"],
    ["https://own.example/", "own.example", "error"],
    ["mail.internal", "internal", "error"],
    ["evil.src", "src", "error"],
    ["src", "src", true],
    ["lib", "src", false],
    ["", "own.example", "error"],
    ["own.example", "", "error"],
    ["1.2.3.4", "2.3.4.5", false],
    ["x.own.example\u0000", "own.example", "error"],
  ])("%j under %j: %j", (a, b, want) => {
    expect(told("under(a, b)", { a, b })).toBe(want);
  });
});

describe("design 3.7: links(text)", () => {
  it.each([
    ["see https://a.example/x.", ["https://a.example/x"]],
    ["(https://a.example/x_(y))", ["https://a.example/x_(y)"]],
    ["<https://a.example>", ["https://a.example"]],
    ["[t](https://a.example/b 'title')", ["https://a.example/b"]],
    ["![i](//img.example/p.png?d=1)", ["//img.example/p.png?d=1"]],
    ["www.a.example, and WWW.B.example!", ["www.a.example", "WWW.B.example"]],
    ["HTTP://A.example", ["HTTP://A.example"]],
    ["https://a.example,https://b.example", ["https://a.example", "https://b.example"]],
    ["https://a.example/?u=https://b.example", ["https://a.example/?u=https://b.example"]],
    ["https:\\\\evil.example/x", ["https:\\\\evil.example/x"]],
    ["https:/evil.example", ["https:/evil.example"]],
    ["mailto:ann@a.example", ["mailto:ann@a.example"]],
    ["src='//a.example/x'", ["//a.example/x"]],
    ["a//b // comment http:// www. x", []],
    ["**https://a.example**", ["https://a.example"]],
    ["`https://a.example`", ["https://a.example"]],
    ["https://a.example\nhttps://a.example", ["https://a.example"]],
    ["xhttps://a.example", ["xhttps://a.example"]],
    ["", []],
  ])("%j", (text, want) => {
    expect(told("links(t)", { t: text })).toEqual(want);
  });
  it.each([
    ["https&colon;//evil.example"],
    ["https:&sol;&sol;evil.example"],
    ["https&#x3a;&#x2F;&#x2f;evil.example"],
    ["https://own.example&#64;evil.example/"],
    ["https://own.example&period;evil.example"],
    ["<a href='ht\ntps://evil.example'>"],
    ['<a href="https:\n//evil.example">'],
    ['<a href="h\tt\ttps://evil.example">'],
    ["<a href='https://own.example\n.evil.example/'>"],
    ["ht&Tab;tps://evil.example"],
  ])("%j is an error: renderers read other links", (text) => {
    expect(told("links(t)", { t: text })).toBe("error");
  });
  it.each([
    ["https://own.example/?a=1&amp;b=2", ["https://own.example/?a=1&amp;b=2"]],
    ["AT&T, see https://own.example/?a=1&copy=2", ["https://own.example/?a=1&copy=2"]],
    ["&lt;b&gt; https://own.example", ["https://own.example"]],
    ["x &#8212; https://own.example", ["https://own.example"]],
    ["https:evil.example", ["https:evil.example"]],
    ["rows:3 windows:10 http: x", []],
    ["https://own.example\nnext line", ["https://own.example"]],
    ["h\nt\nt\np", []],
    ["h&#116;tps://evil.example", ["tps://evil.example"]],
  ])("%j", (text, want) => {
    expect(told("links(t)", { t: text })).toEqual(want);
  });
  it("every link of a text is judged by its host", () => {
    const text = "ok https://own.example/a, ![x](https://own.example@evil.example/?d=secret)";
    expect(told("links(t).all(l, under(host(l), 'own.example'))", { t: text })).toBe(false);
  });
  it.each([
    "https://",
    "www.",
    " //a.",
    "(",
    "https://x)",
    "mailto:",
    "a".repeat(30),
    "h\n",
    "\n",
    "http\n",
    "&#104;",
    "=https://a\n",
  ])("stays linear on repetitions of %j", (piece) => {
    const links = told("links(t)", { t: piece.repeat(Math.floor((1 << 20) / piece.length)) });
    expect(Array.isArray(links) || links === "error").toBe(true);
  });
});

describe("design 3.7: rank(classification)", () => {
  it.each([
    ["public", 0n],
    ["internal", 1n],
    ["confidential", 2n],
    ["restricted", 3n],
    ["Public", "error"],
    ["secret", "error"],
    ["", "error"],
    ["constructor", "error"],
  ])("%s", (text, want) => {
    expect(told("rank(t)", { t: text })).toBe(want);
  });
  it("compares with numbers, and an unknown class is never the lowest", () => {
    expect(told("rank(t) >= 2", { t: "restricted" })).toBe(true);
    expect(told("rank(t) < 1", { t: "secret" })).toBe("error");
    expect(told("rank(t) == rank('internal')", { t: "internal" })).toBe(true);
  });
});

describe("design 3.6: what is plain is normal already, and comes out as its odd spellings do", () => {
  const piece = fc.constantFrom(
    "a",
    "B9",
    "x.y",
    "x..y",
    "-",
    "_a",
    "a-b",
    "a.",
    "xn--a",
    "1",
    "0x1",
    "10",
    "a--b",
    "abc",
    "é",
    "~",
    "%41",
    ".",
    "..",
  );
  const joined = (by: string): fc.Arbitrary<string> =>
    fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(by));
  it("paths", () => {
    fc.assert(
      fc.property(
        joined("/"),
        (rest) => void expect(normalizePath(`/${rest}`)).toBe(normalizePath(`/./${rest}`)),
      ),
      { numRuns: 2_000 },
    );
  });
  it("hosts", () => {
    fc.assert(
      fc.property(
        joined("."),
        (host) => void expect(normalizeDomain(host)).toBe(normalizeDomain(host.toUpperCase())),
      ),
      { numRuns: 2_000 },
    );
  });
  it("URLs", () => {
    fc.assert(
      fc.property(joined("."), joined("/"), (host, rest) => {
        const plain = normalizeUrl(`http://${host}/${rest}`);
        expect([
          normalizeUrl(`HTTP://${host}:80/${rest}#x`),
          normalizeUrl(`http://me@${host.toUpperCase()}/${rest}?`),
        ]).toEqual([plain, plain]);
      }),
      { numRuns: 2_000 },
    );
  });
});
