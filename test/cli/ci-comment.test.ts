import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { EVENTS, jsonl, POLICY, scratch } from "../e2e/agentz.ts";
import { runInProcess, type Ran } from "../e2e/in-process.ts";
import { type CommentServer, githubServer, gitlabServer } from "./comment-server.ts";

const TOKEN = "t0ken-that-nobody-may-read";
const MARKER = "<!-- agentz ci -->";

type Environment = Readonly<Record<string, string>>;

function githubRun(url: string): Environment {
  return {
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: `${url}/api`,
    GITHUB_REPOSITORY: "shop/policies",
    GITHUB_REF: "refs/pull/7/merge",
    GITHUB_TOKEN: TOKEN,
  };
}

function gitlabRun(url: string): Environment {
  return {
    GITLAB_CI: "true",
    CI_API_V4_URL: `${url}/api/v4`,
    CI_PROJECT_ID: "99",
    CI_MERGE_REQUEST_PROJECT_ID: "12",
    CI_MERGE_REQUEST_IID: "7",
    GITLAB_TOKEN: TOKEN,
  };
}

const NEXT = POLICY.replace("version: 1.0.0", "version: 2.0.0");
const WIDER = NEXT.replace("args.amount <= 100.0", "args.amount <= 1000.0");

let folder = "";
beforeEach(() => {
  folder = scratch({
    "agentz.yaml": "candidate: [after.yaml]\nbaseline: [before.yaml]\ntrace: [t.jsonl]\n",
    "before.yaml": POLICY,
    "after.yaml": WIDER,
    "t.jsonl": jsonl(EVENTS),
  });
});

const ci = (env: Environment, ...args: readonly string[]): Promise<Ran> =>
  runInProcess(folder, env, ["ci", "--comment", ...args]);

function narrow(): void {
  writeFileSync(
    join(folder, "after.yaml"),
    NEXT.replace('100.0" }\n  - { id: pay-little', '10.0" }\n  - { id: pay-little'),
  );
}

function methods({ requests }: CommentServer): readonly string[] {
  return requests.map(({ method }) => method).filter((method) => method !== "GET");
}

describe.each([
  { name: "GitHub", start: githubServer, run: githubRun, update: "PATCH" },
  { name: "GitLab", start: gitlabServer, run: gitlabRun, update: "PUT" },
])("the comment on $name", ({ start, run, update }) => {
  test("is created once, updated after, and left alone where nothing changed", async () => {
    const server = await start();
    for (const id of [1, 2, 3])
      server.comments.push({ id, author: "ann", isBot: false, body: `looks good ${id}` });
    const first = await ci(run(server.url));
    expect([first.status, first.stderr]).toEqual([0, expect.stringContaining(" created")]);
    expect(server.comments).toHaveLength(4);
    expect(server.comments[3]?.body.split("\n")[0]).toBe(MARKER);
    server.comments.push({ id: 5, author: "ann", isBot: false, body: "and later" });
    const again = await ci(run(server.url));
    expect(again.stderr).toContain(" unchanged");
    narrow();
    const moved = await ci(run(server.url));
    expect([moved.status, moved.stderr]).toEqual([0, expect.stringContaining(" updated")]);
    expect(methods(server)).toEqual(["POST", update]);
    expect(server.comments).toHaveLength(5);
    expect(server.comments[3]?.body).not.toContain("1000");
    expect(new Set(server.requests.map(({ token }) => token))).toEqual(
      new Set([`Bearer ${TOKEN}`]),
    );
  });

  test("is never that of somebody else, whatever it begins with", async () => {
    const server = await start();
    server.comments.push({ id: 1, author: "mallory", isBot: false, body: `${MARKER}\n✅ passed` });
    expect((await ci(run(server.url))).stderr).toContain(" created");
    expect(methods(server)).toEqual(["POST"]);
    expect(server.comments[0]?.body).toBe(`${MARKER}\n✅ passed`);
  });

  test("has a name where one pull request has several", async () => {
    const server = await start();
    await ci(run(server.url));
    await ci(run(server.url), "shop-eu");
    await ci(run(server.url), "shop-eu");
    expect(server.comments.map(({ body }) => body.split("\n")[0])).toEqual([
      MARKER,
      "<!-- agentz ci: shop-eu -->",
    ]);
  });

  test("asks a busy server again, and creates nothing twice", async () => {
    const server = await start();
    let busy = 0;
    server.before = ({ method }) => {
      if (method === "GET" && busy++ % 2 === 0)
        return { status: 502, headers: { "retry-after": "0" } };
      return method === "POST" ? { status: 502, headers: { "retry-after": "0" } } : undefined;
    };
    const { status, stderr } = await ci(run(server.url));
    expect([status, methods(server)]).toEqual([2, ["POST"]]);
    expect(stderr).toContain("the server answered 502");
  });

  test.each([
    [401, "is wrong or has expired"],
    [403, update === "PATCH" ? "pull-requests: write" : "CI_JOB_TOKEN cannot"],
    [404, update === "PATCH" ? "pull-requests: write" : "CI_JOB_TOKEN cannot"],
    [307, "set the address of the API"],
  ])("that is refused with %i is status 2, and the token is not told", async (code, help) => {
    const server = await start();
    const elsewhere = await start();
    server.before = ({ path }) =>
      path.endsWith("/user") && update === "PATCH"
        ? undefined
        : {
            status: code,
            headers: code === 307 ? { location: `${elsewhere.url}/api` } : {},
            body: JSON.stringify({ message: `no: Bearer ${TOKEN}` }),
          };
    const { status, stdout, stderr } = await ci(run(server.url));
    expect([status, stderr]).toEqual([2, expect.stringContaining(help)]);
    expect(stderr).toContain(`the server answered ${code}`);
    expect(stdout + stderr).not.toContain(TOKEN);
    expect(stdout).not.toBe("");
    expect(elsewhere.requests).toEqual([]);
  });
});

