import { chat } from "./chat.ts";
import type { Importer, ImportSample } from "./importer.ts";

/** All importers, in the order in which `auto` asks them: what is told most surely comes first. */
export const IMPORTERS: readonly Importer[] = [chat];

/** The importer of that name, if there is one. */
export function findImporter(name: string): Importer | undefined {
  return IMPORTERS.find((importer) => importer.name === name);
}

/** The first importer that recognises the sample. */
export function recogniseImporter(sample: ImportSample): Importer | undefined {
  return IMPORTERS.find((importer) => importer.recognises(sample));
}
