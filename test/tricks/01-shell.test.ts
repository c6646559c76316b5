import { describe, expect, test as trick } from "vitest";
import { call, decide, load, policy, verdict } from "./world.ts";

/** Lets a few commands run. */
const ALLOWING = load(
  policy([
    {
      id: "look",
      effect: "allow",
      actions: ["host/shell"],
      when: "commands(args.command).all(words, words[0] in ['ls', 'cat', 'grep'])",
    },
  ]),
);
/** Lets everything run but one command: the weaker way, and it has to hold too. */
const DENYING = load(
  policy([
    { id: "all", effect: "allow", actions: ["host/shell"] },
    {
      id: "no-rm",
      effect: "deny",
      actions: ["host/shell"],
      when: "commands(args.command).exists(words, words[0].matches('(^|/)rm$'))",
    },
  ]),
);

function stopped(command: string): void {
  const request = call("shell", { command });
  expect([command, verdict(decide(ALLOWING, request)), verdict(decide(DENYING, request))]).toEqual([
    command,
    "deny",
    "deny",
  ]);
}

describe("how policies are fooled, 1: shell", () => {
  trick("shell: a quoted word is not a command", () => {
    for (const command of [
      "ls",
      "ls -la /tmp",
      "grep 'rm -rf /; sh' notes",
      "ls '$(rm x)'",
      "cat <<'EOF'\n$(rm x)\nEOF",
      "ls | grep rm",
    ]) {
      expect([
        command,
        verdict(decide(ALLOWING, call("shell", { command }))),
        verdict(decide(DENYING, call("shell", { command }))),
      ]).toEqual([command, "allow", "allow"]);
    }
  });
  trick("shell: a command chained with && or || is a command of its own", () =>
    ["ls && rm -rf /", "ls&&rm x", "ls || rm x", "ls & rm x"].forEach(stopped),
  );
  trick("shell: a command behind a semicolon is a command of its own", () =>
    ["ls; rm x", "ls;rm x", "ls ;\trm x"].forEach(stopped),
  );
  trick("shell: a command behind a pipe is a command of its own", () =>
    ["ls | rm", "ls|&rm x", "ls | xargs rm"].forEach(stopped),
  );
  trick("shell: a command behind a newline is a command of its own", () =>
    ["ls\nrm x", "ls\r\nrm x", "ls #\nrm x", "ls\rrm x"].forEach(stopped),
  );
  trick("shell: a command in a subshell, group or compound is a command of its own", () =>
    [
      "(rm x)",
      "ls; (rm x)",
      "{ rm x; }",
      "if true; then rm x; fi",
      "for i in a; do rm $i; done",
      "f() { rm x; }; f",
      "case a in a) rm x;; esac",
    ].forEach(stopped),
  );
  trick("shell: a command in $() is a command of its own", () =>
    ["ls $(rm x)", 'ls "$(rm x)"', "ls ${x:-$(rm x)}", "ls $((1+$(rm x)))", "ls <(rm x)"].forEach(
      stopped,
    ),
  );
  trick("shell: a command in backticks is a command of its own", () =>
    ["ls `rm x`", 'ls "`rm x`"'].forEach(stopped),
  );
  trick("shell: heredocs are read where the shell reads them", () =>
    ["cat <<EOF\n$(rm x)\nEOF", "sh <<EOF\nrm x\nEOF", "bash <<< 'rm x'"].forEach(stopped),
  );
  trick("shell: env X=1 and other prefixes do not hide the command", () =>
    [
      "env X=1 rm x",
      "X=1 rm x",
      "env -i -- rm x",
      "nice -n 5 rm x",
      "timeout 5 rm x",
      "nohup rm x &",
      "command rm x",
      "find . -exec rm {} ;",
      "env -S 'rm x'",
    ].forEach(stopped),
  );
  trick("shell: sudo does not hide the command", () =>
    [
      "sudo rm x",
      "sudo -u root rm x",
      "sudo -- rm x",
      "sudo sh -c 'rm x'",
      "doas rm x",
      "su -c 'rm x'",
    ].forEach(stopped),
  );
  trick("shell: sh -c does not hide the command", () =>
    [
      "sh -c 'rm x'",
      "bash -lc 'rm x'",
      "/bin/sh -c 'rm x'",
      "eval 'rm x'",
      "trap 'rm x' EXIT",
    ].forEach(stopped),
  );
  trick("shell: git -C and git -c are not taken for an allowed sub-command", () => {
    const git = load(
      policy([
        {
          id: "reads",
          effect: "allow",
          when:
            "commands(args.command).all(words, words[0] == 'git' && size(words) > 1 && words[1] " +
            "in ['status', 'log', 'diff'])",
        },
      ]),
    );
    const outcome = (command: string): string => verdict(decide(git, call("shell", { command })));
    expect(["git status", "git log -3"].map(outcome)).toEqual(["allow", "allow"]);
    expect(
      [
        "git -C /x push",
        "git -c core.pager='rm x' log",
        "git --git-dir=/x push",
        "git",
        "git push; git status",
      ].map(outcome),
    ).toEqual(["deny", "deny", "deny", "deny", "deny"]);
    // named by its position alone, a sub-command hides behind an option: the rule has to look at
    // every word
    const pushes = (when: string): string =>
      verdict(
        decide(
          load(
            policy([
              { id: "all", effect: "allow" },
              { id: "no", effect: "deny", when },
            ]),
          ),
          call("shell", { command: "git -C /x push" }),
        ),
      );
    expect(
      pushes("commands(args.command).exists(words, words[0] == 'git' && words[1] == 'push')"),
    ).toBe("allow");
    expect(
      pushes("commands(args.command).exists(words, words[0] == 'git' && 'push' in words)"),
    ).toBe("deny");
  });
  trick("shell: an absolute path as argv[0] is not the allowed command", () => {
    for (const command of ["/tmp/ls", "./ls", "~/ls", "/bin/rm x"])
      expect([command, verdict(decide(ALLOWING, call("shell", { command })))]).toEqual([
        command,
        "deny",
      ]);
    ["/bin/rm x", "../../bin/rm x"].forEach(stopped);
  });
  trick("shell: an assignment that changes what a name means is an error", () => {
    for (const command of [
      "PATH=/tmp ls",
      "X=1 LD_PRELOAD=/tmp/x.so ls",
      "env PATH=/tmp ls",
      "GIT_PAGER='rm x' cat y",
      "PATH=/tmp; ls",
      "sudo BASH_ENV=x ls",
    ])
      expect([
        command,
        verdict(decide(ALLOWING, call("shell", { command }))),
        verdict(decide(DENYING, call("shell", { command }))),
      ]).toEqual([command, "deny", "deny"]);
    expect(verdict(decide(ALLOWING, call("shell", { command: "LANG=C ls" })))).toBe("allow");
  });
  trick("shell: a rule that lists the allowed commands denies a redirection to a file", () => {
    const writes = [
      "cat evil >> ~/.bashrc",
      "ls > x",
      "ls 2> x",
      "ls &> x",
      "ls >| x",
      "cat > x <<'EOF'\nkey\nEOF",
      "> x",
      "{ ls; } > x",
      "while cat; do ls; done >x",
      "ls 3<> x",
    ];
    for (const command of writes)
      expect([command, verdict(decide(ALLOWING, call("shell", { command })))]).toEqual([
        command,
        "deny",
      ]);
    for (const command of ["ls 2>&1", "ls 2>/dev/null | grep x >&2"])
      expect([command, verdict(decide(ALLOWING, call("shell", { command })))]).toEqual([
        command,
        "allow",
      ]);
    const inside = load(
      policy([
        {
          id: "tmp",
          effect: "allow",
          when:
            "commands(args.command).all(words, words[0] in ['>', '>>'] ? under(words[1], '/tmp') " +
            ": words[0] == 'ls')",
        },
      ]),
    );
    const outcome = (command: string): string =>
      verdict(decide(inside, call("shell", { command })));
    expect(["ls > /tmp/x", "ls >> /tmp/a/../x"].map(outcome)).toEqual(["allow", "allow"]);
    expect(
      ["ls > /etc/x", "ls > /tmp/../etc/x", 'ls > "/tmp/$x"', "ls > $x", "ls < /tmp/x"].map(
        outcome,
      ),
    ).toEqual(["deny", "deny", "deny", "deny", "deny"]);
  });
  trick("shell: files and programs that options of git name are read", () => {
    const git = load(
      policy([
        {
          id: "git",
          effect: "allow",
          when: "commands(args.command).all(words, words[0] == 'git')",
        },
      ]),
    );
    const outcome = (command: string): string => verdict(decide(git, call("shell", { command })));
    expect(
      ["git status", "git diff --stat", "git -c color.ui=never log", "git commit -m x"].map(
        outcome,
      ),
    ).toEqual(["allow", "allow", "allow", "allow"]);
    for (const command of [
      "git diff --output=x",
      "git diff --outpu x",
      "git log --ext-diff",
      "git diff --ext-d",
      "git -c core.pager=x log",
      "git -c alias.l=!x l",
      "git config core.pager x",
      "git rebase --exec x",
      "git rebase -xx",
      "git bisect run x",
      "git submodule foreach x",
      "git grep -Ox y",
      "git fetch --upload-pack=x",
      "git clone -c core.fsmonitor=x y",
    ])
      expect([command, outcome(command)]).toEqual([command, "deny"]);
  });
  trick("shell: comparing a word that depends on an expansion is an error", () => {
    const force = load(
      policy([
        { id: "all", effect: "allow" },
        {
          id: "no",
          effect: "deny",
          when: "commands(args.command).exists(words, words[0] == 'git' && '--force' in words)",
        },
      ]),
    );
    const outcome = (command: string): string => verdict(decide(force, call("shell", { command })));
    expect(["git push", "git push origin"].map(outcome)).toEqual(["allow", "allow"]);
    for (const command of [
      "git push --force",
      'git push "$x"',
      "git push $x",
      "git push $(echo --force)",
      "git push `x`",
      "git push --{force,x}",
      "git push --f*",
      "git push ~",
    ]) {
      expect([command, outcome(command)]).toEqual([command, "deny"]);
    }
  });
  trick("shell: a value that the shell evaluates is an error", () =>
    [
      "x='a[$(rm x)]'; ls $((x))",
      "x='$(rm x)'; ls ${x@P}",
      "x='a[$(rm x)]'; ls ${y[x]}",
      "x='a[$(rm x)]'; [[ $x -eq 1 ]] && ls",
      "x='-v a[$(rm x)]'; [ $x ] && ls",
      "cat; test -v 'a[$(rm x)]'",
      "cat; printf -v 'a[$(rm x)]' x",
      "cat; read 'a[$(rm x)]'",
      "declare -n r='a[$(rm x)]'; ls $r",
      "x='a[$(rm x)]'; b[x]=1",
      "x='a[$(rm x)]'; ls ${s:x}",
      "PS4='$(rm x)'; set -x; ls",
    ].forEach(stopped),
  );
  trick("shell: a line that bash and dash read differently is an error", () =>
    [
      "ls &> f rm x",
      "ls $'\\' $(rm x) '\\'",
      "((rm x))",
      "[[ -f x && rm ]]",
      "[[ -f x || rm ]]",
      "x+=1 rm x",
      "a[0]=1 rm x",
      "ls ${ rm x; }",
      "ls \"${x:-'$(rm x)'}\"",
      'ls "$\\\n(rm x)"',
      "ls \\\r\nrm x",
    ].forEach(stopped),
  );
  trick("shell: a command that changes the meaning of names is an error", () =>
    [
      "alias ls=rm\nls",
      "hash -p /bin/rm ls; ls",
      "enable -f x ls; ls",
      "set -k; ls PATH=x",
      "shopt -s expand_aliases; ls",
      "for PATH in x; do ls; done",
      "printf -v PATH x; ls",
      "read PATH; ls",
      "HOME=/tmp ls",
      "unset PATH; ls",
    ].forEach(stopped),
  );
  trick("shell: a shell that reads its commands from elsewhere is an error", () =>
    [
      "cat x | sh",
      "ls | bash -s",
      "sh <(cat x)",
      "sh < x",
      "ls | xargs sh",
      "ls | xargs -I{} sh -c {}",
      "ls | sudo sh",
      "source <(cat x)",
      "bash /dev/stdin",
      "ssh host",
    ].forEach(stopped),
  );
  trick("shell: quotes and backslashes within a name do not hide the command", () =>
    ["\\rm x", "r\\m x", "'r'm x", "$'\\x72\\x6d' x", "r{m,} x", "r?m x"].forEach(stopped),
  );
  trick("shell: the order and the bundling of flags do not matter to a rule over words", () => {
    const rule = load(
      policy([
        { id: "all", effect: "allow" },
        {
          id: "no-recursion",
          effect: "deny",
          when:
            "commands(args.command).exists(words, words[0] == 'rm' && words.exists(w, w == " +
            "'--recursive' || w.matches('^-[A-Za-z]*[rR]')))",
        },
      ]),
    );
    for (const command of [
      "rm -rf x",
      "rm -fr x",
      "rm -f -r x",
      "rm x -r",
      "rm --recursive x",
      "rm -vRf x",
    ])
      expect([command, verdict(decide(rule, call("shell", { command })))]).toEqual([
        command,
        "deny",
      ]);
    expect(verdict(decide(rule, call("shell", { command: "rm -f rx" })))).toBe("allow");
  });
  trick("shell: -- ends the options of a wrapper; the command after it is still read", () =>
    ["env -- rm x", "sudo -- rm x", "command -- rm x", "timeout -- 5 rm x", "rm -- -x"].forEach(
      stopped,
    ),
  );
  trick("shell: a line that agentz cannot read permits nothing, and a deny rule denies it", () => {
    for (const command of [
      'eval "$TODO"',
      "$EDITOR x",
      "r$Zm x",
      "((x))",
      "ls 'unclosed",
      "ls \u0000 rm",
    ]) {
      const [allowing, denying] = [
        decide(ALLOWING, call("shell", { command })),
        decide(DENYING, call("shell", { command })),
      ];
      expect([
        command,
        verdict(allowing),
        allowing.errors.length,
        verdict(denying),
        denying.errors.length,
      ]).toEqual([command, "deny", 1, "deny", 1]);
    }
  });
});
