// Starts `agentz lsp` and shows what it says: everything else is the server's.
"use strict";
const { existsSync, readFileSync } = require("node:fs");
const { delimiter, join } = require("node:path");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

const IS_WINDOWS = process.platform === "win32";
const NAME = IS_WINDOWS ? "agentz.cmd" : "agentz";
const OPEN_SETTING = "Open the setting";
const TRY_AGAIN = "Try again";

/** A checkout of agentz itself: its folder has the program, but no installed one. */
function ownProgram(folder) {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const program = join(folder, "bin", "agentz.js");
    return name === "agentz" && existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a program is there: by its path, else in a folder of `PATH`. */
function isThere(program) {
  if (/[\\/]/.test(program)) return existsSync(program);
  const names = IS_WINDOWS ? [program, `${program}.cmd`, `${program}.exe`] : [program];
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
}

/**
 * The program of the settings, else that of a folder of the workspace, else that of the path; undefined:
 * there is none. VS Code activates no extension of ours in a workspace that nobody trusts.
 */
function program() {
  const named = vscode.workspace.getConfiguration("agentz").get("command");
  if (named) return isThere(named) ? { command: named, args: [] } : undefined;
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const installed = folders
    .map((folder) => join(folder, "node_modules", ".bin", NAME))
    .find((path) => existsSync(path));
  if (installed !== undefined) return { command: installed, args: [] };
  const own = folders.map(ownProgram).find((path) => path !== undefined);
  if (own !== undefined) return { command: "node", args: [own] };
  return isThere(NAME) ? { command: NAME, args: [] } : undefined;
}

/** Says that there is no program, and what to do. */
async function tellMissing() {
  const named = vscode.workspace.getConfiguration("agentz").get("command");
  const said = named
    ? `The program \`${named}\` of the setting agentz.command was not found. Change the setting, or empty it.`
    : "The program agentz was not found. Install it in the workspace (npm install --save-dev ./agentz-<version>.tgz, the tarball that npm pack makes in a checkout), or set agentz.command.";
  const pressed = await vscode.window.showErrorMessage(said, OPEN_SETTING, TRY_AGAIN);
  if (pressed === TRY_AGAIN) await restart();
  if (pressed === OPEN_SETTING)
    await vscode.commands.executeCommand("workbench.action.openSettings", "agentz.command");
}

async function start() {
  const found = program();
  // nobody waits for the answer: the extension is there without a server
  if (found === undefined) return void tellMissing();
  const server = {
    command: found.command,
    args: [...found.args, "lsp"],
    transport: TransportKind.stdio,
    // a shell is what runs a .cmd file
    options: { shell: IS_WINDOWS },
  };
  client = new LanguageClient("agentz", "agentz", server, {
    // the version of a file with which a diff compares it (`git:`) is nothing to check
    documentSelector: ["file", "untitled"].map((scheme) => ({ language: "yaml", scheme })),
  });
  try {
    await client.start();
  } catch {
    // the client has said why; another setting starts another one
  }
}

async function stop() {
  const running = client;
  client = undefined;
  try {
    await running?.stop();
  } catch {
    // the server never started, which was said: nothing is there to stop
  }
}

let turn = Promise.resolve();

/** Stops the server and starts it, after each restart that was asked for before. */
function restart() {
  turn = turn.then(stop).then(start);
  return turn;
}

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("agentz.restart", restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("agentz.command")) void restart();
    }),
  );
  turn = start();
  await turn;
};

exports.deactivate = stop;
