import type { ReportResult } from "../../documents/report-result.ts";
import { hideSecrets } from "../../text/hide-secrets.ts";
import { html, type Html } from "./html-text.ts";

/**
 * Puts numbers of a document into a page, each with the place it is from (a JSON pointer), so that
 * page and document can be compared.
 */
export class Figures {
  readonly #document: unknown;

  constructor(document: ReportResult) {
    this.#document = document;
  }

  /** The value at a JSON pointer (RFC 6901); undefined where there is none. */
  at(pointer: string): unknown {
    let value = this.#document;
    for (const key of pointer.split("/").slice(1)) {
      const name = nameOf(key);
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
        return undefined;
      value = Reflect.get(value, name);
    }
    return value;
  }

  /** A number of the document; `–` where it has none there. */
  number(pointer: string): Html {
    const value = this.at(pointer);
    if (typeof value !== "number") return html`–`;
    return html`<data value="${value}" data-at="${withoutSecrets(pointer)}">
      ${value.toLocaleString("en-US", { maximumFractionDigits: 3 })}</data>`;
  }
}

function nameOf(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** WHY part by part: escaped for a pointer, a secret has no longer the form that it is known by. */
function withoutSecrets(pointer: string): string {
  return pointer
    .split("/")
    .map((part) => pointerPart(hideSecrets(nameOf(part))))
    .join("/");
}

/** A name as one part of a JSON pointer. */
export function pointerPart(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
