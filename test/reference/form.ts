import type { ResourceForm } from "../../src/policy/model.ts";

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Dot segments resolved; undefined where a relative path climbs out. */
function resolveDots(path: string): string | undefined {
  const rooted = path.startsWith("/");
  const out: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") out.push(segment);
    else if (out.length > 0) out.pop();
    else if (!rooted) return undefined;
  }
  return (rooted ? "/" : "") + out.join("/");
}

function path(id: string): string | undefined {
  const plain = decoded(id);
  return plain === undefined || plain === "" ? undefined : resolveDots(plain);
}

function url(id: string): string | undefined {
  try {
    return new URL(id).href;
  } catch {
    return undefined;
  }
}

function domain(id: string): string | undefined {
  const plain = id.toLowerCase().replace(/\.$/, "");
  return /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(plain) ? plain : undefined;
}

/** A resource id in its type's form (design 3.6); undefined where it cannot be normalised. */
export function normalise(form: ResourceForm | undefined, id: string): string | undefined {
  if (form === "path") return path(id);
  if (form === "url") return url(id);
  return form === "domain" ? domain(id) : id;
}

export const normalPath = path;
export const normalDomain = domain;
