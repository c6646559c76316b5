import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  MessageType,
  ShowMessageNotification,
  type Connection,
  type ExecuteCommandParams,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import type { EditorThread } from "../api/editor/editor-thread.ts";
import { CONFIG_FILE } from "../api/editor/configuration.ts";
import type { EditorProject } from "../api/editor/project.ts";
import type { TestName, TestVerdict } from "../api/editor/test-texts.ts";
import { escapeControls } from "../diagnostics/format.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import type { EditorAbilities } from "./completion-items.ts";
import { editBetween } from "./edits.ts";
import { Positions, type Encoding } from "./positions.ts";
import type { Member, Workspace } from "./workspace.ts";

/** Runs a test: the document's address, the suite, the test. */
export const RUN_TEST = "agentz.runTest";
/** Adds a test of a rule from the trace: the document's address, the rule. */
export const ADD_TEST = "agentz.addTest";
export const COMMANDS = [RUN_TEST, ADD_TEST];

/** Where tests go that are made from a trace. */
const SUITE = "pinned.yaml";

/** What the commands of the server take of it. */
export interface CommandHost {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly thread: EditorThread;
  readonly encoding: Encoding;
  readonly clock: () => number;
  readonly abilities: () => EditorAbilities;
  /** Takes how a test ended. */
  readonly tested: (
    member: Member,
    test: TestName,
    ran: { readonly verdict: TestVerdict; readonly revision: number },
  ) => void;
}

function tell({ connection }: CommandHost, type: MessageType, message: string): void {
  const shown = escapeControls(hideSecrets(message));
  void connection.sendNotification(ShowMessageNotification.type, { type, message: shown });
}

/** Lines for the editor's log, where there is room for them. */
function log({ connection }: CommandHost, lines: readonly string[]): void {
  connection.console.info(lines.map((line) => escapeControls(hideSecrets(line))).join("\n"));
}

async function runTest(
  host: CommandHost,
  member: Member,
  [suite, name]: readonly string[],
): Promise<void> {
  if (suite === undefined || name === undefined) return;
  const { project } = member;
  if (project.place.isUnplaced)
    throw new UserError("config", `fix ${CONFIG_FILE} first: it says which policies are tested`);
  await project.sources();
  const { revision } = project;
  const verdict = await host.thread.test(project.job(host.clock()), { suite, name });
  host.tested(member, { suite, name }, { verdict, revision });
  const { cases, failed } = verdict;
  const of = cases > 1 ? ` (${failed.length} of ${cases} cases)` : "";
  for (const { name: title, lines } of failed)
    log(host, [`FAIL ${suite} > ${title}`, ...lines.map((line) => `  ${line}`)]);
  if (failed.length > 0) tell(host, MessageType.Error, `failed: ${name}${of}`);
  else if (cases === 0) tell(host, MessageType.Warning, `there is no test ${name} any more`);
  else tell(host, MessageType.Info, `passed: ${name}${cases > 1 ? ` (${cases} cases)` : ""}`);
}

/** The folder of the set's suites: the first of `tests`, else that of the set. */
function suiteFile({ place }: EditorProject): string {
  const folder = place.tests.find((path) => !/\.ya?ml$/i.test(path));
  return folder === undefined ? SUITE : join(folder, SUITE);
}

function textOn(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** The edit that writes a file anew, or changes what is there. */
function fileEdit(
  uri: string,
  before: string | undefined,
  after: string,
  encoding: Encoding,
): WorkspaceEdit {
  const edits = editBetween(before ?? "", after, new Positions(before ?? "", encoding));
  const created = before === undefined ? [{ kind: "create" as const, uri }] : [];
  return { documentChanges: [...created, { textDocument: { uri, version: null }, edits }] };
}

async function addTest(
  host: CommandHost,
  { project }: Member,
  [rule]: readonly string[],
): Promise<void> {
  if (rule === undefined) return;
  const { cwd, trace } = project.place;
  const file = suiteFile(project);
  const uri = host.workspace.uri(project, file);
  const before = host.workspace.document(uri)?.text ?? textOn(resolve(cwd, file));
  const paths = trace.map((path) => resolve(cwd, path));
  const request = { rule, trace: paths, suite: { file, text: before } };
  const { text, event } = await host.thread.pin(project.job(host.clock()), request);
  const edit = fileEdit(uri, before, text, host.encoding);
  const { applied } = await host.connection.workspace.applyEdit({ label: "Add a test", edit });
  if (!applied) return;
  // the text is not saved yet, so whoever asked for it has to see it
  if (host.abilities().showsDocuments)
    await host.connection.window.showDocument({ uri, takeFocus: true });
  tell(host, MessageType.Info, `added event ${event} as a test to ${file}; save it`);
}

const RUNS: ReadonlyMap<string, typeof runTest> = new Map([
  [RUN_TEST, runTest],
  [ADD_TEST, addTest],
]);

/** Does what a lens or an action asks for, and tells how it went. */
export async function execute(host: CommandHost, params: ExecuteCommandParams): Promise<void> {
  const [uri, ...rest] = (params.arguments ?? []).map(String);
  const member = host.workspace.member(uri ?? "");
  const run = RUNS.get(params.command);
  if (member === undefined || run === undefined) return;
  try {
    await run(host, member, rest);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tell(host, MessageType.Error, error.message);
  }
}
