import type { Io } from "../node/io.ts";

const ESCAPE = "\u001b";
const BACKSPACE: ReadonlySet<string> = new Set(["\u007f", "\b"]);
const ENTER: ReadonlySet<string> = new Set(["\r", "\n"]);
/** A prompt that is wrapped could not be written again in its place. */
const MOST = 60;

/** A text that is typed, and whether Enter ended it. */
interface Typed {
  readonly text: string;
  readonly done: boolean;
}

/** The text after one more key; what neither ends nor changes it is no part of it. */
function withKey({ text, done }: Typed, key: string): Typed {
  if (done || ENTER.has(key)) return { text, done: true };
  const characters = [...text];
  if (BACKSPACE.has(key)) return { text: characters.slice(0, -1).join(""), done };
  const fits = !/\p{C}/u.test(key) && characters.length < MOST;
  return { text: fits ? text + key : text, done };
}

/**
 * A text that is typed on the last line, without control characters: Enter keeps it, Escape gives
 * the empty one. Undefined: `until` was aborted before.
 */
export async function readFilter(
  { stderr, readKey }: Pick<Io, "stderr" | "readKey">,
  until: AbortSignal,
): Promise<string | undefined> {
  let typed: Typed = { text: "", done: false };
  while (!typed.done) {
    stderr.write(`\r\u001b[Kfilter (Enter keeps it, Escape clears it): ${typed.text}`);
    const keys = await readKey?.(until);
    if (keys === undefined) return undefined;
    if (keys === ESCAPE) return "";
    // an arrow and the like begin with it: they are no text
    if (!keys.startsWith(ESCAPE)) typed = [...keys].reduce(withKey, typed);
  }
  return typed.text;
}
