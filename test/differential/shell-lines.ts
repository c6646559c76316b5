import { ORDINARY_LINES } from "../condition/ordinary-lines.ts";

/** A seeded source of choices. */
export class Choices {
  constructor(private state: number) {}

  /** A number from 0 to below 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to choose from");
    return item;
  }

  maybe(chance: number): boolean {
    return this.next() < chance;
  }
}

/** Programs that only record their words. */
export const STUBS: readonly string[] = [
  "alpha",
  "beta",
  "gamma",
  "delta",
  "evil",
  "ls",
  "git",
  "cat",
  "rm",
  "grep",
  "make",
  "curl",
  "npm",
  "python",
  "sed",
  "awk",
  "tee",
];
/** Programs that record their words and then really run: each runs others. */
export const RUNNERS: readonly string[] = [
  "sh",
  "bash",
  "dash",
  "env",
  "nice",
  "nohup",
  "timeout",
  "xargs",
  "find",
];
/** The variables that are set before each line: what evaluates one of them runs `evil`. */
export const VARIABLES: Readonly<Record<string, string>> = {
  x: "a[$(evil)]",
  y: "$(evil)",
  z: "-v a[$(evil)]",
  v: "-v",
  n: "1",
  w: "two words",
  e: "",
};

const PIECES: readonly string[] = [
  " ",
  " ",
  " ",
  "  ",
  "\n",
  ";",
  "; ",
  "&&",
  " || ",
  "|",
  " | ",
  "&",
  " & ",
  "(",
  ")",
  "$(",
  "`",
  '"',
  "'",
  "\\",
  "\\\n",
  "{ ",
  "; }",
  "}",
  "{",
  "!",
  "! ",
  "#",
  " # ",
  "=",
  "~",
  "*",
  "?",
  "[",
  "]",
  "$x",
  "${x}",
  '"$x"',
  "$@",
  '"$@"',
  "${x:-",
  "${x:=",
  "${x#",
  "${x%%",
  "${x/a/",
  "${#x}",
  "${!x}",
  "${x@P}",
  "${a[x]}",
  "${x:n}",
  "${x^^}",
  "$((",
  "$((n+1))",
  "$((x))",
  "))",
  "((",
  "$[",
  "$'",
  '$"',
  "$\\\n",
  "${ ",
  "<",
  ">",
  ">>",
  "<<",
  "<<-",
  "<<<",
  "<>",
  ">|",
  "&>",
  "&>>",
  ">&",
  "2>&1",
  "1>&2",
  ">&-",
  "12>",
  "{fd}>",
  "> f",
  "2> f",
  "< f",
  "<(",
  ">(",
  "|&",
  "<<E",
  "<<'E'",
  "<<\\E",
  "<<-E",
  "\nE\n",
  "\nE",
  "\n\tE\n",
  "E",
  "\\\nE\n",
  "f",
  "x=",
  "x=1 ",
  "x=y; ",
  "x+=1 ",
  "a[0]=1 ",
  "a=(",
  "PATH=. ",
  "IFS=x ",
  "export x=",
  "local ",
  "declare -i x=",
  "read x",
  "unset x",
  "if ",
  "; then ",
  "; else ",
  "; fi",
  " fi",
  "then",
  "while ",
  "until ",
  "; do ",
  "; done",
  "for i in ",
  "for i ",
  "for ((i=0;i<2;i++)); do ",
  "do ",
  "done",
  "case $x in ",
  "case a in ",
  "a) ",
  "*) ",
  ";; ",
  ";& ",
  "esac",
  "f() ",
  "f() { ",
  "f",
  "function g ",
  "function g { ",
  "[[ ",
  " ]]",
  "[ ",
  " ]",
  "-f f",
  "-v x",
  "-n ",
  "=~ ",
  "== ",
  "-eq ",
  "test ",
  "eval ",
  "eval '",
  "exec ",
  "command ",
  "builtin ",
  "trap ",
  "trap 'evil' EXIT",
  ". ",
  "source ",
  "set -- ",
  "set -e; ",
  "shift; ",
  "time ",
  "coproc ",
  "select ",
  "alias ls=evil\n",
  "printf ",
  "printf -v ",
  "let ",
  "true",
  "false",
  ":",
  "exit",
  "return",
  "break",
  "sh -c ",
  "sh -c '",
  'bash -c "',
  "sh",
  "bash -s ",
  "sh f",
  "env ",
  "env A=1 ",
  "nice ",
  "nice -n 5 ",
  "nohup ",
  "timeout 3 ",
  "xargs ",
  "xargs -n1 ",
  "xargs -I{} ",
  "find . -exec ",
  " {} \\;",
  " {} +",
  " \\;",
  "--",
  "-",
  "-a",
  "{a,b}",
  "{1..3}",
  "{$,}",
  "{x@P}",
  "{}",
  "é",
  "\t",
  "a",
  "b c",
  "0",
  "1",
];

/** Words of every kind. */
function word(choices: Choices, depth: number): string {
  const kinds: readonly (() => string)[] = [
    () =>
      choices.of([
        "a",
        "b",
        "-l",
        "--all",
        "x=1",
        "f",
        "1",
        "a.b",
        "a{",
        "}b",
        "a#b",
        "-",
        "--",
        "=a",
        "a=b",
      ]),
    () =>
      `'${choices.of(["a b", "$(evil)", "`evil`", '"', "a;evil", "\\", "", "a\nb", "!a", "# evil"])}'`,
    () => `"${inDouble(choices, depth)}"`,
    () => `a\\${choices.of([" ", ";", "$", "'", '"', "\\", "&", "n", "\n", "(", "#"])}b`,
    () => expansion(choices, depth, false),
    () =>
      `${choices.of(["a", "-", ""])}${expansion(choices, depth, false)}${choices.of(["b", "/c", ""])}`,
    () =>
      choices.of([
        "*",
        "a*",
        "[ab]",
        "?",
        "{a,b}",
        "{1..3}",
        "~",
        "a~b",
        "a=~",
        "{a,$x}",
        "{$,}x",
        "x{,}",
      ]),
    () => `$'${choices.of(["a", "\\n", "a\\'b", "\\\\", "$(evil)"])}'`,
    () => word(choices, depth) + (depth > 0 ? word(choices, depth - 1) : ""),
  ];
  return choices.of(kinds)();
}

function inDouble(choices: Choices, depth: number): string {
  const count = choices.below(3);
  let text = "";
  for (let i = 0; i <= count; i++) {
    text += choices.maybe(0.5)
      ? choices.of([
          "a",
          " ",
          "b c",
          '\\"',
          "\\$",
          "\\\\",
          "\\a",
          "'",
          "$",
          "!",
          "! ",
          "\n",
          "\\\n",
          "a\\\nb",
          "#",
          ";",
          "(",
        ])
      : expansion(choices, depth, true);
  }
  return text;
}

function expansion(choices: Choices, depth: number, quoted: boolean): string {
  const variable = choices.of(["x", "y", "z", "n", "w", "e", "i", "1", "@", "*", "#", "?", "u"]);
  const kinds: readonly (() => string)[] = [
    () => `$${variable}`,
    () => `\${${variable}}`,
    () =>
      `\${${variable}${choices.of([
        ":-",
        "-",
        ":+",
        "+",
        ":=",
        "#",
        "%",
        "##",
        "%%",
        "/",
        "//",
        ":?",
        "^^",
        ",,",
      ])}${operand(choices, depth, quoted)}}`,
    () =>
      `\${${variable}${choices.of(["@P", "@Q", ":1", ":n", ":x", ":1:1", "[0]", "[@]", "[x]", "[n]"])}}`,
    () => `\${${choices.of(["#", "!"])}${variable}}`,
    () =>
      `$((${choices.of(["1+2", "n", "n+1", "x", "$n", "$x", "i", "i+1", "a[0]", "1)+(2", "$(evil)", "n?1:2"])}))`,
    () => (depth > 0 ? `$(${list(choices, depth - 1)})` : "$(beta)"),
    () => (depth > 0 ? `$(${list(choices, depth - 1)}\n)` : "$(beta)"),
    () => (depth > 0 ? `\`${list(choices, depth - 1).replaceAll("`", "")}\`` : "`beta`"),
    () => (quoted ? "$n" : `<(${depth > 0 ? list(choices, depth - 1) : "beta"})`),
  ];
  return choices.of(kinds)();
}

function operand(choices: Choices, depth: number, quoted: boolean): string {
  const kinds: readonly (() => string)[] = [
    () =>
      choices.of([
        "",
        "a",
        "a b",
        "a/b",
        "a}b",
        "{a}",
        "\\}",
        "\\a",
        "*",
        "a*",
        "'",
        "'a'",
        "'}'",
        '"',
        '"a"',
        '"}"',
        "`beta`",
        "<(beta)",
        "(",
        ")",
        "#",
        ";",
        "~",
        "!a",
      ]),
    () => (depth > 0 ? expansion(choices, depth - 1, quoted) : "$n"),
    () => (depth > 0 ? `'${expansion(choices, depth - 1, quoted)}'` : "'$n'"),
    () => (depth > 0 ? `"${expansion(choices, depth - 1, true)}"` : '"$n"'),
  ];
  return choices.of(kinds)();
}

function redirection(choices: Choices, depth: number): string {
  const target = (): string =>
    choices.maybe(0.7) ? choices.of(["f", "g", "f1", "/dev/null"]) : word(choices, depth);
  const kinds: readonly (() => string)[] = [
    () =>
      `${choices.of(["", "2", "3", "10"])}${choices.of([
        ">",
        ">>",
        "<",
        ">|",
        "<>",
      ])}${choices.of(["", " "])}${target()}`,
    () =>
      choices.of(["2>&1", ">&2", "<&0", "2>&-", ">&-", "3>&1", ">& f", "<&n", ">&$n", ">&$((x))"]),
    () => `${choices.of(["&>", "&>>"])}${choices.of(["", " "])}${target()}`,
    () => `<<<${word(choices, depth)}`,
    () => `{fd}> ${target()}`,
  ];
  return choices.of(kinds)();
}

function heredoc(choices: Choices): string {
  const delimiter = choices.of(["E", "'E'", '"E"', "\\E", "E", "E", "EOF"]);
  const name = delimiter.replace(/['"\\]/g, "");
  const lines = Array.from({ length: choices.below(3) }, () =>
    choices.of([
      "a",
      "$(beta)",
      "`beta`",
      "$x",
      "a\\",
      "\\$(evil)",
      "\\\\$(beta)",
      "'$(beta)'",
      '"$(beta)"',
      "${x:-$(beta)}",
      "${x:-'$(beta)'}",
      " E",
      "\tE",
      "E ",
      "E\\",
      "$\\",
      "(beta)",
      "$((n+1))",
      "$((x))",
      "evil",
      "alpha 'a",
    ]),
  );
  const dash = choices.maybe(0.3);
  return (
    `<<${dash ? "-" : ""}${choices.of(["", " "])}${delimiter}${choices.of(["", "", "; beta", " | gamma", " a"])}\n` +
    `${[...lines, `${dash ? choices.of(["", "\t"]) : ""}${name}`].join("\n")}\n`
  );
}

function command(choices: Choices, depth: number): string {
  if (depth > 0 && choices.maybe(0.3)) return compound(choices, depth - 1);
  const parts: string[] = [];
  if (choices.maybe(0.15))
    parts.push(
      choices.of([
        "a=1",
        "x=1",
        "x=$y",
        "LANG=C",
        "i=0",
        "PATH=.",
        "x+=1",
        "a[0]=1",
        "a=(1 2)",
        "n=$((n+1))",
        "IFS=",
        "x=$(beta)",
        "x=`beta`",
        "x=*",
        "x=~",
      ]),
    );
  if (choices.maybe(0.1)) parts.push(redirection(choices, depth));
  parts.push(choices.maybe(0.75) ? choices.of(STUBS) : prefix(choices, depth));
  const count = choices.below(4);
  for (let i = 0; i < count; i++)
    parts.push(choices.maybe(0.15) ? redirection(choices, depth) : word(choices, depth));
  if (choices.maybe(0.06)) parts.push(heredoc(choices));
  return parts.join(choices.maybe(0.95) ? " " : choices.of(["  ", "\t", " \\\n", "\\\n", "\\\n "]));
}

/** A builtin, a wrapper or a shell that runs a command or evaluates words. */
function prefix(choices: Choices, depth: number): string {
  const inside = (): string => (depth > 0 ? list(choices, depth - 1) : choices.of(STUBS));
  const quoted = (): string => {
    const text = inside();
    return text.includes("'") ? `"${text.replace(/[\\"$`]/g, "\\$&")}"` : `'${text}'`;
  };
  const kinds: readonly (() => string)[] = [
    () =>
      choices.of([
        "[ $x ]",
        "[ $n ]",
        '[ "$x" ]',
        '[ -n "$x" ]',
        "[ $n -eq 1 ]",
        '[ "$v" "$x" ]',
        "[ -v n ]",
        "[ -v 'a[$(evil)]' ]",
        '[ "$w" = a ] &&',
        "[ a == b ] ||",
        "test -f f &&",
        "test $z",
      ]),
    () =>
      choices.of([
        "[[ -f f ]] &&",
        "[[ $n -eq 1 ]] &&",
        "[[ x -eq 1 ]] &&",
        "[[ $x == a* ]] ||",
        "[[ a =~ ^(a|b)$ ]] &&",
        "[[ a =~ a|beta ]] &&",
        "[[ a && beta ]]",
        "[[ -n $x || beta ]]",
        "[[ ! -f f ]] &&",
        "[[ $w ]] &&",
        "[[ a < b ]]",
      ]),
    () => `eval ${choices.maybe(0.6) ? quoted() : word(choices, depth)}`,
    () =>
      `${choices.of(["sh -c", "bash -c", "sh -ec", "dash -c", "bash -euo pipefail -c", "sh -c -e"])} ` +
      `${quoted()} ${choices.of(["", "a b", '"$x"'])}`,
    () =>
      `${choices.of([
        "env",
        "env A=1",
        "env -- A=1",
        "nice",
        "nice -n 5",
        "nohup",
        "timeout 3",
        "timeout -k 1 3",
        "command",
        "builtin",
        "exec",
        "xargs",
        "xargs -n1",
        "xargs -I{}",
        "time",
        "env nice",
      ])} ` + `${command(choices, Math.max(0, depth - 1))}`,
    () =>
      `find . ${choices.of(["-name f", "-type f", "", '"$w"', "$e"])} -exec ` +
      `${choices.of(STUBS)} ${word(choices, 0)} ` +
      `${choices.of(["{} \\;", "{} +", "\\;", "';'", '{} "+"', "+"])}`,
    () => `trap ${quoted()} ${choices.of(["EXIT", "0", "EXIT INT", ""])}`,
    () =>
      choices.of([
        "printf '%s' a;",
        "printf -v i a;",
        "printf \"$v\" 'a[$(evil)]' b;",
        'printf "$w";',
        "read i <<< a;",
        "read i x < f;",
        "read 'a[$(evil)]' <<< 1;",
        "let i=1;",
        "let x;",
        "declare -i i=x;",
        "declare i=1;",
        "export i=$w;",
        'export i="$w";',
        "unset i;",
        "set -- a b;",
        "shift;",
        "set -x;",
        "set -f;",
        "wait;",
        "hash -r;",
        "type ls;",
      ]),
    () =>
      choices.of(["i=0;", "i=1;", "i=$x;", "for i in 1 2; do", "i=$((i+1));", "i=$n;"]) +
      ` ${choices.of(STUBS)} $((i)) ${choices.of(["", "; done"])}`,
    () =>
      choices.of(["true &&", "false ||", "! ", ": ;", "cd . &&", "{ :; } &&", "return;", "exit;"]) +
      ` ${choices.of(STUBS)}`,
    () => `${choices.of(["sh", "bash", "sh -s a", "bash -", "cat", "sh -e"])} ${heredoc(choices)}`,
    () =>
      choices.of([
        "alias ls=evil\nls",
        'f() { alpha "$@"; }; f a',
        "f() { eval $1; }; f evil",
        "ls() { beta; }; ls",
        "f() beta\nf",
        "function f { beta; }; f",
        "function f {\nbeta\n}\nf",
        "f() (beta); f",
      ]),
  ];
  return choices.of(kinds)();
}

function compound(choices: Choices, depth: number): string {
  const inside = (): string => list(choices, depth);
  const kinds: readonly (() => string)[] = [
    () => `(${inside()})`,
    () => `( ${inside()} )`,
    () => `{ ${inside()}; }`,
    () => `{ ${inside()}\n}`,
    () => `if ${inside()}; then ${inside()}; fi`,
    () => `if ${inside()}\nthen ${inside()}\nelse ${inside()}\nfi`,
    () => `if ${inside()}; then ${inside()}; elif ${inside()}; then ${inside()}; fi`,
    () => `while ${inside()}; do ${inside()}; break; done`,
    () => `until ${inside()}; do ${inside()}; done`,
    () => `for i in ${word(choices, depth)} ${word(choices, depth)}; do ${inside()}; done`,
    () => `for i; do ${inside()}; done`,
    () => `for i do ${inside()}; done`,
    () => `for ((i=0; i<2; i++)); do ${inside()}; done`,
    () => `for ((i=x; i<2; i++)); do ${inside()}; done`,
    () =>
      `case ${word(choices, depth)} in ` +
      `${choices.of(["a", "*", "(b", "a|b", "$(beta)", '"a b"', "[ab]"])}) ${inside()} ;; *) ` +
      `${inside()}; esac`,
    () => `case a in a) ${inside()} ${choices.of([";;", ";&", ";;&"])} *) ${inside()};; esac`,
    () => `f() { ${inside()}; }; f ${word(choices, depth)}`,
    () => `! ${inside()}`,
    () => `time ${inside()}`,
    () => `((${choices.of(["n", "n+1", "x", "beta", "n++"])}))`,
    () => `((${inside()}); ${inside()})`,
  ];
  const trailing = choices.maybe(0.15) ? ` ${redirection(choices, depth)}` : "";
  return choices.of(kinds)() + trailing;
}

/** A list of commands. */
function list(choices: Choices, depth: number): string {
  let text = command(choices, depth);
  const count = choices.maybe(0.6) ? 0 : 1 + choices.below(2);
  for (let i = 0; i < count; i++) {
    text +=
      choices.of([
        "; ",
        ";",
        " && ",
        "&&",
        " || ",
        " | ",
        "|",
        "\n",
        " & ",
        " |& ",
        " # a'b\n",
        "\n\n",
        " ;\n",
        " &&\n",
        " |\n",
        " \\\n&& ",
        "&\\\n& ",
      ]) + command(choices, depth);
  }
  return text;
}

/** Changes a line here and there. */
function mutated(choices: Choices, line: string): string {
  let text = line;
  const count = 1 + choices.below(4);
  for (let i = 0; i < count; i++) {
    const at = choices.below(text.length + 1);
    const length = choices.maybe(0.5) ? 0 : choices.below(6);
    const kind = choices.below(4);
    const piece =
      kind === 0
        ? ""
        : kind === 1
          ? word(choices, 1)
          : kind === 2
            ? text.slice(choices.below(text.length + 1)).slice(0, 12)
            : choices.of(PIECES);
    text = text.slice(0, at) + piece + text.slice(at + length);
  }
  return text;
}

/** A line of random pieces. */
function soup(choices: Choices): string {
  let text = choices.of(STUBS);
  const count = 1 + choices.below(10);
  for (let i = 0; i < count; i++)
    text += choices.maybe(0.25) ? ` ${choices.of(STUBS)} ` : choices.of(PIECES);
  return text;
}

/**
 * A line that touches nothing outside of the folder that it runs in: no `/` but that of
 * `/dev/null`, no `..`, and none of the builtins that reach further.
 */
function tamed(line: string): string {
  return line
    .replaceAll("/dev/null", "\u0001")
    .replaceAll("/", "_")
    .replaceAll("..", (dots, at: number, text: string) =>
      /[\w}]/.test(text.charAt(at + 2)) && /[\w{]/.test(text.charAt(at - 1)) ? dots : "._",
    )
    .replaceAll("\u0001", "/dev/null")
    .replace(
      /\b(?:kill|suspend|ulimit|umask|pushd|popd|dirs|disown|fg|bg|logout|enable|cd|sleep)\b/g,
      "true",
    )
    .replace(/\b(command|exec)(\s+)-\w+/g, "$1$2");
}

/** The words of ordinary lines that name programs, replaced by programs that are there. */
function withStubs(line: string, choices: Choices): string {
  return line.replace(
    new RegExp(
      String.raw`\b(?:npx|node|pytest|pip|cargo|go|docker|kubectl|jq|rg|head|tail|sort|wc` +
        String.raw`|xargs -r|uv|ruff|poetry|mkdir|cp|mv|chmod|tar|unzip|wget|ssh|sudo)\b`,
      "g",
    ),
    () => choices.of(STUBS),
  );
}

/** One line to compare: generated, a changed ordinary or recorded line, or random pieces. */
export function shellLine(choices: Choices, recorded: readonly string[]): string {
  const kind = choices.next();
  if (kind < 0.45) return tamed(list(choices, 1 + choices.below(2)));
  if (kind < 0.6) return tamed(mutated(choices, list(choices, 1)));
  if (kind < 0.7) return tamed(soup(choices));
  const known = choices.maybe(0.5) && recorded.length > 0 ? recorded : ORDINARY_LINES;
  const line = withStubs(choices.of(known), choices);
  return tamed(choices.maybe(0.2) ? line : mutated(choices, line));
}
