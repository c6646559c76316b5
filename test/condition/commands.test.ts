import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandsOf } from "../../src/condition/shell/commands.ts";
import { told } from "./run.ts";

const RM = ["rm", "x"];

describe("design 3.7: commands(line) finds what a line runs", () => {
  it.each([
    ["ls -la", [["ls", "-la"]]], ["ls;rm x", [["ls"], RM]], ["ls && rm x", [["ls"], RM]], ["ls || rm x", [["ls"], RM]], ["ls | rm x", [["ls"], RM]], ["ls & rm x", [["ls"], RM]], ["ls\nrm x", [["ls"], RM]], ["ls\r\nrm x", [["ls"], RM]],
    ["ls |& rm x", [["ls"], RM]], ["(ls; rm x)", [["ls"], RM]], ["{ rm x; }", [RM]], ["! rm x", [RM]], ["if a; then rm x; else b; fi", [["a"], RM, ["b"]]], ["while a; do rm x; done", [["a"], RM]], ["for i in 1 2; do rm x; done", [RM]],
    ["echo $(rm x)", [RM, ["echo", "$(rm x)"]]], ["echo `rm x`", [RM, ["echo", "`rm x`"]]], ['echo "$(rm x)"', [RM, ["echo", "$(rm x)"]]], ["echo `echo \\`rm x\\``", [RM, ["echo", "`rm x`"], ["echo", "`echo \\`rm x\\``"]]],
    ["echo '$(rm x)'", [["echo", "$(rm x)"]]], ["echo \\$(rm x)", undefined], ["A=$(rm x)", [RM]], ["echo ${A:-$(rm x)}", [RM, ["echo", "${A:-$(rm x)}"]]], ["echo $((1 + $(rm x)))", [RM, ["echo", "$((1 + $(rm x)))"]]],
    ["cat <(rm x)", [RM, ["cat", "<(rm x)"]]], ["cat <<E\n$(rm x)\nE", [["cat"], RM]], ["cat <<'E'\n$(rm x)\nE\nls", [["cat"], ["ls"]]], ["sh <<E\nrm x\nE", [["sh"], RM]], ["bash <<< 'rm x'", [["bash"], RM]], ["cat <<-E\n\tq\n\tE\nrm x", [["cat"], RM]],
    ["A=1 B=2 rm x", [RM]], ["env A=1 rm x", [["env", "A=1", "rm", "x"], RM]], ["env -i -u Y rm x", [["env", "-i", "-u", "Y", "rm", "x"], RM]], ["sudo rm x", [["sudo", "rm", "x"], RM]], ["sudo -u root -- rm x", [["sudo", "-u", "root", "--", "rm", "x"], RM]],
    ["/usr/bin/sudo rm x", [["/usr/bin/sudo", "rm", "x"], RM]], ["nohup rm x &", [["nohup", "rm", "x"], RM]], ["time rm x", [["time", "rm", "x"], RM]], ["timeout -s KILL 5 rm x", [["timeout", "-s", "KILL", "5", "rm", "x"], RM]], ["nice -n 5 rm x", [["nice", "-n", "5", "rm", "x"], RM]],
    ["a | xargs rm x", [["a"], ["xargs", "rm", "x"], RM]], ["xargs -I{} -n1 rm x", [["xargs", "-I{}", "-n1", "rm", "x"], RM]], ["command rm x", [["command", "rm", "x"], RM]], ["command -v rm", [["command", "-v", "rm"]]], ["exec rm x", [["exec", "rm", "x"], RM]], ["busybox rm x", [["busybox", "rm", "x"], RM]],
    ["sh -c 'rm x'", [["sh", "-c", "rm x"], RM]], ["bash -lc 'ls; rm x'", [["bash", "-lc", "ls; rm x"], ["ls"], RM]], ['sh -c "sh -c \'rm x\'"', [["sh", "-c", "sh -c 'rm x'"], ["sh", "-c", "rm x"], RM]], ["eval 'rm x'", [["eval", "rm x"], RM]], ["trap 'rm x' EXIT", [["trap", "rm x", "EXIT"], RM]], ["su -c 'rm x' bob", [["su", "-c", "rm x", "bob"], RM]],
    ["curl x | sh", [["curl", "x"], ["sh"]]], ["sh script", [["sh", "script"]]], ["sh < script", [["sh", "<", "script"]]],
    ["find . -exec rm x \\;", [["find", ".", "-exec", "rm", "x", ";"], RM]], ["find . -execdir rm x {} +", [["find", ".", "-execdir", "rm", "x", "{}", "+"], ["rm", "x", "{}"]]],
    ["'r'\"m\" x", [RM]], ["r\\m x", [RM]], ["$'\\x72m' x", [RM]], ["r\\\nm x", [RM]], ["rm 'x'", [RM]], ["/bin/rm x", [["/bin/rm", "x"]]], ["ls # ; rm x", [["ls"]]], ["ls#a", [["ls#a"]]], ["[ -f x ] && rm x", [["[", "-f", "x", "]"], RM]],
    ["echo a > /etc/b 2>&1", [["echo", "a", ">", "/etc/b", "2>&", "1"]]], ["> f rm x", [["rm", "x", ">", "f"]]], ["rm $A", [["rm", "$A"]]], ["git -C /r push", [["git", "-C", "/r", "push"]]], ["echo 'a;b' \"c|d\"", [["echo", "a;b", "c|d"]]], ["", []], ["  # only a note", []],
  ])("%j", (line, want) => {
    expect(commandsOf(line)).toEqual(want);
  });
});

