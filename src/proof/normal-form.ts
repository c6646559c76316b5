import type { Machine, TextTest } from "./text-machine.ts";

/** Where a machine is that reads a text in normal form; `DEAD`: no continuation is one. */
type Step = (state: number, unit: number) => number;

const DEAD = -1;
const SLASH = 47;
const DOT = 46;
const COLON = 58;
const HYPHEN = 45;

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}
function isLower(unit: number): boolean {
  return unit >= 97 && unit <= 122;
}

interface Language {
  readonly name: string;
  readonly step: Step;
  readonly accepting: readonly number[];
  /** Units that it tells apart. */
  readonly units: string;
}

/**
 * States of a path: at its root, at the start of a segment, within one dot, two dots, or another
 * segment; a drive.
 */
const PATH = {
  start: 0,
  root: 1,
  segment: 2,
  dot: 3,
  dots: 4,
  inside: 5,
  lone: 6,
  letter: 7,
  drive: 8,
} as const;

function pathStart(unit: number): number {
  if (unit === SLASH) return PATH.root;
  return unit === DOT ? PATH.lone : isLower(unit) ? PATH.letter : PATH.inside;
}

function pathStep(state: number, unit: number): number {
  if (unit === 92 || unit < 32 || unit === 127) return DEAD;
  if (state === PATH.start) return pathStart(unit);
  if (state === PATH.letter && unit === COLON) return PATH.drive;
  if (state === PATH.drive && unit === SLASH) return PATH.root;
  if (unit === SLASH && state === PATH.letter) return PATH.segment;
  if (unit === SLASH) return state === PATH.inside ? PATH.segment : DEAD;
  if (state === PATH.root || state === PATH.segment) return unit === DOT ? PATH.dot : PATH.inside;
  if (state === PATH.dot || state === PATH.lone) return unit === DOT ? PATH.dots : PATH.inside;
  return PATH.inside;
}

/** States of a domain: at the start of a label, within one, behind a hyphen. */
const DOMAIN = { label: 0, inside: 1, hyphen: 2 } as const;

function domainStep(state: number, unit: number): number {
  if (unit === DOT) return state === DOMAIN.inside ? DOMAIN.label : DEAD;
  if (unit === HYPHEN) return state === DOMAIN.label ? DEAD : DOMAIN.hyphen;
  return isLower(unit) || isDigit(unit) || unit === 95 ? DOMAIN.inside : DEAD;
}

const URL_STATE = {
  start: 0,
  scheme: 1,
  colon: 2,
  slash: 3,
  host: 4,
  inHost: 5,
  address: 6,
  addressEnd: 7,
  port: 8,
  inPort: 9,
  segment: 10,
  dot: 11,
  dots: 12,
  path: 13,
  query: 14,
} as const;

/** What stands behind the host: a port, or the path. */
function behindHost(unit: number): number {
  return unit === COLON ? URL_STATE.port : unit === SLASH ? URL_STATE.segment : DEAD;
}

function authorityStep(state: number, unit: number): number {
  const isHost = isLower(unit) || isDigit(unit) || unit === DOT || unit === HYPHEN || unit === 95;
  switch (state) {
    case URL_STATE.start:
      return isLower(unit) ? URL_STATE.scheme : DEAD;
    case URL_STATE.scheme:
      if (unit === COLON) return URL_STATE.colon;
      return isLower(unit) || isDigit(unit) || unit === 43 || unit === HYPHEN || unit === DOT
        ? state
        : DEAD;
    case URL_STATE.colon:
      return unit === SLASH ? URL_STATE.slash : DEAD;
    case URL_STATE.slash:
      return unit === SLASH ? URL_STATE.host : DEAD;
    case URL_STATE.host:
      return unit === 91 ? URL_STATE.address : isHost ? URL_STATE.inHost : DEAD;
    case URL_STATE.inHost:
      return isHost ? state : behindHost(unit);
    case URL_STATE.address:
      if (unit === 93) return URL_STATE.addressEnd;
      return isDigit(unit) || (unit >= 97 && unit <= 102) || unit === COLON || unit === DOT
        ? state
        : DEAD;
    case URL_STATE.addressEnd:
      return behindHost(unit);
    default:
      return isDigit(unit)
        ? URL_STATE.inPort
        : state === URL_STATE.inPort && unit === SLASH
          ? URL_STATE.segment
          : DEAD;
  }
}

/** Characters that a path of a URL holds only percent-encoded. */
const ENCODED_IN_PATH: ReadonlySet<number> = new Set(
  Array.from('"<>`{}\\', (unit) => unit.charCodeAt(0)),
);

function urlStep(state: number, unit: number): number {
  if (unit <= 32 || unit >= 127 || unit === 35) return DEAD;
  if (state < URL_STATE.segment) return authorityStep(state, unit);
  if (state === URL_STATE.query) return state;
  if (ENCODED_IN_PATH.has(unit)) return DEAD;
  const isDots = state === URL_STATE.dot || state === URL_STATE.dots;
  if (unit === SLASH) return isDots || state === URL_STATE.segment ? DEAD : URL_STATE.segment;
  if (unit === 63) return isDots ? DEAD : URL_STATE.query;
  if (state === URL_STATE.segment) return unit === DOT ? URL_STATE.dot : URL_STATE.path;
  return state === URL_STATE.dot && unit === DOT ? URL_STATE.dots : URL_STATE.path;
}

/**
 * Texts that contain every normal form of design 3.6 (`condition/normalize.ts`), so that what has
 * none of them in common fits no id. INVARIANT: wider is sound, narrower is not.
 */
const LANGUAGES: ReadonlyMap<string, Language> = new Map<string, Language>([
  [
    "path",
    {
      name: "path",
      step: pathStep,
      accepting: [PATH.root, PATH.inside, PATH.lone, PATH.letter],
      units: "/.\\:",
    },
  ],
  ["domain", { name: "domain", step: domainStep, accepting: [DOMAIN.inside], units: ".-" }],
  [
    "url",
    {
      name: "url",
      step: urlStep,
      accepting: [URL_STATE.segment, URL_STATE.path, URL_STATE.query],
      units: ":/.?#[]0",
    },
  ],
]);

function machineOf({ step, accepting }: Language): Machine {
  return {
    start: 0,
    step: (state, unit) => (state === DEAD ? DEAD : step(state, unit)),
    accepts: (state) => accepting.includes(state),
    settled: (state) => (state === DEAD ? false : undefined),
  };
}

function testOf(language: Language): TextTest {
  const machine = machineOf(language);
  return {
    key: `normal ${language.name}`,
    passes: (text) => {
      let state = machine.start;
      for (let i = 0; i < text.length && state !== DEAD; i++)
        state = machine.step(state, text.charCodeAt(i));
      return machine.accepts(state);
    },
    machine: () => machine,
    hints: language.name === "url" ? ["https://x.x/x"] : ["x"],
    literals: [language.units],
  };
}

const TESTS: ReadonlyMap<string, TextTest> = new Map(
  [...LANGUAGES].map(([form, language]) => [form, testOf(language)]),
);

/** The test that every id of a form passes; undefined for `opaque`, of which any text is an id. */
export function normalFormTest(form: string): TextTest | undefined {
  return TESTS.get(form);
}
