import type { DecisionPoint } from "../policy/model.ts";
import { surfaceOf } from "./coverage-rows.ts";
import type { CoveredCall } from "./call-facts.ts";
import type { SeenPointPart, SeenSurfacePart } from "../documents/report-part.ts";
import type { CoverageBody, PointInfo, SurfaceInfo } from "../documents/coverage-result.ts";

/** How many points and surfaces that only a trace names are kept apart. */
const LIMIT = 1000;
const OTHERS = "(others)";

interface SeenPoint {
  decisions: number;
  denied: number;
  readonly surfaces: Set<string>;
}
interface SeenSurface {
  calls: number;
  consequential: number;
  covered: number;
  readonly points: Set<string>;
}

function entry<T>(map: Map<string, T>, key: string, make: () => T, most = LIMIT): T {
  const name = map.has(key) || map.size < most ? key : OTHERS;
  const known = map.get(name) ?? make();
  map.set(name, known);
  return known;
}

function freshPoint(): SeenPoint {
  return { decisions: 0, denied: 0, surfaces: new Set() };
}

function freshSurface(): SeenSurface {
  return { calls: 0, consequential: 0, covered: 0, points: new Set() };
}

function addSome(names: Set<string>, more: readonly string[]): void {
  for (const name of more) names.add(name);
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What was seen of decision points and surfaces, as a part of a trace tells. */
export interface SeenPoints {
  readonly points: readonly (readonly [id: string, seen: SeenPointPart])[];
  readonly surfaces: readonly (readonly [name: string, seen: SeenSurfacePart])[];
}

/**
 * Decision points known, seen and covering, for each surface (design 9.1). Calls by agents and
 * models only.
 */
export class PointTally {
  readonly #known: ReadonlyMap<string, DecisionPoint>;
  readonly #points = new Map<string, SeenPoint>();
  readonly #surfaces = new Map<string, SeenSurface>();

  constructor(known: ReadonlyMap<string, DecisionPoint>) {
    this.#known = known;
  }

  add(covered: CoveredCall): void {
    const name = surfaceOf(covered);
    const surface = entry(this.#surfaces, name, freshSurface);
    surface.calls++;
    if (covered.verdicts !== undefined) surface.consequential++;
    if (covered.verdicts?.enforcement === "covered") surface.covered++;
    const { point: id, effect } = covered.call;
    if (id === undefined) return;
    const point = entry(this.#points, id, freshPoint);
    point.decisions++;
    if (effect === "deny") point.denied++;
    if (point.surfaces.size < LIMIT) point.surfaces.add(name);
    if (surface.points.size < LIMIT) surface.points.add(id);
  }

  part(): SeenPoints {
    return {
      points: [...this.#points].map(([id, seen]) => [
        id,
        { ...seen, surfaces: [...seen.surfaces].sort(byText) },
      ]),
      surfaces: [...this.#surfaces].map(([name, seen]) => [
        name,
        { ...seen, points: [...seen.points].sort(byText) },
      ]),
    };
  }

  /** Adds what another part of the trace saw. */
  merge({ points, surfaces }: SeenPoints): void {
    for (const [id, { decisions, denied, surfaces: seenOn }] of points) {
      const point = entry(this.#points, id, freshPoint, Infinity);
      point.decisions += decisions;
      point.denied += denied;
      addSome(point.surfaces, seenOn);
    }
    for (const [name, { calls, consequential, covered, points: seenBy }] of surfaces) {
      const surface = entry(this.#surfaces, name, freshSurface, Infinity);
      surface.calls += calls;
      surface.consequential += consequential;
      surface.covered += covered;
      addSome(surface.points, seenBy);
    }
  }

  summary(): CoverageBody["decisionPoints"] {
    const ids = [...new Set([...this.#known.keys(), ...this.#points.keys()])].sort(byText);
    const listed = [...this.#known.values()].flatMap((point) => point.surfaces);
    const surfaces = [...new Set([...listed, ...this.#surfaces.keys()])].sort(byText);
    return {
      points: ids.map((id) => this.#point(id)),
      surfaces: surfaces.map((name) => this.#surface(name)),
    };
  }

  #point(id: string): PointInfo {
    const known = this.#known.get(id);
    const seen = this.#points.get(id);
    const listed = known?.surfaces ?? [];
    const elsewhere =
      known === undefined
        ? []
        : [...(seen?.surfaces ?? [])].filter((name) => !listed.includes(name)).sort(byText);
    return {
      id,
      external: known?.external ?? null,
      surfaces: listed,
      decisions: seen?.decisions ?? 0,
      denied: seen?.denied ?? 0,
      elsewhere,
    };
  }

  #surface(surface: string): SurfaceInfo {
    const seen = this.#surfaces.get(surface);
    const known = [...this.#known.values()]
      .filter((point) => point.surfaces.includes(surface))
      .map((point) => point.id);
    return {
      surface,
      calls: seen?.calls ?? 0,
      consequential: seen?.consequential ?? 0,
      covered: seen?.covered ?? 0,
      known: known.sort(byText),
      seen: [...(seen?.points ?? [])].sort(byText),
    };
  }
}