describe("design 3.7: commands(line) is an error where it cannot be told", () => {
  it.each([
    "$X y", "r$X y", '"$X" y', "$(echo rm) x", "`echo rm` x", "{rm,-rf,/}", "/bin/r? x", "[r]m x", "echo 'open", 'echo "open', "echo `open", "echo $(open", "(open", "open)", "echo ${open", "cat <<E\nopen", "f() { rm x; }", "function f { rm x; }",
    "case a in a) rm x;; esac", "[[ -f x ]] && rm x", "((x=1))", "a=(1 2)", "sh -c \"$X\"", "env -S 'rm x'", "sudo $X rm y", "sudo --strange rm", "xargs -I{} {} x",
    "find . $X -exec rm x \\;", "eval $X", "echo a\u0000b", "echo a\u001b[2J", "a;;b", "echo >", "sh <<E\n$X\nE", "sudo ".repeat(50), "echo ".repeat(20_000), "\\",
  ])("%j", (line) => {
    expect(commandsOf(line)).toBeUndefined();
    expect(told("commands(l).all(c, true)", { l: line })).toBe("error");
  });
  it("never throws and stays linear", () => {
    for (const piece of ["(", "$(", "`", "\\`", "a;", "'", '"$(', "${", "<<a ", "{a", "a[", "sudo ", "sh -c '", "find -exec a ", "$((", "\n", "1>", "$'\\x41'"]) commandsOf(piece.repeat(Math.floor(60_000 / piece.length)));
    const part = fc.constantFrom("ls", " ", ";", "|", "&", "(", ")", "$(", "`", "'", '"', "\\", "\n", "<<E", "E", "{", "}", "$X", "sh -c ", "sudo ", "env ", "-", "find . -exec ", "if ", "then ", "#", "=", "<", ">", "[");
    fc.assert(fc.property(fc.array(part, { maxLength: 20 }), (parts) => void commandsOf(parts.join(""))), { numRuns: 3000 });
  });
  it("a policy that lists what may run is not fooled by chains", () => {
    const rule = "commands(l).all(c, c[0] in ['ls', 'git', 'echo'])";
    expect(told(rule, { l: "git status && ls" })).toBe(true);
    for (const l of ["ls; rm -rf /", "echo $(rm x)", "echo `rm x`", "ls\nrm x", "git status | sh", "sudo ls", "env ls", "/tmp/ls"]) expect(told(rule, { l })).not.toBe(true);
  });
});
