import type { EditorFile } from "../api/editor/questions.ts";
import type { Shelf } from "./edits.ts";
import { Positions, type Encoding } from "./positions.ts";
import type { Member, Workspace } from "./workspace.ts";

/** A place in an open document. */
export interface Place {
  readonly member: Member;
  readonly file: EditorFile;
  readonly offset: number;
  readonly workspace: Workspace;
  readonly encoding: Encoding;
}

/** The files of the set of a place. */
export async function shelfOf({
  member: { project },
  workspace,
  encoding,
}: Omit<Place, "offset" | "file">): Promise<Shelf> {
  const texts = new Map((await project.sources()).map(({ file, text }) => [file, text]));
  const known = new Map<string, Positions>();
  return {
    uri: (file) => workspace.uri(project, file),
    positions: (file) => {
      const text = texts.get(file);
      if (text === undefined) return undefined;
      const positions = known.get(file) ?? new Positions(text, encoding);
      known.set(file, positions);
      return positions;
    },
  };
}
