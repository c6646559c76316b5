import { describe, expect, it } from "vitest";
import { plainMarkdown } from "../../src/language-server/markdown.ts";

describe("plain text as Markdown", () => {
  it("shows no escapes in prose, in editors that show Markdown as it is written", () => {
    const text = "Comes from: an argument of payments/refund (tool_call), event support-21/2.";
    expect(plainMarkdown(text)).toBe(text);
  });

  it.each([
    ["https://evil.example", "https\\:\\//evil\\.example"],
    ["//evil.example/a", "\\//evil\\.example/a"],
    ["www.evil.example", "www\\.evil\\.example"],
    ["eve@evil.example", "eve\\@evil\\.example"],
    ["![x](y) <img src=x> &lt;", "!\\[x\\](y) &lt;img src=x> &amp;lt;"],
    ["*a* _b_ __c__ ~~d~~ `e` $f$", "\\*a\\* \\_b\\_ \\_\\_c\\_\\_ \\~\\~d\\~\\~ \\`e\\` \\$f\\$"],
    ["# a", "\\# a"],
    [" - a | b", " \\- a \\| b"],
    ["1. a", "1\\. a"],
    ["2) a", "2\\) a"],
    ["> a", "\\> a"],
    ["===", "\\==="],
    ["\\[x](y)", "\\\\\\[x\\](y)"],
  ])("makes nothing of %s", (text, shown) => {
    expect(plainMarkdown(text)).toBe(shown);
  });
});
