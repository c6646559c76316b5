// Starts `agentz lsp` and shows what it says: everything else is the server's.
"use strict";
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

/** The program of the settings, else that of a folder of the workspace, else that of the path. */
function command() {
  const named = vscode.workspace.getConfiguration("agentz").get("command");
  if (named) return named;
  const name = process.platform === "win32" ? "agentz.cmd" : "agentz";
  const own = (vscode.workspace.workspaceFolders ?? [])
    .map(({ uri }) => join(uri.fsPath, "node_modules", ".bin", name))
    .find((path) => existsSync(path));
  return own ?? name;
}

async function start() {
  const server = {
    command: command(),
    args: ["lsp"],
    transport: TransportKind.stdio,
    // a shell is what runs a .cmd file
    options: { shell: process.platform === "win32" },
  };
  client = new LanguageClient("agentz", "agentz", server, {
    documentSelector: [{ language: "yaml" }],
  });
  await client.start();
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("agentz.restart", async () => {
      await stop();
      await start();
    }),
  );
  await start();
};

exports.deactivate = stop;
