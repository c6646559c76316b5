import { describe, expect, test as trick } from "vitest";
import { call, catalog, decide, load, policy, verdict } from "./world.ts";

const tools = [
  {
    name: "read_file",
    server: "host",
    effects: ["read"],
    args: { type: "object", properties: { path: { type: "string" } } },
    resource: { type: "file", id: "args.path" },
  },
];
const BY_SCOPE = load(
  policy([
    { id: "data", effect: "allow", actions: ["read_file"], resources: ["file:/data/**"] },
    { id: "no-keys", effect: "deny", actions: ["**"], resources: ["file:/data/keys/**"] },
  ]),
  catalog({ tools, resources: [{ match: "file:*", form: "path" }] }),
);
const BY_CONDITION = load(
  policy([
    { id: "data", effect: "allow", when: "under(args.path, '/data')" },
    { id: "no-keys", effect: "deny", when: "under(args.path, '/data/keys')" },
  ]),
);

function outcomes(path: string): readonly string[] {
  return [
    path,
    verdict(decide(BY_SCOPE, call("read_file", { path }))),
    verdict(decide(BY_CONDITION, call("read_file", { path }))),
  ];
}

describe("how policies are fooled, 2: paths", () => {
  trick("paths: a path in the folder is allowed", () =>
    expect(outcomes("/data/a/b.txt")).toEqual(["/data/a/b.txt", "allow", "allow"]),
  );
  trick("paths: .. does not lead out of a folder, and a deny rule still denies", () => {
    for (const path of [
      "/data/../etc/passwd",
      "/data/x/../../etc/passwd",
      "/../etc/passwd",
      "/data/x/../keys/id",
    ])
      expect(outcomes(path)).toEqual([path, "deny", "deny"]);
    expect(outcomes("/../../data/a")).toEqual(["/../../data/a", "allow", "allow"]);
  });
  trick("paths: a relative path that leads above its start is unknown", () => {
    for (const path of ["../keys/id", "a/../../keys", "~/../x"])
      expect(outcomes(path)).toEqual([path, "deny?", "deny"]);
  });
  trick("paths: ./ does not hide a folder from a deny", () =>
    ["/data/./keys/id", "/data/keys/./id", "/./data/keys/id"].forEach((path) =>
      expect(outcomes(path)).toEqual([path, "deny", "deny"]),
    ),
  );
  trick("paths: // does not hide a folder from a deny", () =>
    ["/data//keys/id", "//data/keys//id"].forEach((path) =>
      expect(outcomes(path)).toEqual([path, "deny", "deny"]),
    ),
  );
  trick(
    "paths: percent-encoding that leads to another folder is unknown, however often it is decoded",
    () => {
      const elsewhere = [
        "/data/%2e%2e/etc/passwd",
        "/data/%6beys/id",
        "/data%2Fkeys%2fid",
        "/etc/profile.d/x%2F..%2F..%2F..%2Fdata%2Fa",
        "/data/%252e%252e/x",
        "/data/a%252Fb",
        "/data/%c0%ae%c0%ae/x",
        "/data/%ff",
        "/data/%00",
      ];
      for (const path of elsewhere) expect(outcomes(path)).toEqual([path, "deny?", "deny"]);
    },
  );
  trick(
    "paths: a % that encodes nothing stays a %, and a name within its folder is decoded",
    () => {
      for (const path of [
        "/data/sales 100%.txt",
        "/data/%zz",
        "/data/%",
        "/data/my%20file",
        "/data/100%25",
      ])
        expect(outcomes(path)).toEqual([path, "allow", "allow"]);
      expect(outcomes("/data/keys%41")).toEqual(["/data/keys%41", "allow", "allow"]);
    },
  );
  trick("paths: names that file systems read as other names are unknown", () => {
    for (const path of [
      "/data/.../x",
      "/data/.. /x",
      "/data/k\u0065\u0301ys/x",
      "/data/．．/etc",
      "/data／keys/id",
    ])
      expect(outcomes(path)).toEqual([path, "deny?", "deny"]);
  });
  trick("paths: ~ is not below any absolute path", () =>
    ["~/data/a", "~root/data/a"].forEach((path) =>
      expect(outcomes(path).slice(1)).toEqual(["deny", "deny"]),
    ),
  );
  trick(
    "paths: another case is another path; a rule for a file system that ignores case uses lowerAscii",
    () => {
      expect(outcomes("/DATA/a")).toEqual(["/DATA/a", "deny", "deny"]);
      expect(outcomes("/data/KEYS/id").slice(1)).toEqual(["allow", "allow"]);
      const folding = load(
        policy([
          {
            id: "data",
            effect: "allow",
            when: "under(args.path.lowerAscii(), '/data') && !under(args.path.lowerAscii(), '/data/keys')",
          },
        ]),
      );
      expect(verdict(decide(folding, call("read_file", { path: "/data/KEYS/id" })))).toBe("deny");
    },
  );
  trick(
    "paths: drive letters, backslashes and Windows' odd names are normalised or unknown",
    () => {
      const windows = load(
        policy([
          { id: "data", effect: "allow", resources: ["file:c:/data/**"] },
          { id: "keys", effect: "deny", resources: ["file:c:/data/keys/**"] },
        ]),
        catalog({ tools, resources: [{ match: "file:*", form: "path" }] }),
      );
      const outcome = (path: string): string =>
        verdict(decide(windows, call("read_file", { path })));
      expect(outcome("C:\\data\\a")).toBe("allow");
      expect(
        ["C:\\data\\..\\Windows\\x", "c:/DATA/Keys/id", "C:\\data\\keys\\id"].map(outcome),
      ).toEqual(["deny", "deny", "deny"]);
      expect(
        [
          "C:data\\a",
          "\\\\host\\share\\x",
          "C:/data/keys.",
          "C:/data/a:stream",
          "C:/data/KEYS~1/x",
          "/data\\keys",
        ].map(outcome),
      ).toEqual(Array(6).fill("deny?"));
    },
  );
  trick("paths: a sibling with the same beginning is not below", () =>
    ["/database/x", "/data-old/x", "/data.bak"].forEach((path) =>
      expect(outcomes(path)).toEqual([path, "deny", "deny"]),
    ),
  );
  trick("paths: a link is not resolved; a recorded resolved name is used", () => {
    const recorded = load(
      policy([{ id: "data", effect: "allow", actions: ["open"], resources: ["file:/data/**"] }]),
      catalog({ resources: [{ match: "file:*", form: "path" }] }),
    );
    const request = (id: string): string =>
      verdict(
        decide(recorded, call("open", { path: "/data/link" }, { resource: { type: "file", id } })),
      );
    expect([request("/data/a"), request("/etc/shadow"), request("/data/../etc/shadow")]).toEqual([
      "allow",
      "deny",
      "deny",
    ]);
    // where only the argument is recorded, nobody can see through the link
    expect(outcomes("/data/link").slice(1)).toEqual(["allow", "allow"]);
  });
});
