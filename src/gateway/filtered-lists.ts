import { objectMember, type JsonObject } from "../request/json.ts";
import type { Caller } from "./action.ts";
import type { Decisions } from "./decisions.ts";
import { editedLine } from "./edited-json.ts";
import { itemsOf, NAMED_LISTS, withoutItems } from "./named-lists.ts";

/** What lists are judged by. */
export interface FilteredListOptions {
  readonly caller: Caller;
  /** Who knows what is never permitted; undefined: everything is shown. */
  readonly service: Pick<Decisions, "neverPermitted"> | undefined;
}

/**
 * The lists of prompts, resources and templates of one server: an item is left out where it is
 * proved that nothing could ever be done with it (design 15.2).
 */
export class FilteredLists {
  readonly #options: FilteredListOptions;

  constructor(options: FilteredListOptions) {
    this.#options = options;
  }

  /** A list as it goes to the client: the bytes as they came, unless an item is left out. */
  shown(method: string, body: JsonObject, line: Buffer): Buffer {
    const list = NAMED_LISTS.get(method);
    const { service, caller } = this.#options;
    const items = list && itemsOf(objectMember(body, "result"), list);
    if (list === undefined || items === undefined || service === undefined) return line;
    const named = items.flatMap((item) => {
      const name = list.nameOf(item);
      return name === undefined ? [] : [{ name, calls: list.calls(name) }];
    });
    const never = service.neverPermitted({
      subject: caller.subject,
      server: caller.server,
      calls: named.flatMap(({ calls }) => calls),
    });
    const hidden = new Set(
      named.flatMap(({ name, calls }) => (calls.every((call) => never.has(call)) ? [name] : [])),
    );
    if (hidden.size === 0) return line;
    return editedLine(line, (message) => {
      const result = objectMember(message, "result") ?? {};
      return { ...message, result: withoutItems(result, list, hidden) };
    });
  }
}
