import { UNKNOWN_ENTITY, type Entity } from "../../engine/entity.ts";
import type { EvaluationContext } from "../../engine/evaluation-context.ts";
import type { IdentifiedAction } from "../../engine/identify.ts";
import { personEntity } from "../../engine/person.ts";
import type { Request } from "../../request/request.ts";
import { COLUMN, entityColumns } from "../../trace/columns/layout.ts";
import type { ClassParts } from "./class-parts.ts";
import type { EntityMemory } from "./entity-memory.ts";
import type { Frame } from "./frame.ts";
import { columnOf, type EntityRoot } from "./probe-plan.ts";
import { actionOf, isPathColumn, resourceOf, rowFor, subjectOf, type RowViews } from "./views.ts";

/** Subject, action and resource of one row as a version sees them. */
export interface RowEntities {
  readonly subject: Entity;
  readonly action: IdentifiedAction;
  readonly resource: Entity;
}

const NO_ACTION: IdentifiedAction = {
  entity: UNKNOWN_ENTITY,
  name: { server: undefined, name: undefined },
  tool: undefined,
  lookalike: false,
};

/** Makes the entities of one segment's rows as the engine makes those of a request. */
export class MadeEntities {
  readonly #parts: ClassParts;
  readonly #memory: EntityMemory;
  readonly #views: RowViews;
  /** The number of a row's action. */
  readonly #action: (row: number, frame: Frame) => number;
  readonly #resourceColumns: readonly number[];

  constructor(parts: ClassParts, views: RowViews, action: (row: number, frame: Frame) => number) {
    this.#parts = parts;
    this.#memory = parts.memory;
    this.#views = views;
    this.#action = action;
    this.#resourceColumns = entityColumns(parts.layout, "resource");
  }

  /** What every version makes of an entity; undefined: what is recorded is none. */
  all(root: EntityRoot, row: number, frame: Frame): readonly (Entity | undefined)[] {
    const request = this.#requestOf(root, row, frame);
    const { versions } = this.#parts;
    if (root === "subject") return versions.map(({ set }) => subjectOf(set, request, frame));
    if (root === "person")
      return versions.map(({ set }) => personEntity(set.catalog, request, frame.mask));
    const actions = this.actions(row, frame);
    return versions.map(({ set }, version) =>
      resourceOf(set, request, { action: actions[version] ?? NO_ACTION, frame }),
    );
  }

  #requestOf(root: EntityRoot, row: number, frame: Frame): Request {
    if (root === "subject") return this.#request("subject", row, frame);
    return root === "resource"
      ? this.#resourceRequest(row, frame)
      : this.#views.request(row, [COLUMN.onBehalfOf], frame);
  }

  #request(root: "subject" | "action", row: number, frame: Frame): Request {
    const entity = this.#views.entity(root, row);
    return entity === undefined ? frame.request : { ...frame.request, [root]: entity };
  }

  #resourceRequest(row: number, frame: Frame): Request {
    const resource = this.#views.entity("resource", row);
    const request = this.#views.request(
      row,
      this.columnsOfResource(row, frame).filter((column) =>
        isPathColumn(this.#parts.layout, column),
      ),
      frame,
    );
    return resource === undefined ? request : { ...request, resource };
  }

  actions(row: number, frame: Frame): readonly IdentifiedAction[] {
    const number = this.#action(row, frame);
    const known = this.#memory.actions.get(number);
    if (known !== undefined) return known;
    const made = this.#parts.versions.map(({ set }) =>
      actionOf(set, this.#request("action", row, frame), frame),
    );
    return this.#memory.actions.set(number, made);
  }

  /** What a version makes of the row's entities. */
  of(row: number, frame: Frame, version: number): RowEntities {
    const set = this.#parts.versions[version]?.set;
    if (set === undefined) throw new Error("no version is asked");
    const action = this.actions(row, frame)[version] ?? NO_ACTION;
    return {
      subject: subjectOf(set, this.#request("subject", row, frame), frame),
      action,
      resource: resourceOf(set, this.#resourceRequest(row, frame), { action, frame }),
    };
  }

  /** A row's call of which only one entity is at hand, as a version sees it. */
  rowOf(root: EntityRoot, version: number, row: number, frame: Frame): EvaluationContext {
    const found = this.rows(root, row, frame)[version];
    if (found === undefined) throw new Error("no version is asked");
    return found;
  }

  /** The same as every version sees it. */
  rows(root: EntityRoot, row: number, frame: Frame): readonly EvaluationContext[] {
    const request = this.#requestOf(root, row, frame);
    if (root === "person") return this.#parts.versions.map(() => rowFor(request, frame, {}));
    return this.all(root, row, frame).map((entity = UNKNOWN_ENTITY) =>
      rowFor(request, frame, root === "subject" ? { subject: entity } : { resource: entity }),
    );
  }

  /**
   * The columns that tell the resource of a row: the event's own, and those off which its tool
   * reads it.
   */
  columnsOfResource(row: number, frame: Frame): readonly number[] {
    const number = this.#action(row, frame);
    const known = this.#memory.resourceColumns.get(number);
    if (known !== undefined) return known;
    const paths = this.#parts.versions.flatMap((reads, version) => {
      const tool = this.actions(row, frame)[version]?.tool?.tool;
      return tool === undefined
        ? []
        : (reads.resourcePaths.get(`${tool.server}/${tool.name}`) ?? []);
    });
    const read = paths.map((path) => columnOf(this.#parts.layout, path));
    const columns = [...new Set([...this.#resourceColumns, ...read])].filter((one) => one >= 0);
    return this.#memory.resourceColumns.set(number, columns);
  }
}
