import type { Random } from "./random.ts";

const ESC = "\u001b";

/** Texts that break naive readers, comparisons, terminals and reports. */
export const NASTY_TEXTS: readonly string[] = [
  "",
  " ",
  "~",
  "null",
  "true",
  "no",
  "on",
  "0",
  "-0",
  "1e9",
  "0x2710",
  "0o17",
  "017",
  "1,000",
  "1_000",
  ".nan",
  ".inf",
  "-.inf",
  "9007199254740993",
  "1e400",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
  "*",
  "**",
  "***",
  "a*b*c*d*e*f*g*",
  ":",
  "::",
  "agent:",
  ":x",
  "/",
  "//",
  "a/b/c",
  "agent:*",
  "role:",
  "git:",
  "git:main",
  "recorded",
  "-",
  "--",
  "--format",
  "\u0000",
  "\uFEFF",
  "\u200b",
  "\u202e",
  "\u2028",
  "\ud800",
  "\u0130",
  "ｒefund",
  "ﬁ",
  "é",
  "e\u0301",
  "𝒶",
  "😀",
  `${ESC}[31mred${ESC}[0m`,
  `${ESC}]8;;https://evil.example${ESC}\\x`,
  "\u009b31m",
  "\r",
  "\r\n",
  "\n",
  "\t",
  "\b\b\b",
  "::error file=x,line=1::owned",
  "\n::set-output name=x::y",
  "##[error]owned",
  "##vso[task.setvariable]x",
  "%0A::error::x",
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[x](javascript:alert(1))",
  "![x](https://evil.example/p.png)",
  "`",
  "```",
  "|",
  "]]>",
  "&amp;",
  "@team",
  "#1",
  "../../../../etc/passwd",
  "%2e%2e%2f",
  "/dev/null",
  "C:\\Windows",
  "\\\\host\\share",
  "file:///etc/passwd",
  "${HOME}",
  "$(id)",
  "`id`",
  "'; drop table x",
  "{{7*7}}",
  "%s%n",
  "(a+)+$",
  "^(.*a){20}$",
  "[",
  "(",
  "\\",
  "(?<x>",
  "(?=a)",
  "2026-02-30",
  "2026-13-01T00:00:00Z",
  "0000-00-00",
  "9999-12-31T23:59:60Z",
  "90d",
  "-1h",
  "1w",
  "99999999999999999999d",
  "sha256:",
  "yesterday",
  "*alias",
  "&anchor",
  "!!js/function 'x'",
  "!<tag:x>",
  "<<",
  "? ",
  "- ",
  "| ",
  ">-",
  "%YAML 1.1",
  "---",
  "...",
  "# comment",
  "{",
  "}",
  "[]",
  "{}",
];

const LONG: readonly (() => string)[] = [
  () => "a".repeat(100_000),
  () => "*a".repeat(600),
  () => "(".repeat(5000),
  () => "[".repeat(20_000),
  () => "{a: ".repeat(300),
  () => "- ".repeat(2000),
  () => "\\".repeat(4001),
  () => "!".repeat(5000),
  () => "1+".repeat(4000) + "1",
  () => "a.b".repeat(3000),
  () => "9".repeat(5000),
  () => "a && ".repeat(3000) + "a",
  () => "\u0301".repeat(4000),
  () => "/..".repeat(5000),
  () => "%25".repeat(5000),
  () => "$(".repeat(3000),
  () => "x: &a [*a, *a]\n",
  () =>
    `a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join("\n")}\n`,
];

export const LONG_TEXTS: readonly string[] = LONG.map((make) => make());

const NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.1,
  1e9,
  1e21,
  1e308,
  5e-324,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 63),
  100.01,
  4294967296,
];

function deep(levels: number): unknown {
  let value: unknown = "x";
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Any JSON value: nasty, plain, nested. */
export function nastyValue(random: Random, depth = 0): unknown {
  switch (random.below(depth > 3 ? 6 : 12)) {
    case 0:
      return random.pick(NUMBERS);
    case 1:
      return random.pick([true, false, null]);
    case 2:
      return `x${random.pick(NASTY_TEXTS)}`;
    case 3:
    case 4:
    case 5:
      return random.pick(NASTY_TEXTS);
    case 6:
      return random.chance(0.1) ? random.pick(LONG_TEXTS) : random.pick(NASTY_TEXTS);
    case 7:
      return Array.from({ length: random.below(4) }, () => nastyValue(random, depth + 1));
    case 8:
    case 9:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, () => [
          random.pick(NASTY_TEXTS),
          nastyValue(random, depth + 1),
        ]),
      );
    case 10:
      return random.chance(0.2) ? deep(random.pick([50, 99, 101, 500, 999, 1001])) : [];
    default:
      return {};
  }
}
