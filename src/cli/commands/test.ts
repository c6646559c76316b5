import { InvalidArgumentError, Option } from "commander";
import { readConfig } from "../../api/config/config.ts";
import { pinTest, writePinned } from "../../api/pin.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import {
  loadSuiteFiles,
  loadSuiteSet,
  readSuiteFiles,
  suiteFiles,
  type SuitePaths,
  type SuiteSet,
} from "../../api/suite-set.ts";
import { minimums, runTests, type TestOptions } from "../../api/test-set.ts";
import { shareSuites, startThreads, threadLimit } from "../../api/test-threads.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { TestResult } from "../../documents/test-result.ts";
import { expandInputs, rereadable, TRACE_ENDINGS } from "../../node/inputs.ts";
import { beginScreen, changeOrKey, endScreen, savedText, savedWrong } from "../watch-screen.ts";
import {
  changedSince,
  EVERY,
  savedFiles,
  type Stamps,
  stampsOf,
  yamlPlaces,
} from "../../node/watch.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, repeatable } from "../options.ts";
import { shareFlag } from "../share.ts";
import { showDocument } from "../show-document.ts";

interface TestFlags {
  readonly candidate?: readonly string[];
  readonly filter?: string;
  readonly coverage?: boolean;
  readonly mutate?: boolean;
  readonly trace?: readonly string[];
  readonly pin?: readonly string[];
  readonly event?: string;
  readonly at?: string;
  readonly session?: string;
  readonly minCoverage?: number;
  readonly minMutation?: number;
  readonly format: string;
  readonly details?: boolean;
  readonly watch?: boolean;
  readonly threads?: number;
  readonly output?: string;
  readonly config?: string;
}

const HELP = `
Paths are policies, catalogs and suites. If they contain only suites, the policies are those of --candidate, else of
\`candidate:\` in agentz.yaml. The default paths are \`candidate:\` and \`tests:\` of agentz.yaml.

Examples:
  agentz test                                     what agentz.yaml says
  agentz test policies                            everything in a folder
  agentz test --filter refund                     tests whose suite or name contains \`refund\`
  agentz test --coverage --trace traces/          what the tests reach, and what the trace reaches
  agentz test --mutate --min-mutation 1           exits 1 if the tests do not notice a change of a rule
  agentz test --pin traces/ --event s-17/3 -o policies/tests/incident.yaml
  agentz test --format junit --output junit.xml

A suite without tests, an expectation that no case meets and a rule that does not exist are failures.`;

async function pathsOf(
  paths: readonly string[],
  flags: TestFlags,
  io: CommandContext["io"],
): Promise<SuitePaths> {
  const config = await readConfig(io, flags.config);
  const candidate = flags.candidate ?? config.candidate;
  if (paths.length > 0)
    return flags.candidate === undefined
      ? { paths, candidate }
      : { paths: [...flags.candidate, ...paths], candidate: undefined };
  const all = [...(candidate ?? []), ...(config.tests ?? [])];
  if (all.length === 0)
    throw new UserError("usage", "there is nothing to test", {
      help: "give policies and suites as paths, or name them as `candidate:` and `tests:` in agentz.yaml",
    });
  return { paths: all, candidate: undefined };
}

/** Design 11.3: failed tests, suites that do not load and failed gates are 1. */
function statusOf({ summary, gate }: TestResult): number {
  return summary.failed > 0 || summary.errors > 0 || summary.tests === 0 || !gate.passed ? 1 : 0;
}

function threadCount(text: string): number {
  const count = Number(text);
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError("a whole number from 1 to 999");
  return count;
}

async function optionsOf(flags: TestFlags, io: CommandContext["io"]): Promise<TestOptions> {
  const { filter } = flags;
  // of a filtered run the minimums of the whole say nothing
  const config = filter === undefined ? (await readConfig(io, flags.config)).test : undefined;
  const { minCoverage, minMutation } = minimums(flags, config);
  const coverage =
    flags.coverage === true || minCoverage !== undefined || flags.trace !== undefined;
  const mutate = flags.mutate === true || minMutation !== undefined;
  return {
    filter,
    coverage,
    mutate,
    minCoverage,
    minMutation,
    trace: flags.trace === undefined ? undefined : await expandInputs(flags.trace, TRACE_ENDINGS),
  };
}

