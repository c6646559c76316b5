import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWTVerifyGetKey,
} from "jose";
import { UserError } from "../diagnostics/user-error.ts";
import { whyUnreadable } from "../node/file-error.ts";
import { isJsonObject, member, stringMember, type JsonObject } from "../request/json.ts";
import { certifiedCaller } from "../serve/authenticate.ts";
import { HttpProblem } from "../serve/http-problem.ts";
import type { Caller, Party } from "./action.ts";

/** Who makes a request, and for whom. */
export type Identity = Pick<Caller, "subject" | "onBehalfOf" | "delegation">;

/** Stands for a caller: nobody else goes on with what it began. */
export function ownerOf({ subject, onBehalfOf }: Identity): string {
  return JSON.stringify([subject, onBehalfOf ?? null]);
}

/** Finds out who makes a request; 401 with what may be given where nobody known does. */
export type Identify = (request: IncomingMessage) => Promise<Identity>;

/** What tokens have to be. */
export interface TokenOptions {
  readonly issuer: string;
  /** Whom a token has to be for: the address of this gateway. */
  readonly audience: string;
  /** Where the issuer's keys are: a URL, or the text of a JWK set. */
  readonly keys: URL | JsonObject;
  /** The address of the metadata that says where tokens are had (RFC 9728). */
  readonly metadata: string;
}

/** Signatures that only the issuer can make. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
];
const KEY_SET = 'write {"keys": [...]}, as the issuer publishes it';
const SKEW_SECONDS = 30;

/** Everybody is who the configuration says. */
export function configured(identity: Identity): Identify {
  return () => Promise.resolve(identity);
}

function partyOf(text: string, type: string): Party {
  const [, given, id] = /^(agent|human|service|model):(.+)$/s.exec(text) ?? [];
  return given === undefined || id === undefined ? { type, id: text } : { type: given, id };
}

/** Who a client certificate names: `agent:support`, or any other name as that of an agent. */
export function byCertificate(onBehalfOf: Identity["onBehalfOf"]): Identify {
  return (request) => {
    const { name } = certifiedCaller(request);
    if (name === undefined)
      throw new HttpProblem(403, "the client certificate names nobody: its CN has to be type:id");
    return Promise.resolve({ subject: partyOf(name, "agent"), onBehalfOf, delegation: [] });
  };
}

/** The JWK set in a file; what is none is a `UserError`. */
export function readKeySet(path: string): JsonObject {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (isJsonObject(value)) return value;
  } catch (cause) {
    if (!(cause instanceof SyntaxError))
      throw new UserError("no-such-path", `\`${path}\` cannot be read: ${whyUnreadable(cause)}`);
  }
  throw new UserError("keys", `\`${path}\` is not a JWK set`, { help: KEY_SET });
}

function keysOf(keys: TokenOptions["keys"]): JWTVerifyGetKey {
  if (keys instanceof URL) return createRemoteJWKSet(keys);
  const list = keys["keys"];
  if (
    !Array.isArray(list) ||
    !list.every((key) => isJsonObject(key) && typeof key["kty"] === "string")
  )
    throw new UserError("keys", "the file of keys is no JWK set", { help: KEY_SET });
  const set = JSON.parse(JSON.stringify({ keys: list }));
  return createLocalJWKSet(set);
}

/** More actors than these are no chain of delegation. */
const MOST_ACTORS = 32;

/** The actors of a token, the one that acts now first; one without a name is a problem. */
function actorsOf(claims: JsonObject): string[] {
  const actors: string[] = [];
  for (let act = member(claims, "act"); act !== undefined; ) {
    const name = isJsonObject(act) ? stringMember(act, "sub") : undefined;
    if (!isJsonObject(act) || name === undefined || name === "" || actors.length >= MOST_ACTORS)
      throw new HttpProblem(403, "the token names an actor that cannot be read");
    actors.push(name);
    act = member(act, "act");
  }
  return actors;
}

/**
 * Who claims name: the outermost actor is the agent and the subject is for whom it acts (RFC 8693).
 * Without an actor the client is the agent; where that is the subject it acts for itself. Without
 * either a person calls. WHY types by place alone: people choose names such as `agent:admin`.
 */
export function claimedIdentity(claims: JsonObject): Identity {
  const subject = stringMember(claims, "sub");
  const [outermost, ...earlier] = actorsOf(claims);
  const actor = outermost ?? stringMember(claims, "client_id") ?? stringMember(claims, "azp");
  if (subject === undefined || subject === "")
    throw new HttpProblem(403, "the token names no subject");
  if (actor === undefined)
    return { subject: { type: "human", id: subject }, onBehalfOf: undefined, delegation: [] };
  const agent = { type: "agent", id: actor };
  const person = { type: "human", id: subject };
  return {
    subject: agent,
    onBehalfOf: actor === subject ? "nobody" : person,
    delegation: earlier.reverse().map((id) => `agent:${id}`),
  };
}

/** Who a bearer token names, whose signature, issuer, audience and time hold. */
export function byToken({ issuer, audience, keys, metadata }: TokenOptions): Identify {
  const getKey = keysOf(keys);
  const refusal = (more: string): HttpProblem =>
    new HttpProblem(401, "a valid access token for this server is needed", {
      "WWW-Authenticate": `Bearer ${more}resource_metadata="${metadata}"`,
    });
  return async ({ headers }) => {
    const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization ?? "") ?? [];
    if (token === undefined) throw refusal("");
    try {
      const { payload } = await jwtVerify(token, getKey, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: SKEW_SECONDS,
        requiredClaims: ["exp", "sub", "aud", "iss"],
      });
      return claimedIdentity(JSON.parse(JSON.stringify(payload)));
    } catch (error) {
      if (error instanceof errors.JOSEError) throw refusal('error="invalid_token", ');
      throw error;
    }
  };
}
