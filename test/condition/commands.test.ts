import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandsOf, MANY, ONE } from "./shell-run.ts";
import { told } from "./run.ts";

const RM = ["rm", "x"];

describe("design 3.7: commands(line) finds what a line runs", () => {
  it.each<[string, unknown]>([
    ["ls -la", [["ls", "-la"]]],
    ["ls;rm x", [["ls"], RM]],
    ["ls && rm x", [["ls"], RM]],
    ["ls || rm x", [["ls"], RM]],
    ["ls | rm x", [["ls"], RM]],
    ["ls & rm x", [["ls"], RM]],
    ["ls\nrm x", [["ls"], RM]],
    ["ls |& rm x", [["ls"], RM]],
    ["(ls; rm x)", [["ls"], RM]],
    ["{ rm x; }", [RM]],
    ["! rm x", [RM]],
    ["if a; then rm x; elif b; then c; else d; fi", [["a"], RM, ["b"], ["c"], ["d"]]],
    ["while a; do rm x; done", [["a"], RM]],
    ["until a\ndo rm x\ndone", [["a"], RM]],
    ["for i in 1 2; do rm x; done", [RM]],
    ["for i do rm x; done", [RM]],
    ["for ((i=0; i<3; i++)); do rm x; done", [RM]],
    ["case $1 in a|b) rm x;; (*) ls ;; esac", [RM, ["ls"]]],
    ["f() { rm x; }; f", [RM, ["f"]]],
    ["function f { rm x; }", [RM]],
    ["[[ -f x && -d y ]] && rm x", [["[[", "-f", "x"], ["-d", "y", "]]"], RM]],
    ["i=0; ((i++)); rm x", [["i++"], RM]],
    ["export A=$(rm x)", [RM, ["export", MANY]]],
    ["alias; history 5; crontab -l", [["alias"], ["history", "5"], ["crontab", "-l"]]],
    ["[[ -f x ]] && rm x", [["[[", "-f", "x", "]]"], RM]],
    ["[[ $a =~ ^(a|b)$ ]] && rm x", [["[[", MANY], RM]],
    ["a=(1 $(rm x)); ls ${a[0]}", [RM, ["ls", MANY]]],
    ["echo $(rm x)", [RM, ["echo", MANY]]],
    ["echo `rm x`", [RM, ["echo", MANY]]],
    ['echo "$(rm x)"', [RM, ["echo", ONE]]],
    ["echo '$(rm x)'", [["echo", "$(rm x)"]]],
    ["A=$(rm x)", [RM]],
    ["echo ${A:-$(rm x)}", [RM, ["echo", MANY]]],
    ["cat <(rm x)", [RM, ["cat", ONE]]],
    ["cat <<E\n$(rm x)\nE", [["cat"], RM]],
    ["cat <<'E'\n$(rm x)\nE\nls", [["cat"], ["ls"]]],
    ["sh <<E\nrm x\nE", [["sh"], RM]],
    ["bash <<< 'rm x'", [["bash"], RM]],
    ["cat <<-E\n\tq\n\tE\nrm x", [["cat"], RM]],
    ["A=1 B=2 rm x", [RM]],
    ["env A=1 rm x", [["env", "A=1", "rm", "x"], RM]],
    ["env -i -u Y rm x", [["env", "-i", "-u", "Y", "rm", "x"], RM]],
    ["sudo -u root -- rm x", [["sudo", "-u", "root", "--", "rm", "x"], RM]],
    ["/usr/bin/sudo rm x", [["/usr/bin/sudo", "rm", "x"], RM]],
    ["nohup rm x &", [["nohup", "rm", "x"], RM]],
    ["time rm x", [["time", "rm", "x"], RM]],
    ["time { rm x; }", [RM]],
    ["timeout --signal=KILL 5 rm x", [["timeout", "--signal=KILL", "5", "rm", "x"], RM]],
    ["nice -n 5 rm x", [["nice", "-n", "5", "rm", "x"], RM]],
    ["a | xargs rm x", [["a"], ["xargs", "rm", "x"], ["rm", "x", MANY]]],
    [
      "a | xargs -I{} -n1 rm x {}",
      [["a"], ["xargs", "-I{}", "-n1", "rm", "x", "{}"], ["rm", "x", ONE]],
    ],
    ["command rm x", [["command", "rm", "x"], RM]],
    ["command -v rm", [["command", "-v", "rm"]]],
    ["exec rm x", [["exec", "rm", "x"], RM]],
    ["busybox rm x", [["busybox", "rm", "x"], RM]],
    ["sh -c 'rm x'", [["sh", "-c", "rm x"], RM]],
    ["bash -lc 'ls; rm x'", [["bash", "-lc", "ls; rm x"], ["ls"], RM]],
    ["sh -c \"sh -c 'rm x'\"", [["sh", "-c", "sh -c 'rm x'"], ["sh", "-c", "rm x"], RM]],
    ["eval 'rm x'", [["eval", "rm x"], RM]],
    ["trap 'rm x' EXIT", [["trap", "rm x", "EXIT"], RM]],
    ["trap - EXIT", [["trap", "-", "EXIT"]]],
    ["su -c 'rm x' bob", [["su", "-c", "rm x", "bob"], RM]],
    ["su bob -c'rm x'", [["su", "bob", "-crm x"], RM]],
    ["ssh -p 22 me@host 'rm x'", [["ssh", "-p", "22", "me@host", "rm x"], RM]],
    ["docker exec -it c rm x", [["docker", "exec", "-it", "c", "rm", "x"], RM]],
    [
      "docker run --rm --entrypoint sh i -c 'rm x'",
      [
        ["docker", "run", "--rm", "--entrypoint", "sh", "i", "-c", "rm x"],
        ["sh", "-c", "rm x"],
        RM,
      ],
    ],
    ["kubectl exec -n a pod -- rm x", [["kubectl", "exec", "-n", "a", "pod", "--", "rm", "x"], RM]],
    ["uv run --frozen rm x", [["uv", "run", "--frozen", "rm", "x"], RM]],
    ["watch -n 1 'rm x'", [["watch", "-n", "1", "rm x"], RM]],
    ["flock f -c 'rm x'", [["flock", "f", "-c", "rm x"], RM]],
    ["git bisect run rm x", [["git", "bisect", "run", "rm", "x"], RM]],
    [
      "git submodule foreach --recursive 'rm x'",
      [["git", "submodule", "foreach", "--recursive", "rm x"], RM],
    ],
    ["git rebase -i --exec 'rm x' main", [["git", "rebase", "-i", "--exec", "rm x", "main"], RM]],
    ["rsync -ave 'rm x' a b", [["rsync", "-ave", "rm x", "a", "b"], RM]],
    ["sh script", [["sh", "script"]]],
    ["find . -exec rm x \\;", [["find", ".", "-exec", "rm", "x", ";"], RM]],
    [
      "find . -execdir rm x {} + -exec ls \\;",
      [
        ["find", ".", "-execdir", "rm", "x", "{}", "+", "-exec", "ls", ";"],
        ["rm", "x", MANY],
        ["ls"],
      ],
    ],
    // one file a run has a place, many files have none
    [
      "find . -exec cp {} b \\;",
      [
        ["find", ".", "-exec", "cp", "{}", "b", ";"],
        ["cp", ONE, "b"],
      ],
    ],
    [
      "fd -x cp {} b",
      [
        ["fd", "-x", "cp", "{}", "b"],
        ["cp", ONE, "b", MANY],
      ],
    ],
    [
      "fd -X cp {} b",
      [
        ["fd", "-X", "cp", "{}", "b"],
        ["cp", MANY],
      ],
    ],
    [
      "fd --exec-batch cp {} b",
      [
        ["fd", "--exec-batch", "cp", "{}", "b"],
        ["cp", MANY],
      ],
    ],
    [
      "xargs -I{} cp {} b",
      [
        ["xargs", "-I{}", "cp", "{}", "b"],
        ["cp", ONE, "b"],
      ],
    ],
    ["'r'\"m\" x", [RM]],
    ["r\\m x", [RM]],
    ["r\\\nm x", [RM]],
    ["rm \\\n  'x'", [RM]],
    ["/bin/rm x", [["/bin/rm", "x"]]],
    ["~/bin/rm x", [[ONE, "x"]]],
    ["echo =ls a", [["echo", ONE, "a"]]],
    ["echo =/bin/ls", [["echo", ONE]]],
    ["x==ls echo $x", [["echo", MANY]]],
    [
      "echo \\=ls '=ls' \"=ls\" a=ls --f=ls --f==ls x==1.0",
      [["echo", "=ls", "=ls", "=ls", "a=ls", "--f=ls", "--f==ls", "x==1.0"]],
    ],
    [
      "test a = b; [ a == b ]; [[ a =~ b ]]",
      [
        ["test", "a", "=", "b"],
        ["[", "a", "==", "b", "]"],
        ["[[", "a", "=~", "b", "]]"],
      ],
    ],
    ["FOO=bar rm x", [RM]],
    ["ls # ; rm x", [["ls"]]],
    ["ls#a", [["ls#a"]]],
    ["[ -f x ] && rm x", [["[", "-f", "x", "]"], RM]],
    ["rm $A x", [["rm", MANY]]],
    ['rm "$A" x', [["rm", ONE, "x"]]],
    ["rm *.c x", [["rm", MANY]]],
    ["rm {a,b}", [["rm", MANY]]],
    ["rm $'x'", [["rm", ONE]]],
    ["git -C /r push", [["git", "-C", "/r", "push"]]],
    ["echo 'a;b' \"c|d\"", [["echo", "a;b", "c|d"]]],
    ["i=0; while [ $i -lt 3 ]; do rm x; i=$((i+1)); done", [["[", MANY], RM]],
    ["", []],
    ["  # only a note", []],
  ])("%j", (line, want) => expect(commandsOf(line)).toEqual(want));
});

