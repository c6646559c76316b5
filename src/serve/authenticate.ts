import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { UserError } from "../diagnostics/user-error.ts";
import { HttpProblem } from "./http-problem.ts";

/** Who asks: the name that the credential stands for, where it stands for one (`human:mia`). */
export interface Caller {
  readonly name: string | undefined;
  /** Every party for whom a credential came, such as a certificate's and a token's. */
  readonly parties: readonly string[];
}

const NOBODY: Caller = { name: undefined, parties: [] };

function callerNamed(name: string | undefined): Caller {
  return name === undefined ? NOBODY : { name, parties: [name] };
}

/** The caller whom the name of a certificate identifies; one that is no `type:id` identifies nobody. */
export function namedCaller(name: unknown): Caller {
  return callerNamed(typeof name === "string" && NAME.test(name) ? name : undefined);
}

/** Both at once: the first that has a name says who asks. */
export function callersTogether(callers: readonly Caller[]): Caller {
  const parties = [...new Set(callers.flatMap((caller) => caller.parties))];
  return { name: parties[0], parties };
}

function digestOf(kind: string, text: string): string {
  return createHash("sha256").update(`${kind}\u0000${text}`).digest("base64");
}

const NAME = /^[A-Za-z][\w-]*:\S+$/;

/** The credentials of a file: one a line, `bearer <token>`, `key <key>` or `basic <user>:<password>`. */
export class Credentials {
  readonly #known: ReadonlyMap<string, Caller>;
  readonly #challenges: string;

  private constructor(known: ReadonlyMap<string, Caller>, kinds: ReadonlySet<string>) {
    this.#known = known;
    const challenges = [
      ...(kinds.has("bearer") || kinds.has("key") ? ['Bearer realm="agentz"'] : []),
      ...(kinds.has("basic") ? ['Basic realm="agentz", charset="UTF-8"'] : []),
    ];
    this.#challenges = challenges.join(", ");
  }

  /**
   * Reads the text of a credentials file. A line may end with the name that it stands for
   * (`human:mia`); `#` begins a comment. A line that is none of these is a `UserError`.
   */
  static read(text: string, file: string): Credentials {
    const known = new Map<string, Caller>();
    const kinds = new Set<string>();
    text.split(/\r?\n/).forEach((line, i) => {
      if (line.trim() === "" || line.startsWith("#")) return;
      const [kind = "", secret = "", name, more] = line.trim().split(/\s+/);
      const isNamed = name === undefined || NAME.test(name);
      const isSound = kind !== "basic" || /^[^:]+:./.test(secret);
      if (!["bearer", "key", "basic"].includes(kind) || secret === "" || more !== undefined)
        throw malformed(file, i + 1);
      if (!isNamed || !isSound) throw malformed(file, i + 1);
      kinds.add(kind);
      known.set(digestOf(kind, secret), callerNamed(name));
    });
    if (known.size === 0)
      throw new UserError("credentials", `\`${file}\` contains no credential`, { help: FORM });
    return new Credentials(known, kinds);
  }

  /** Whether one of them stands for a party, such as a person. */
  get namesParties(): boolean {
    return [...this.#known.values()].some(({ name }) => name !== undefined);
  }

  /** Who asks; 401 with what may be given where nobody known does. */
  check({ headers }: Pick<IncomingMessage, "headers">): Caller {
    const found = presented(headers.authorization, headers["x-api-key"]).flatMap(
      (digest) => this.#known.get(digest) ?? [],
    );
    if (found.length > 0) return callersTogether(found);
    throw new HttpProblem(401, "a known credential is needed", {
      "WWW-Authenticate": this.#challenges,
    });
  }
}

const FORM =
  "write one on each line: `bearer <token>`, `key <key>` or `basic <user>:<password>`, " +
  "optionally followed by the party that it identifies, such as `human:mia`";

function malformed(file: string, line: number): UserError {
  return new UserError("credentials", `${file}:${line}: this is not a credential`, { help: FORM });
}

/** Digests of what a request brings. WHY digests: so that comparing tells nothing by its time. */
function presented(
  authorization: string | undefined,
  key: string | readonly string[] | undefined,
): readonly string[] {
  const found: string[] = typeof key === "string" ? [digestOf("key", key)] : [];
  const [, scheme = "", rest = ""] = /^(\S+)\s+(\S+)\s*$/.exec(authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return [...found, digestOf("bearer", rest), digestOf("key", rest)];
    case "basic":
      return [...found, digestOf("basic", Buffer.from(rest, "base64").toString("utf8"))];
    case "apikey":
    case "api-key":
      return [...found, digestOf("key", rest)];
    default:
      return authorization === undefined ? found : [...found, digestOf("key", authorization)];
  }
}

/** The caller of a client certificate that the server's authority signed; else 401. */
export function certifiedCaller({ socket }: IncomingMessage): Caller {
  if (!(socket instanceof TLSSocket) || !socket.authorized)
    throw new HttpProblem(401, "a known client certificate is needed", {
      "WWW-Authenticate": 'Mutual realm="agentz"',
    });
  const { CN } = socket.getPeerCertificate().subject;
  return namedCaller(CN);
}

/** Who asks, as credentials and certificate say; where both are asked for, both are needed. */
export function callerOf(
  request: IncomingMessage,
  asked: { readonly credentials: Credentials | undefined; readonly certificates: boolean },
): Caller {
  const certified = asked.certificates ? certifiedCaller(request) : NOBODY;
  return callersTogether([asked.credentials?.check(request) ?? NOBODY, certified]);
}
