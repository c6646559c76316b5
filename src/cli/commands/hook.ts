import { Option, type Command } from "commander";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { inertText } from "../../diagnostics/inert-text.ts";
import type { Io } from "../../node/io.ts";
import { cacheFolder } from "../../node/private-folder.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { AGENT_HOOKS } from "../../hook/host.ts";
import type { OwnDecider } from "../../hook/own-decider.ts";
import type { AgentHooksDecider } from "../../hook/run-agent-hooks.ts";
import { byServer, orByItself, usualSocket, type Decider } from "../../hook/decider.ts";
import { Deadline } from "../../hook/deadline.ts";
import { examine, installedAsked } from "../../hook/doctor.ts";
import { hookPath, type Asked, type Host } from "../../hook/host.ts";
import { HOSTS, PATIENCE_SECONDS } from "../../hook/hosts.ts";
import { decidedBy } from "../../hook/installed.ts";
import { fileOf, install, uninstall, type Place } from "../../hook/install.ts";
import { runHook } from "../../hook/run-hook.ts";
import { subjectOf } from "../../hook/subject.ts";
import { wrapText } from "../../report/wrap.ts";
import { shellWord } from "../../text/shell-word.ts";
import { meantHelp } from "../../text/slip.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { duration, repeatable, timed } from "../options.ts";

interface Flags {
  readonly candidate?: readonly string[];
  readonly server?: string;
  readonly log: string;
  readonly subject?: string;
  readonly http?: boolean;
  readonly evaluateOnly?: boolean;
  readonly user?: boolean;
  readonly config?: string;
  readonly timeout: number;
}

/** Before the host's patience is over: then most of them let the call run. */
const TIMEOUT = "50s";

const HELP = `
<host> is one of ${[...HOSTS.keys()].join(", ")}.

The host runs \`agentz hook <host>\`: it reads a call on standard input, and answers in the form
of that host. A permitted call gets no answer, so the host's own prompt stays. If a call needs an
approval that the person at the terminal may give, the host asks this person, if it can. Every
other call is denied. A call that cannot be decided within --timeout is denied too, because most
hosts let a call run if its hook answers too late.

The hook asks the decision point of --server (or the socket agentz.sock in $XDG_RUNTIME_DIR). If
there is none, the hook decides with the policies of --candidate, and writes the decision to --log.
It reads a token for the server from $AGENTZ_TOKEN. With --http, Claude Code asks the server
itself, which is the fastest way.

\`agentz hook agent-hooks\` answers any host of the specification AGENT-HOOKS-0.1: it reads an
AgentContext, and writes a Verdict. There is nothing to install: your host calls it.

Examples:
  agentz hook install claude-code --candidate policies
  agentz hook install claude-code --server http://127.0.0.1:8181 --http
  agentz hook doctor claude-code
  agentz hook agent-hooks --candidate policies
  agentz hook uninstall claude-code`;

function hostOf(name: string): Host {
  const host = HOSTS.get(name);
  if (host !== undefined) return host;
  throw new UserError("usage", `there is no host \`${name}\``, {
    help: meantHelp(name, HOSTS.keys(), `there is ${[...HOSTS.keys()].join(", ")}`),
  });
}

/** The policies of the flags, else those of the configuration. */
async function candidateOf(flags: Flags, io: Io): Promise<readonly string[]> {
  if (flags.candidate !== undefined) return flags.candidate;
  const { neededPaths, readConfig } = await import("../../api/config/config.ts");
  const config = await readConfig(io, flags.config);
  return neededPaths(config.candidate, "candidate");
}

async function deciderOf(
  flags: Flags,
  { io }: CommandContext,
  deadline: Deadline,
): Promise<Decider> {
  const ask = (server: string): Decider =>
    byServer(server, io.env["AGENTZ_TOKEN"], deadline.signal);
  if (flags.server !== undefined) return ask(flags.server);
  const own = (): Promise<Decider> => ownDecider(flags, io, deadline);
  const socket = flags.candidate === undefined ? usualSocket(io.env) : undefined;
  // a decision point that was killed leaves its socket behind
  return socket === undefined ? own() : orByItself(ask(socket), own);
}