describe("design 3.7: commands(line) gives redirections to files as lists of their own", () => {
  it.each<[string, unknown]>([
    [
      "echo a > /etc/b 2>&1",
      [
        ["echo", "a"],
        [">", "/etc/b"],
      ],
    ],
    ["> f rm x", [RM, [">", "f"]]],
    ["ls >| f >> g <h 2> i", [["ls"], [">", "f"], [">>", "g"], ["<", "h"], [">", "i"]]],
    ["ls &> f", [["ls"], [">", "f"]]],
    ["ls &>> f", [["ls"], [">>", "f"]]],
    ["ls >& f", [["ls"], [">", "f"]]],
    ["ls 3<> f", [["ls"], ["<>", "f"]]],
    ["> f", [[">", "f"]]],
    ['ls > "$f"', [["ls"], [">", ONE]]],
    ["ls > ~/f", [["ls"], [">", ONE]]],
    ["ls > =f", [["ls"], [">", ONE]]],
    ["while ls; do rm x; done > f", [["ls"], RM, [">", "f"]]],
    ["{ ls; } >> f", [["ls"], [">>", "f"]]],
    ["f() { ls; } > g", [["ls"], [">", "g"]]],
    [
      "echo $(< f)",
      [
        ["<", "f"],
        ["echo", MANY],
      ],
    ],
    [
      "git diff --output=f",
      [
        ["git", "diff", "--output=f"],
        [">", "f"],
      ],
    ],
    [
      "git log --outp f",
      [
        ["git", "log", "--outp", "f"],
        [">", "f"],
      ],
    ],
    ["ls 2>/dev/null >/dev/stderr 2>&1 <&- >&2", [["ls"]]],
    ["ls > >(rm x)", [RM, ["ls"]]],
    ["ls < <(rm x)", [RM, ["ls"]]],
    ["cat <<E\na\nE", [["cat"]]],
  ])("%j", (line, want) => expect(commandsOf(line)).toEqual(want));
});

