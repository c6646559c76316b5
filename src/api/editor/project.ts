import { editorFile, editorSet, type EditorFile, type EditorSet } from "../../editor/editor-set.ts";
import type { Schemas } from "../../editor/schema.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { readFolderSet } from "../../node/read-set.ts";
import type { Source } from "../../text/span.ts";
import type { TextsJob } from "./texts-job.ts";
import type { ProjectPlace } from "./project-place.ts";

/** Whether a file is read as it was before: its last whole text stands for it until it is. */
function isWhole({ loaded }: EditorFile): boolean {
  return loaded.complete && !loaded.diagnostics.some(({ code }) => code === "yaml-syntax");
}

/** One policy set that is being edited: the files on disk, and over them the texts of an editor. */
export class EditorProject {
  readonly place: ProjectPlace;
  readonly #schemas: Schemas;
  readonly #texts = new Map<string, string>();
  readonly #files = new Map<string, EditorFile>();
  readonly #whole = new Map<string, EditorFile>();
  #disk: readonly Source[] | undefined;
  #set: EditorSet | undefined;
  #lastSet: EditorSet | undefined;
  /** The disk as it was read last, in one text. */
  #diskText: string | undefined;
  #revision = 0;

  constructor(place: ProjectPlace, schemas: Schemas) {
    this.place = place;
    this.#schemas = schemas;
  }

  /** Another number whenever a text of the set is another one. */
  get revision(): number {
    return this.#revision;
  }

  /** Reads the disk anew when somebody asks for it next. */
  forgetDisk(): void {
    this.#disk = undefined;
    this.#set = undefined;
  }

  /** Lets go of the editor's texts of all other files. */
  keepTexts(files: ReadonlySet<string>): void {
    for (const file of [...this.#texts.keys()]) if (!files.has(file)) this.setText(file, undefined);
  }

  /** The unsaved text of a file; undefined: the disk's counts again. */
  setText(file: string, text: string | undefined): void {
    if (this.#texts.get(file) === text) return;
    this.#revision++;
    if (text === undefined) this.#texts.delete(file);
    else this.#texts.set(file, text);
    this.#set = undefined;
  }

  /** Whether an editor has a file of the set open. */
  get isOpen(): boolean {
    return this.#texts.size > 0;
  }

  /** A file that is open; undefined: it is not. */
  open(file: string): EditorFile | undefined {
    const text = this.#texts.get(file);
    return text === undefined ? undefined : this.#read({ file, text });
  }

  #read(source: Source): EditorFile {
    const known = this.#files.get(source.file);
    if (known?.source.text === source.text) return known;
    const file = editorFile(source);
    this.#files.set(source.file, file);
    if (isWhole(file)) this.#whole.set(source.file, file);
    return file;
  }

  async #diskSources(): Promise<readonly Source[]> {
    const { cwd, paths } = this.place;
    if (paths.length === 0) return [];
    try {
      return (await readFolderSet(cwd, paths)).sources;
    } catch (error) {
      // what cannot be read is told by lint
      if (error instanceof UserError) return [];
      throw error;
    }
  }

  #taken(disk: readonly Source[]): readonly Source[] {
    const text = JSON.stringify(disk);
    if (this.#diskText !== text) this.#revision++;
    this.#diskText = text;
    return disk;
  }

  /** The texts of all files, those of the editor first. */
  async sources(): Promise<readonly Source[]> {
    this.#disk ??= this.#taken(await this.#diskSources());
    const own = [...this.#texts].map(([file, text]) => ({ file, text }));
    return [...own, ...this.#disk.filter(({ file }) => !this.#texts.has(file))];
  }

  /** The set as it stands, half-typed files as they last were whole. */
  async set(): Promise<EditorSet> {
    if (this.#set !== undefined) return this.#set;
    const sources = await this.sources();
    const files = sources.map((source) => this.#read(source));
    this.#set = editorSet(files, this.#whole, this.#schemas);
    this.#lastSet = this.#set;
    return this.#set;
  }

  /**
   * The set as it was last asked for, whatever was typed since: enough to know its names by. Reading
   * a large document takes longer than somebody who types waits.
   */
  async lastSet(): Promise<EditorSet> {
    return (this.#lastSet ??= await this.set());
  }

  /** The name of a file of the set that is not well-formed; undefined: all are. */
  async unread(): Promise<string | undefined> {
    const files = (await this.sources()).map((source) => this.#read(source));
    return files.find((file) => !isWhole(file))?.source.file;
  }

  /** What a lint of the set as it stands takes. */
  job(today: number): TextsJob {
    const { cwd, paths, levels } = this.place;
    const texts = [...this.#texts].map(([file, text]) => ({ file, text }));
    return { cwd, paths, texts, levels, today };
  }
}
