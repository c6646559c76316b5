// As much of VS Code as a language client takes: real documents, findings and events; everything
// else does nothing. It stands in the place of the module `vscode`, which only VS Code has.
"use strict";
const Module = require("node:module");

class Disposable {
  constructor(end) {
    this.end = end;
  }
  dispose() {
    this.end?.();
  }
}

class EventEmitter {
  #listeners = new Set();
  event = (listener, self) => {
    const bound = self === undefined ? listener : listener.bind(self);
    this.#listeners.add(bound);
    return new Disposable(() => this.#listeners.delete(bound));
  };
  fire(value) {
    for (const listener of this.#listeners) listener(value);
  }
  dispose() {}
}

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(startLine, startCharacter, endLine, endCharacter) {
    this.start = new Position(startLine, startCharacter);
    this.end = new Position(endLine, endCharacter);
  }
}

class Diagnostic {
  constructor(range, message, severity) {
    Object.assign(this, { range, message, severity });
  }
}

class Uri {
  constructor(text) {
    this.text = text;
    this.scheme = new URL(text).protocol.slice(0, -1);
    this.fsPath = decodeURIComponent(new URL(text).pathname);
  }
  toString() {
    return this.text;
  }
  static parse(text) {
    return new Uri(text);
  }
  static file(path) {
    return new Uri(`file://${path}`);
  }
}

class CodeActionKind {
  constructor(value) {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind(this.value === "" ? part : `${this.value}.${part}`);
  }
}
for (const name of ["Empty", "QuickFix", "Refactor", "Source", "SourceFixAll", "Notebook"])
  CodeActionKind[name] = new CodeActionKind(name === "Empty" ? "" : name.toLowerCase());
for (const name of ["Extract", "Inline", "Move", "Rewrite"])
  CodeActionKind[`Refactor${name}`] = CodeActionKind.Refactor.append(name.toLowerCase());
CodeActionKind.SourceOrganizeImports = CodeActionKind.Source.append("organizeImports");

/** Findings by address, messages to the user, and what was registered. */
exports.shown = new Map();
exports.told = [];
exports.registered = [];
/** Commands that were asked for. */
exports.executed = [];

const emitters = new Map();

function event(name) {
  if (!emitters.has(name)) emitters.set(name, new EventEmitter());
  return emitters.get(name).event;
}

/** A part of the API: what is given, events by their names, and functions that do nothing. */
function part(known) {
  return new Proxy(known, {
    get(target, name) {
      if (name in target) return target[name];
      if (/^on(?:Did|Will)/.test(String(name))) return event(name);
      return () => {
        exports.registered.push(String(name));
        return new Disposable();
      };
    },
  });
}

/** A class, enumeration or namespace that nobody looks into. */
function anything() {
  return new Proxy(class {}, {
    get: (target, name) => (name === "prototype" || name in target ? target[name] : anything()),
  });
}

/** Shows a message, and presses the button that the environment names, once. */
const tell = async (message, ...buttons) => {
  exports.told.push(message);
  return exports.told.length > 1 ? undefined : buttons.find((one) => one === process.env.PRESS);
};
const channel = part({ logLevel: 1, onDidChangeLogLevel: event("logLevel") });
const vscode = new Proxy(
  {
    version: "1.91.0",
    env: { language: "en" },
    Disposable,
    EventEmitter,
    Position,
    Range,
    Diagnostic,
    Uri,
    CodeActionKind,
    CancellationTokenSource: class {
      token = { isCancellationRequested: false, onCancellationRequested: event("cancel") };
      cancel() {}
      dispose() {}
    },
    DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
    workspace: part({
      textDocuments: [],
      notebookDocuments: [],
      workspaceFolders: (process.env.FOLDERS ?? "")
        .split(",")
        .filter((path) => path !== "")
        .map((path) => ({ uri: new Uri(`file://${path}`) })),
      getConfiguration: () => ({ get: (name) => (name === "command" ? process.env.AGENTZ : "") }),
      getWorkspaceFolder: () => undefined,
      createFileSystemWatcher: () => part({}),
    }),
    window: part({
      createOutputChannel: () => channel,
      visibleTextEditors: [],
      tabGroups: part({ all: [] }),
      showErrorMessage: tell,
      showWarningMessage: tell,
      showInformationMessage: tell,
    }),
    languages: part({
      match: (selector, { languageId }) =>
        selector.some(({ language }) => language === languageId) ? 10 : 0,
      createDiagnosticCollection: () =>
        part({ set: (uri, found) => exports.shown.set(uri.toString(), found) }),
    }),
    commands: part({
      registerCommand(name) {
        exports.registered.push(name);
        return new Disposable();
      },
      executeCommand: async (...asked) => void exports.executed.push(asked),
    }),
  },
  { get: (target, name) => (name in target ? target[name] : anything()) },
);

/** Opens a document of YAML, as a person does. */
exports.open = (address, text) => {
  const document = { uri: new Uri(address), languageId: "yaml", version: 1, getText: () => text };
  vscode.workspace.textDocuments.push(document);
  emitters.get("onDidOpenTextDocument")?.fire(document);
};

/** Changes the setting of the program, as a person does. */
exports.set = (command) => {
  process.env.AGENTZ = command;
  const affectsConfiguration = (name) => name === "agentz.command";
  emitters.get("onDidChangeConfiguration")?.fire({ affectsConfiguration });
};

const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