/** Decides in this process, by the policies of the flags or of the configuration. */
async function ownDecider(flags: Flags, io: Io, deadline: Deadline): Promise<Decider> {
  // WHY here: whoever asks a server waits for no engine
  const { byItself } = await import("../../hook/own-decider.ts");
  return byItself(await ownOptions(flags, io, deadline));
}

async function ownOptions(flags: Flags, io: Io, deadline: Deadline): Promise<OwnDecider> {
  return {
    candidate: await candidateOf(flags, io),
    settings: { cwd: io.cwd },
    log: resolve(io.cwd, flags.log),
    cache: cacheFolder(io.env),
    clock: io.clock,
    tell: (what) => io.stderr.write(inertText(`agentz: ${what}\n`)),
    check: deadline.check,
  };
}

/** Answers a host of AGENT-HOOKS-0.1, which is told every verdict. */
async function answerAgentHooks(flags: Flags, { io }: CommandContext): Promise<void> {
  const hooks = await import("../../hook/run-agent-hooks.ts");
  const deadline = new Deadline(flags.timeout);
  const text = (): Promise<string> => deadline.within(io.readStdin(deadline.signal));
  const run = {
    subject: flags.subject === undefined ? undefined : { ...subjectOf(flags.subject) },
    evaluateOnly: flags.evaluateOnly === true,
  };
  const decide: AgentHooksDecider = async (context, asked) => {
    const { server } = flags;
    const decider =
      server === undefined
        ? hooks.verdictByItself(await ownOptions(flags, io, deadline))
        : hooks.verdictByServer(server, io.env["AGENTZ_TOKEN"], deadline.signal);
    return deadline.within(decider(context, asked));
  };
  io.stdout.write(await hooks.runAgentHooks(text, run, decide));
}

async function answer(name: string, flags: Flags, context: CommandContext): Promise<void> {
  if (name === AGENT_HOOKS) return answerAgentHooks(flags, context);
  if (flags.evaluateOnly === true)
    throw new UserError("usage", `--evaluate-only is for \`${AGENT_HOOKS}\` alone`);
  const host = hostOf(name);
  const { io } = context;
  const subject = subjectOf(flags.subject ?? `agent:${host.name}`);
  const deadline = new Deadline(flags.timeout);
  const decide: Decider = (input) =>
    deadline.within(deciderOf(flags, context, deadline).then((decider) => decider(input)));
  const text = (): Promise<string> => deadline.within(io.readStdin(deadline.signal));
  io.stdout.write(await runHook(host, text, { subject, decide }));
}

function placeOf({ user }: Flags, cwd: string): Place {
  return user === true ? { folder: homedir(), scope: "user" } : { folder: cwd, scope: "project" };
}

function commandOf(host: Host, flags: Flags, cwd: string): string {
  const program = process.argv[1];
  const own = program === undefined ? ["agentz"] : [process.execPath, program];
  const paths = (flags.candidate ?? []).flatMap((path) => [
    "--candidate",
    path.startsWith("git:") ? path : resolve(cwd, path),
  ]);
  const server = flags.server === undefined ? [] : ["--server", flags.server];
  const log = server.length > 0 ? [] : ["--log", resolve(cwd, flags.log)];
  const subject = flags.subject === undefined ? [] : ["--subject", flags.subject];
  const timeout = flags.timeout === duration(TIMEOUT) ? [] : ["--timeout", `${flags.timeout}ms`];
  const words = [...own, "hook", host.name, ...paths, ...server, ...log, ...subject, ...timeout];
  return words.map(shellWord).join(" ");
}

/** What the host will ask: a program for each call, or the decision point itself. */
function askedOf(host: Host, flags: Flags, cwd: string): Asked {
  if (flags.http !== true) return { command: commandOf(host, flags, cwd) };
  if (!host.http)
    throw new UserError("usage", `${host.title} has no http hooks`, { help: "leave out --http" });
  if (flags.server === undefined || !/^https?:/.test(flags.server) || !URL.canParse(flags.server))
    throw new UserError("usage", "--http needs the address of a decision point", {
      help: "pass --server http://127.0.0.1:8181, and start `agentz serve`",
    });
  const url = new URL(hookPath(host), flags.server);
  if (flags.subject !== undefined) url.searchParams.set("subject", flags.subject);
  return { url: url.href };
}

