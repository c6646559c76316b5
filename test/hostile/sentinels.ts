/**
 * Secrets that are told apart by where they were planted. Each names itself, as its issuer's tokens
 * do, and has its number in it: wherever that number comes out, the secret was shown. A word has no
 * form: no detector finds it.
 */
const FILLER = "aZ09bY18cX27dW36eV45fU54";

/** `Q7` and five signs, from which {@link sentinelsIn} reads the number. */
function numbered(n: number): string {
  return `Q7${n.toString(36).toUpperCase().padStart(5, "0")}Q7`;
}

const MARK = /Q7([0-9A-Z]{5})Q7/gi;

/** Ways to write a secret; in parts, so that nobody takes them for real ones. */
const KINDS: readonly ((n: number) => string)[] = [
  (n) => `ghp_${numbered(n)}${FILLER}${FILLER.slice(0, 3)}`,
  (n) => `AKIA${numbered(n)}IOSFODN`,
  (n) => `eyJ${numbered(n)}${FILLER}.eyJ${FILLER}.${FILLER}`,
  (n) => `https://robot:${numbered(n)}x@host.example/a`,
  (n) =>
    `-----BEGIN PRIVATE${" KEY-----"}\n${numbered(n)}${FILLER}${FILLER}\n-----END PRIVATE${" KEY-----"}`,
  (n) => `sk-${"proj"}-${numbered(n)}${FILLER}`,
  (n) => `Authorization: Bearer ${numbered(n)}${FILLER}`,
  (n) => `password=${numbered(n)}!`,
];

/** The secret with that number. */
export function secret(n: number): string {
  const kind = KINDS[n % KINDS.length];
  if (kind === undefined) throw new Error("there is a kind for each number");
  return kind(n);
}

/** The word with that number. */
export function word(n: number): string {
  return `wO${n}Rd`;
}

/** The numbers of secrets that stand in a text. */
export function sentinelsIn(text: string): readonly number[] {
  return [...new Set(Array.from(text.matchAll(MARK), ([, digits = ""]) => parseInt(digits, 36)))];
}

/** The numbers of words that stand in a text. */
export function wordsIn(text: string): readonly number[] {
  return [...new Set(Array.from(text.matchAll(/wO(\d+)Rd/gi), ([, digits]) => Number(digits)))];
}

type Plain = unknown;
type Path = readonly (string | number)[];

function isMap(value: Plain): value is { readonly [name: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every place in a value, each before those in it. */
function* placesIn(value: Plain, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (Array.isArray(value))
    for (const [i, item] of value.entries()) yield* placesIn(item, [...path, i]);
  else if (isMap(value))
    for (const [name, item] of Object.entries(value)) yield* placesIn(item, [...path, name]);
}

function changed(value: Plain, [step, ...rest]: Path, change: (here: Plain) => Plain): Plain {
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item: Plain, i) => (i === step ? changed(item, rest, change) : item));
  const map = isMap(value) ? value : {};
  return { ...map, [step]: changed(map[step], rest, change) };
}

/** How something is planted at a place. */
export type Way = "value" | "within" | "listed" | "member" | "named";

function plant(here: Plain, way: Way, what: string): Plain {
  if (way === "value") return what;
  if (way === "within") return `${typeof here === "string" ? here : "x"} ${what} y`;
  if (way === "listed") return [what];
  if (way === "member") return { [way]: what };
  return isMap(here) ? { ...here, [what]: 1 } : { [what]: here };
}

/** A value in which something was planted. */
export interface Planted {
  readonly n: number;
  readonly path: string;
  readonly way: Way;
  readonly value: Plain;
}

/**
 * The value once for each of its places and for each way, each with a number of its own from
 * `first` on.
 */
export function planted(
  value: Plain,
  ways: readonly Way[],
  first: number,
  what: (n: number) => string,
): readonly Planted[] {
  const made: Planted[] = [];
  for (const path of placesIn(value)) {
    for (const way of ways) {
      const n = first + made.length;
      made.push({
        n,
        path: path.join("."),
        way,
        value: changed(value, path, (here) => plant(here, way, what(n))),
      });
    }
  }
  return made;
}
