import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { atEndOfFile } from "../at-end.ts";

/** A comment as the fake servers keep it. */
export interface Kept {
  readonly id: number;
  readonly author: string;
  readonly isBot: boolean;
  body: string;
}

/** A request that a server got. */
export interface Got {
  readonly method: string;
  readonly path: string;
  readonly token: string;
}

/** How a server answers before it looks at the request; undefined: as it should. */
export type Before = (got: Got) => { status: number; headers?: object; body?: string } | undefined;

/** A server that speaks as much of the REST API of GitHub or GitLab as comments need. */
export interface CommentServer {
  readonly url: string;
  readonly comments: Kept[];
  readonly requests: Got[];
  before: Before;
}

/** Comments of one page, whatever is asked for: as a server with a lower limit would. */
const PAGE = 2;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += String(part);
  const parsed: unknown = text === "" ? {} : JSON.parse(text);
  const body: unknown = Reflect.get(Object(parsed), "body");
  return typeof body === "string" ? body : "";
}

function send(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEndOfFile(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

/** What differs between the two. */
interface Kind {
  readonly list: RegExp;
  readonly one: RegExp;
  readonly update: string;
  /** Who the token belongs to; null: it may not ask. */
  readonly me: object | null;
  readonly shown: (comment: Kept) => object;
  readonly next: (url: URL) => object;
  readonly author: string;
}

const GITHUB: Kind = {
  list: /^\/api\/repos\/shop\/policies\/issues\/7\/comments$/,
  one: /^\/api\/repos\/shop\/policies\/issues\/comments\/(\d+)$/,
  update: "PATCH",
  me: null,
  author: "github-actions[bot]",
  shown: ({ id, author, isBot, body }) => ({
    id,
    body: body.replaceAll("\n", "\r\n"),
    user: { login: author, type: isBot ? "Bot" : "User" },
    html_url: `https://github.example/shop/policies/pull/7#issuecomment-${id}`,
  }),
  // the address of another server: nobody may follow it with the token
  next: () => ({ link: '<http://127.0.0.1:9/elsewhere?page=2>; rel="next"' }),
};

const GITLAB: Kind = {
  list: /^\/api\/v4\/projects\/12\/merge_requests\/7\/notes$/,
  one: /^\/api\/v4\/projects\/12\/merge_requests\/7\/notes\/(\d+)$/,
  update: "PUT",
  me: { id: 5, username: "project_12_bot" },
  author: "project_12_bot",
  shown: ({ id, author, body }) => ({ id, body, author: { username: author }, system: false }),
  next: (url) => ({ "x-next-page": String(Number(url.searchParams.get("page")) + 1) }),
};

async function start(kind: Kind): Promise<CommentServer> {
  const kept: CommentServer = { url: "", comments: [], requests: [], before: () => undefined };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const got = {
      method: request.method ?? "",
      path: `${url.pathname}${url.search}`,
      token: request.headers.authorization ?? "",
    };
    kept.requests.push(got);
    const early = kept.before(got);
    if (early !== undefined) return send(response, early.status, early.body ?? "{}", early.headers);
    if (url.pathname.endsWith("/user"))
      return kind.me === null
        ? send(response, 403, { message: "Resource not accessible by integration" })
        : send(response, 200, kind.me);
    const id = kind.one.exec(url.pathname)?.[1];
    if (id !== undefined && got.method === kind.update) {
      const comment = kept.comments.find((one) => one.id === Number(id));
      if (comment === undefined) return send(response, 404, { message: "Not Found" });
      comment.body = await bodyOf(request);
      return send(response, 200, kind.shown(comment));
    }
    if (!kind.list.test(url.pathname)) return send(response, 404, { message: "Not Found" });
    if (got.method === "GET") {
      const from = (Number(url.searchParams.get("page") ?? 1) - 1) * PAGE;
      const more = kept.comments.length > from + PAGE;
      const page = kept.comments.slice(from, from + PAGE).map(kind.shown);
      return send(response, 200, page, more ? kind.next(url) : {});
    }
    const made = { id: kept.comments.length + 100, author: kind.author, isBot: true, body: "" };
    kept.comments.push(Object.assign(made, { body: await bodyOf(request) }));
    return send(response, 201, kind.shown(made));
  };
  const server = createServer((request, response) => void answer(request, response));
  return Object.assign(kept, { url: await listening(server) });
}

export const githubServer = (): Promise<CommentServer> => start(GITHUB);
export const gitlabServer = (): Promise<CommentServer> => start(GITLAB);