/** Pins instead of running: the policies are those that would be tested. */
async function pin(
  paths: readonly string[],
  flags: TestFlags,
  { io, finish }: CommandContext,
): Promise<void> {
  if ((flags.event === undefined) === (flags.session === undefined))
    throw new UserError("usage", "--pin needs either --event <id> or --session <id>");
  if (flags.at !== undefined && flags.event === undefined)
    throw new UserError("usage", "--at needs --event", {
      help: "pass --event <id> too",
    });
  const config = await readConfig(io, flags.config);
  const policies = flags.candidate ?? (paths.length > 0 ? paths : config.candidate);
  if (policies === undefined)
    throw new UserError("usage", "there are no policies", {
      help: "give --candidate <path>, or `candidate:` in agentz.yaml",
    });
  const loaded = await loadPolicySet(io, policies, policies);
  const pinned = await pinTest({
    loaded,
    files: rereadable(await expandInputs(flags.pin ?? [], TRACE_ENDINGS)),
    event: flags.event === undefined ? undefined : { id: flags.event, at: flags.at },
    session: flags.session,
  });
  await writePinned(io, pinned, flags.output);
  if (pinned.changed.length > 0)
    io.stderr.write(
      inertText(
        "agentz: the test decides these events differently from the trace, because they depend " +
          `on data outside of the test: ${pinned.changed.join(", ")}\n`,
      ),
    );
  finish(0);
}

async function act(
  paths: readonly string[],
  flags: TestFlags,
  context: CommandContext,
): Promise<void> {
  const { io } = context;
  if (flags.pin !== undefined) return pin(paths, flags, context);
  const wanted = await pathsOf(paths, flags, io);
  const options = await optionsOf(flags, io);
  if (flags.watch !== true) return context.finish(await once(wanted, options, { flags, io }));
  return watchTests(wanted, { flags, options }, context);
}

/** The flags as if `--filter` were this text; without a filter if it is empty. */
function withFilter({ filter: _, ...flags }: TestFlags, filter: string): TestFlags {
  return filter === "" ? flags : { ...flags, filter };
}

function allTests({ filter }: TestFlags): string {
  return filter === undefined ? "all tests" : `all tests that contain "${inertText(filter)}"`;
}

/** What is watched, as it stands: what was read, and what may come to be part of it. */
async function stampsNow(
  { files }: SuiteSet,
  { paths, candidate }: SuitePaths,
  cwd: string,
): Promise<Stamps> {
  const places = await yamlPlaces(cwd, [...paths, ...(candidate ?? [])]);
  return stampsOf(cwd, [...new Set([...files, ...places])]);
}

/** Runs the tests, and those that a save touches after each save, until quit or interrupted. */
async function watchTests(
  wanted: SuitePaths,
  { flags: given, options: first }: { readonly flags: TestFlags; readonly options: TestOptions },
  { io, finish }: CommandContext,
): Promise<void> {
  let [flags, options] = [given, first];
  let loaded = await loadSuiteSet(io, wanted);
  let stamps = await stampsNow(loaded, wanted, io.cwd);
  const show = async (suites: SuiteSet, why: string): Promise<void> => {
    beginScreen(io, why);
    await tell(await runTests(suites, options), { flags, io });
    endScreen(io, "policies and tests");
  };
  // what is wrong with the files that were saved last; until they load, keys show it again
  let wrong: { readonly why: string; readonly text: string } | undefined;
  const showWrong = ({ why, text }: { readonly why: string; readonly text: string }): void => {
    beginScreen(io, why);
    io.stderr.write(text);
    endScreen(io, "policies and tests");
  };
  await show(loaded, allTests(flags));
  for (;;) {
    const before = stamps;
    const changed = await changeOrKey(io, (until) =>
      changedSince(io.cwd, before, { interrupted: until, every: EVERY }),
    );
    if (changed === undefined || changed === "quit") return finish(changed === "quit" ? 0 : 130);
    if (typeof changed === "string" || "filter" in changed) {
      if (changed === "details") flags = { ...flags, details: flags.details !== true };
      else if (typeof changed !== "string") {
        flags = withFilter(flags, changed.filter);
        options = await optionsOf(flags, io);
      }
      const again = changed === "rerun" ? ", run again" : "";
      if (wrong === undefined) await show(loaded, `${allTests(flags)}${again}`);
      else showWrong(wrong);
      continue;
    }
    // INVARIANT: taken before the files are read, so that a save while they are is not missed
    stamps = await stampsNow(loaded, wanted, io.cwd);
    const why = savedText(changed);
    const again = await loadSuiteSet(io, wanted).catch(savedWrong);
    if (typeof again === "string") {
      wrong = { why, text: again };
      showWrong(wrong);
      continue;
    }
    wrong = undefined;
    loaded = again;
    stamps = new Map([...(await stampsNow(loaded, wanted, io.cwd)), ...stamps]);
    await show(touchedBy(loaded, changed), why);
  }
}