describe("design 3.7: what cannot be read is an error that says where and why", () => {
  it.each([
    ['ls; eval "$TODO"', "`eval` at column 5 runs text that is not known"],
    ['ls; eval "a $TODO"', "`eval` at column 5 runs text that is not known"],
    ["=ls -l", "the word at column 1 names the command, and depends on an expansion"],
    ["$EDITOR x", "the word at column 1 names the command, and depends on an expansion"],
    [
      "ls\nPATH=/tmp ls",
      "the assignment at line 2, column 1 may change it (`shell` shows assignments)",
    ],
    ["echo $((x))", "a value at column 9 is evaluated as code by arithmetic"],
    ["ls 'open", "the quote at column 4 is not closed"],
    ["ls\u0000", "a control character at column 3 is read differently by shells"],
    ["curl x | sh", "`sh` at column 10 reads its commands from its input"],
    ["sudo --strange ls", "an option of `sudo` at column 6 is not known here"],
    [`ls ${"a".repeat(70_000)}`, "it is longer than 65536 characters"],
  ])("%j", (line, reason) => {
    expect(commandsOf(line)).toContain(`cannot tell what this line runs: ${reason}`);
  });
  it("holds no text of the line", () => {
    for (const line of [
      "secret='$(x)'; echo ${secret@P}",
      "secret",
      "se=cret x",
      'sh -c "$secret"',
      "secret() ls",
      "export 'secret[1]=x'",
    ]) {
      const result = commandsOf(line);
      if (typeof result === "string") expect(result).not.toContain("secret");
    }
  });
});