describe("a run that cannot comment", () => {
  test("for no pull request says so, and keeps its status", async () => {
    const push = { ...githubRun("http://127.0.0.1:9"), GITHUB_REF: "refs/heads/main" };
    expect(await ci(push)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("this run is not for a pull request"),
    });
    const branch = { ...gitlabRun("http://127.0.0.1:9"), CI_MERGE_REQUEST_IID: "" };
    expect((await ci(branch)).status).toBe(0);
  });

  test("of pull_request_target has the number from the event", async () => {
    const server = await githubServer();
    const path = join(folder, "event.json");
    writeFileSync(path, JSON.stringify({ pull_request: { number: 7 } }));
    const env = {
      ...githubRun(server.url),
      GITHUB_REF: "refs/heads/main",
      GITHUB_EVENT_PATH: path,
    };
    expect((await ci(env)).stderr).toContain("comment on pull request 7 of shop/policies created");
  });

  const github = githubRun("http://127.0.0.1:9");
  test.each<[string, Environment, string]>([
    ["in no pipeline", {}, "this is no pipeline"],
    ["in another CI", { JENKINS_URL: "x" }, "this is Jenkins"],
    [
      "without a token",
      { ...github, GITHUB_TOKEN: "" },
      "needs a token in GITHUB_TOKEN or GH_TOKEN",
    ],
    ["with a token of two lines", { ...github, GITHUB_TOKEN: `${TOKEN}\n${TOKEN}` }, "is no token"],
    ["with a strange repository", { ...github, GITHUB_REPOSITORY: "a/../b" }, "GITHUB_REPOSITORY"],
    ["with no address", { ...github, GITHUB_API_URL: "" }, "GITHUB_API_URL, which is not set"],
    ["with user and password", { ...github, GITHUB_API_URL: "http://a:b@c" }, "GITHUB_API_URL"],
  ])("%s stops before it checks anything", async (_, env, message) => {
    const { status, stdout, stderr } = await ci(env);
    expect([status, stdout, stderr]).toEqual([2, "", expect.stringContaining(message)]);
    expect(stderr).not.toContain(TOKEN);
  });

  test("because nobody answers is status 2, after the result", async () => {
    const { status, stdout, stderr } = await ci({
      ...gitlabRun("http://127.0.0.1:9"),
      CI_API_V4_URL: "http://127.0.0.1:9",
    });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("`http://127.0.0.1:9` does not answer"),
    ]);
    expect(stdout).toContain("replay");
  });
});