/**
 * One run, on as many threads as pay. WHY one for coverage and mutants: what tests reach is
 * gathered in one place.
 */
async function once(
  paths: SuitePaths,
  options: TestOptions,
  run: { readonly flags: TestFlags; readonly io: CommandContext["io"] },
): Promise<number> {
  const files = await readSuiteFiles(run.io, paths);
  const limit = threadLimit(run.flags.threads);
  const shares = shareSuites(suiteFiles(files), options.coverage || options.mutate ? 1 : limit);
  const threads = startThreads(
    { cwd: run.io.cwd, trust: await run.io.trust(), paths, filter: options.filter },
    shares,
    limit,
  );
  try {
    return await tell(await runTests(loadSuiteFiles(files, shares[0]), options, threads), run);
  } finally {
    await threads.close();
  }
}

/** The suites that a change touches: those of the changed files, or all where a policy changed. */
function touchedBy(loaded: SuiteSet, changed: ReadonlySet<string>): SuiteSet {
  const files = new Set(loaded.suites.map((suite) => suite.place.file));
  return savedFiles(changed).every((file) => files.has(file))
    ? { ...loaded, suites: loaded.suites.filter((suite) => changed.has(suite.place.file)) }
    : loaded;
}

/** Why not one test ran. */
function whyNone({ summary }: TestResult, { filter }: TestFlags): string {
  if (summary.errors > 0) return "no test ran: fix the errors of the suites first";
  return filter === undefined ? "there are no tests" : "no test fits the filter";
}

/** Writes the document and gives the exit status. */
async function tell(
  result: TestResult,
  { flags, io }: { readonly flags: TestFlags; readonly io: CommandContext["io"] },
): Promise<number> {
  await showDocument(io, { name: "test", document: result }, flags);
  if (result.summary.tests === 0) io.stderr.write(`agentz: ${whyNone(result, flags)}\n`);
  return statusOf(result);
}

export const testCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("[paths...]", "policies, catalogs and suites: files or folders")
      .addOption(
        repeatable(
          "--candidate <path>",
          "policies and catalogs to test; repeated paths are one set",
        ),
      )
      .option("--filter <text>", "only tests whose `<suite>/<name>` contains the text")
      .option(
        "--coverage",
        "show which rules and which outcomes of their conditions the tests reach",
      )
      .addOption(repeatable("--trace <path>", "also show what a recorded trace reaches"))
      .addOption(
        new Option(
          "--min-coverage <share>",
          "exit 1 if a smaller share of rules or outcomes is reached, 0 to 1; default: " +
            "`test.min_coverage` of agentz.yaml",
        ).argParser(shareFlag),
      )
      .option(
        "--mutate",
        "change the rules in many ways, and show the changes that no test notices",
      )
      .addOption(
        new Option(
          "--min-mutation <share>",
          "exit 1 if a smaller share of the mutants is killed, 0 to 1; default: `test.min_mutation` of agentz.yaml",
        ).argParser(shareFlag),
      )
      .addOption(
        repeatable(
          "--pin <trace>",
          "write a recorded call or session into a suite (--output) instead of running tests",
        ),
      )
      .option("--event <id>", "with --pin: this call, after the earlier calls of its session")
      .option("--at <file:line>", "the place of the event, if several events have its id")
      .option("--session <id>", "with --pin: every call of the session")
      .option("--watch", "run the tests that a changed file affects again, until interrupted")
      .addOption(
        new Option(
          "--threads <count>",
          "the maximum number of threads; default: the number of processors, if there is enough work",
        ).argParser(threadCount),
      )
      .addOption(formatOption("test"))
      .option(
        "--details",
        "list passed tests too, every case that fails, and every file's coverage",
      )
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((paths: readonly string[], flags: TestFlags) => act(paths, flags, context));
    addSetOptions(command);
  },
};
