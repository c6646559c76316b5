import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { EditorProject } from "../api/editor/project.ts";
import { CONFIG_FILE, Configurations, type UsedConfig } from "../api/editor/configuration.ts";
import {
  configFolder,
  isOurs,
  nameIn,
  projectOf,
  type ProjectPlace,
} from "../api/editor/project-place.ts";
import { documentSchemas } from "../api/editor/schemas.ts";
import type { OpenDocument } from "./open-document.ts";

/** A document that belongs to a policy set. */
export interface Member {
  readonly project: EditorProject;
  /** What the set calls the document. */
  readonly file: string;
  readonly document: OpenDocument;
}

/** The path of a file's address; undefined: it is no file of this machine. */
function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

function keyOf({ cwd, paths }: ProjectPlace): string {
  return JSON.stringify([cwd, paths]);
}

/** A text that is in no file: a set of its own. */
const NOWHERE: ProjectPlace = {
  cwd: resolve("/"),
  paths: [],
  levels: [],
  tests: [],
  trace: [],
  isUnplaced: false,
};

/** The documents that are open, and the policy sets that they belong to. */
export class Workspace {
  readonly #documents = new Map<string, OpenDocument>();
  readonly #members = new Map<string, { readonly project: EditorProject; readonly file: string }>();
  readonly #projects = new Map<string, EditorProject>();
  /** The sets as they were before the disk was looked at anew. */
  #before: ReadonlyMap<string, EditorProject> = new Map();
  readonly #schemas = documentSchemas();
  readonly #configurations = new Configurations();
  readonly #folders = new Set<string>();

  document(uri: string): OpenDocument | undefined {
    return this.#documents.get(uri);
  }

  get documents(): Iterable<OpenDocument> {
    return this.#documents.values();
  }

  get projects(): Iterable<EditorProject> {
    return this.#projects.values();
  }

  /** The configurations of the folders that documents belong to, as they are saved. */
  get configurations(): readonly (UsedConfig & { readonly uri: string })[] {
    return [...this.#folders].map((folder) => ({
      ...this.#configurations.read(folder),
      uri: pathToFileURL(join(folder, CONFIG_FILE)).href,
    }));
  }

  /** The folder of a document that is a configuration; undefined: it is none. */
  configFolder(uri: string): string | undefined {
    const path = pathOf(uri);
    return path !== undefined && basename(path) === CONFIG_FILE ? dirname(path) : undefined;
  }

  /** A document with its set; undefined: it is not open, or no document of agentz. */
  member(uri: string): Member | undefined {
    const document = this.#documents.get(uri);
    const known = this.#members.get(uri);
    return document === undefined || known === undefined ? undefined : { ...known, document };
  }

  /** The open documents of a set. */
  membersOf(project: EditorProject): readonly Member[] {
    return [...this.#members].flatMap(([uri, known]) => {
      const document = this.#documents.get(uri);
      return document !== undefined && known.project === project ? [{ ...known, document }] : [];
    });
  }

  /** Takes a document, and finds the set that it belongs to. */
  async open(document: OpenDocument): Promise<Member | undefined> {
    this.#documents.set(document.uri, document);
    await this.#place(document.uri);
    return this.member(document.uri);
  }

  async #place(uri: string): Promise<void> {
    this.#assign(uri, await this.#placeOf(uri));
  }

  /** Where a document belongs by the disk; undefined: it is a configuration. */
  async #placeOf(uri: string): Promise<ProjectPlace | undefined> {
    if (this.configFolder(uri) !== undefined) return undefined;
    const path = pathOf(uri);
    if (path === undefined) return { ...NOWHERE, cwd: join(NOWHERE.cwd, uri) };
    const folder = await configFolder(dirname(path));
    if (folder !== undefined) this.#folders.add(folder);
    return projectOf(path, this.#configurations);
  }

  #assign(uri: string, place: ProjectPlace | undefined): void {
    const document = this.#documents.get(uri);
    // it may have been closed meanwhile
    if (document === undefined || place === undefined) return;
    const path = pathOf(uri);
    const file = path === undefined ? uri : nameIn(place, path);
    const isInSet = place.paths.length > 0 && place.paths.some((one) => isBelow(one, file));
    if (!isInSet && !isOurs(document.text)) return;
    const project = this.#project(place);
    this.#members.set(uri, { project, file });
    project.setText(file, document.text);
  }

  #project(place: ProjectPlace): EditorProject {
    const key = keyOf(place);
    const before = this.#before.get(key);
    // WHY the same one where nothing about it changed: what is known of it stays shown
    const same = JSON.stringify(before?.place) === JSON.stringify(place) ? before : undefined;
    const project = this.#projects.get(key) ?? same ?? new EditorProject(place, this.#schemas);
    this.#projects.set(key, project);
    return project;
  }

  /** Takes the text of a document that changed. */
  async change(document: OpenDocument): Promise<Member | undefined> {
    this.#documents.set(document.uri, document);
    const known = this.#members.get(document.uri);
    if (known === undefined) {
      if (isOurs(document.text)) await this.#place(document.uri);
    } else known.project.setText(known.file, document.text);
    return this.member(document.uri);
  }

  /** Lets go of a document: the disk's text counts again. Gives the set that it was of. */
  close(uri: string): EditorProject | undefined {
    const known = this.#members.get(uri);
    this.#documents.delete(uri);
    this.#members.delete(uri);
    if (known === undefined) return undefined;
    known.project.setText(known.file, undefined);
    known.project.forgetDisk();
    if (!known.project.isOpen) this.#projects.delete(keyOf(known.project.place));
    return known.project;
  }

  /** Looks at the disk anew: files, and which set each document belongs to. */
  async refresh(): Promise<void> {
    const uris = [...this.#documents.keys()];
    this.#folders.clear();
    const places = await Promise.all(uris.map((uri) => this.#placeOf(uri)));
    // INVARIANT: from here on nothing waits, so nobody meets a set without its texts
    this.#before = new Map(this.#projects);
    for (const project of this.#before.values()) project.forgetDisk();
    this.#projects.clear();
    this.#members.clear();
    uris.forEach((uri, i) => this.#assign(uri, places[i]));
    for (const project of this.#projects.values())
      project.keepTexts(new Set(this.membersOf(project).map(({ file }) => file)));
    this.#before = new Map();
  }

  /** The address of a file of a set: as the client writes it where it is open there. */
  uri(project: EditorProject, file: string): string {
    for (const [uri, known] of this.#members)
      if (known.project === project && known.file === file) return uri;
    return pathToFileURL(resolve(project.place.cwd, file)).href;
  }
}

function isBelow(path: string, file: string): boolean {
  const plain = path.replace(/^\.\//, "").replace(/\/$/, "");
  return plain === "." || file === plain || file.startsWith(`${plain}/`);
}