async function add(name: string, flags: Flags, { io }: CommandContext): Promise<void> {
  const host = hostOf(name);
  const candidate = flags.server === undefined ? await candidateOf(flags, io) : [];
  if (flags.subject !== undefined) subjectOf(flags.subject);
  // a hook that cannot decide would deny every call
  if (flags.server === undefined) {
    const { loadPolicies } = await import("../../api/load-policies.ts");
    await loadPolicies(candidate, { cwd: io.cwd });
  }
  if (flags.timeout >= PATIENCE_SECONDS * 1000)
    throw new UserError(
      "usage",
      "--timeout has to be shorter than 1 minute, because the host waits no longer",
      {
        help: "most hosts let a call run if its hook does not answer within a minute",
      },
    );
  const asked = askedOf(host, { ...flags, candidate }, io.cwd);
  const path = await install(host, placeOf(flags, io.cwd), asked);
  io.stdout.write(`${host.title} asks agentz before each call: ${path}\n`);
  if (host.toDo !== undefined) io.stdout.write(`now ${host.toDo}\n`);
  io.stdout.write(
    `check it with: agentz hook doctor ${host.name}${flags.user === true ? " --user" : ""}\n`,
  );
}

async function remove(name: string, flags: Flags, { io }: CommandContext): Promise<void> {
  const host = hostOf(name);
  const place = placeOf(flags, io.cwd);
  const was = await uninstall(host, place);
  const path = fileOf(host, place);
  io.stdout.write(
    was ? `${host.title} no longer asks agentz: ${path}\n` : `${path} has no hook of agentz\n`,
  );
}

/** The flags by which the installed hooks decide. */
function installedFlags(asked: Asked): Pick<Flags, "candidate" | "server"> {
  const { candidate, server } = decidedBy(asked);
  return {
    ...(candidate.length > 0 && { candidate }),
    ...(server !== undefined && { server }),
  };
}

async function check(name: string, flags: Flags, context: CommandContext): Promise<void> {
  const host = hostOf(name);
  const place = placeOf(flags, context.io.cwd);
  const isGiven = flags.candidate !== undefined || flags.server !== undefined;
  const asked = isGiven ? undefined : await installedAsked(host, place);
  const meant = asked === undefined ? flags : { ...flags, ...installedFlags(asked) };
  const deadline = new Deadline(flags.timeout);
  const decide: Decider = (input) =>
    deadline.within(deciderOf(meant, context, deadline).then((decider) => decider(input)));
  const findings = await examine(host, place, decide);
  const { stdout } = context.io;
  for (const { state, what } of findings) {
    const line = inertText(`${state.padEnd(9)}${what}`);
    stdout.write(`${stdout.isTTY ? wrapText(line, stdout.columns) : line}\n`);
  }
  context.finish(findings.some(({ state }) => state === "failed") ? 1 : 0);
}

function addFlags(command: Command): Command {
  return command
    .addOption(repeatable("--candidate <path>", "the policies that decide"))
    .option("--server <address>", "a running decision point: unix:path or a URL")
    .addOption(
      new Option("--log <file>", "the file to which the hook writes its own decisions").default(
        ".agentz/decisions.jsonl",
      ),
    )
    .option("--subject <name>", "the subject of the calls; default: agent:<host>")
    .addOption(
      timed("--timeout <duration>", "deny a call that is not decided within this time", TIMEOUT),
    )
    .option("--evaluate-only", "agent-hooks: the host lets every call run, and the log says so")
    .option("--http", "let the host ask --server itself, without a process for each call")
    .option("--user", "use the settings of the user, not of the project")
    .option("--config <file>", "a configuration file other than agentz.yaml");
}

export const hookCommand: CommandModule = {
  define: (command, context) => {
    const act =
      (what: (name: string, flags: Flags, context: CommandContext) => Promise<void>) =>
      // WHY globals: an option that `hook` has too is taken there, also behind the name of a command
      (name: string, _: Flags, own: Command): Promise<void> =>
        what(name, own.optsWithGlobals<Flags>(), context);
    addFlags(command.argument("<host>", "the coding agent"))
      .addHelpText("after", HELP)
      .action(act(answer));
    addFlags(
      command.command("install <host>").description("add the hooks to the host's settings"),
    ).action(act(add));
    addFlags(command.command("uninstall <host>").description("remove the hooks")).action(
      act(remove),
    );
    addFlags(
      command.command("doctor <host>").description("check that agentz really decides the calls"),
    ).action(act(check));
  },
};