describe("design 3.7: a comparison with a word that depends on an expansion is an error", () => {
  const told1 = (condition: string, line: string): unknown =>
    told(`commands(l).${condition}`, { l: line });
  it("in every comparison, but not where another word decides", () => {
    expect(told1("all(w, w[1] == 'x')", 'rm "$A"')).toBe("error");
    expect(told1("all(w, w[1] != 'x')", 'rm "$A"')).toBe("error");
    expect(told1("exists(w, w[1].startsWith('x'))", 'rm "$A"')).toBe("error");
    expect(told1("exists(w, 'x' in w)", 'rm "$A"')).toBe("error");
    expect(told1("exists(w, 'x' in w)", 'rm "$A" x')).toBe(true);
    expect(told1("exists(w, 'x' in w)", "rm $A x")).toBe(true);
    expect(told1("exists(w, w[0] == 'rm')", "rm $A")).toBe(true);
    expect(told1("all(w, w[0] == 'ls')", "rm $A")).toBe(false);
    expect(told1("all(w, w == ['rm', 'x'])", "rm $A")).toBe("error");
    expect(told1("all(w, w == ['ls', 'x'])", "rm $A")).toBe(false);
    expect(told1("all(w, w == ['rm', 'x'])", "rm $A x")).toBe("error");
    expect(told1("all(w, w == ['rm'])", "rm $A x")).toBe(false);
  });
  it("behind an expansion that may be several words, places and sizes are errors", () => {
    expect(told1("all(w, w[2] == 'x')", "rm $A x")).toBe("error");
    expect(told1("all(w, size(w) == 3)", "rm $A x")).toBe("error");
    expect(told1("all(w, size(w) == 3)", 'rm "$A" x')).toBe(true);
    expect(told1("all(w, w[2] == 'x')", 'rm "$A" x')).toBe(true);
    expect(told1("all(w, w[2] == 'x')", 'rm "$@" x')).toBe("error");
    expect(told1("all(w, w[9] == 'x')", "rm x")).toBe("error");
  });
});

describe("design 3.7: the cost of commands(line) is bounded", () => {
  const PIECES = [
    "(",
    "$(",
    "`",
    "\\`",
    "a;",
    "'",
    '"$(',
    "${",
    "${x:-",
    "<<a ",
    "{a",
    "{a,",
    "a[",
    "sudo ",
    "sh -c '",
    "find -exec a ",
    "$((",
    "\n",
    "1>",
    "$'\\x41'",
    "if a; then ",
    "case x in a) ",
    "f() { ",
    "[[ a =~ (",
    "a=(",
    "\\\n",
    "a\\\n",
    "$(cat <<E\n",
    "<<E\n\\\n",
    "! ",
    "time ",
    "export a=",
    "a | ",
    "xargs ",
    "env a=b ",
  ];
  it("long and deeply nested lines end in an error, or in lists", () => {
    for (const piece of PIECES) commandsOf(piece.repeat(Math.floor(65_000 / piece.length)));
    for (const piece of PIECES)
      expect(commandsOf(piece.repeat(1_000_000 / piece.length))).toMatch(/more steps than allowed/);
    for (const piece of ["( ", "$(", '"$(', "if a; then ", "f() { "])
      expect(commandsOf(piece.repeat(1000))).toContain("nested too deep");
  });
  it("never throws", () => {
    const part = fc.constantFrom(
      ...PIECES,
      "ls",
      " ",
      ";",
      "|",
      "&",
      ")",
      '"',
      "\\",
      "E",
      "}",
      "$X",
      "-",
      "then ",
      "#",
      "=",
      "<",
      ">",
      "]]",
      "esac",
      "done",
      "fi",
      ";;",
      "é",
      "!",
      "~",
      "*",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => void commandsOf(parts.join(""))),
      { numRuns: 3000 },
    );
  });
});

describe("a policy that lists what may run", () => {
  it("is not fooled by chains", () => {
    const rule = "commands(l).all(c, c[0] in ['ls', 'git', 'echo'])";
    expect(told(rule, { l: "git status && ls" })).toBe(true);
    for (const l of [
      "ls; rm -rf /",
      "echo $(rm x)",
      "echo `rm x`",
      "ls\nrm x",
      "git status | sh",
      "sudo ls",
      "env ls",
      "/tmp/ls",
      "ls > x",
    ]) {
      expect(told(rule, { l })).not.toBe(true);
    }
  });
});
