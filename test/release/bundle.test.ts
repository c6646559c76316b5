import { createHash, generateKeyPairSync, sign, verify, createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { buildBundle } from "../../src/release/build-bundle.ts";
import {
  bundleId,
  decodeBundle,
  encodeBundle,
  signedText,
  type Bundle,
} from "../../src/release/bundle.ts";
import { NOTHING_ASKED, verifyBundle, type Demands } from "../../src/release/verify-bundle.ts";
import { publicKeyId, verifySignature, signText } from "../../src/node/ed25519.ts";
import type { JsonObject } from "../../src/request/json.ts";
import { policyText, setOf, sha256 } from "./sets.ts";

const TEXT = policyText("- { id: a, effect: allow, actions: [x/y] }");
const set = setOf(TEXT);
const LINT = {
  schemaVersion: 1,
  command: "lint",
  digest: set.digest,
  summary: { errors: 0, warnings: 0 },
  findings: [],
};
const keys = generateKeyPairSync("ed25519");
const PEM = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const KEY = `sha256:${createHash("sha256")
  .update(keys.publicKey.export({ type: "spki", format: "der" }))
  .digest("hex")}`;

function built(evidence: readonly JsonObject[] = [LINT]): Bundle {
  const bundle = buildBundle(
    {
      set,
      files: [{ path: "p.yaml", text: TEXT }],
      evidence,
      provenance: { commit: "c".repeat(40), dirty: false, tool: "0.1.0" },
    },
    sha256,
  );
  if (!("manifest" in bundle)) throw new Error(bundle.join());
  return bundle;
}

function signed(bundle: Bundle): Bundle {
  return { ...bundle, signatures: [signText(signedText(bundle.manifest), PEM)] };
}

function problems(text: string, demands: Demands = NOTHING_ASKED): readonly string[] {
  return verifyBundle(text, {
    name: "b.agentz",
    demands,
    host: { sha256, verify: verifySignature },
  }).problems.map(({ code }) => code);
}

/**
 * The bundle with its manifest rewritten, and its identity with it: what somebody would do who
 * wants it to pass.
 */
function forged(bundle: Bundle, change: (bundle: Bundle) => Partial<Bundle>): string {
  const changed = { ...bundle, ...change(bundle) };
  return encodeBundle({ ...changed, id: bundleId(changed.manifest, sha256) });
}

describe("design 10.3: a bundle", () => {
  it("is what it says, signed and unsigned, and reads back as it was written", () => {
    for (const bundle of [built(), signed(built())]) {
      const text = encodeBundle(bundle);
      expect(problems(text)).toEqual([]);
      expect(decodeBundle(text)).toEqual(bundle);
    }
  });

  it("is the same bytes whatever the order of files and evidence", () => {
    const evidence = [
      LINT,
      { schemaVersion: 1, command: "test", digest: set.digest, summary: { failed: 0, errors: 0 } },
    ];
    expect(encodeBundle(built(evidence))).toBe(encodeBundle(built([...evidence].reverse())));
  });

  it.each([
    ["unsigned", built()],
    ["signed", signed(built())],
  ])("%s: a byte changed at any offset is refused", (_name, bundle) => {
    const bytes = Buffer.from(encodeBundle(bundle), "utf8");
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0x01, 0x20]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ mask;
        if (problems(changed.toString("utf8")).length === 0)
          throw new Error(
            `offset ${at} ^ ${mask} is taken: ${changed.subarray(at - 20, at + 20).toString()}`,
          );
      }
    }
  });

  it("a byte less, more or twice is refused", () => {
    const text = encodeBundle(built());
    for (const changed of [
      text.slice(0, -1),
      `${text} `,
      `${text}\n`,
      text.slice(1),
      text + text,
      "",
      "{}",
      "[]",
      "null",
      "\ufeff" + text,
    ])
      expect(problems(changed)).not.toEqual([]);
  });

  it.each<[string, string, (bundle: Bundle) => Partial<Bundle>]>([
    [
      "an added file",
      "added-file",
      ({ contents }) => ({ contents: [...contents, { path: "set/z.yaml", text: "x" }] }),
    ],
    [
      "a file less",
      "missing-file",
      ({ contents }) => ({ contents: contents.filter(({ path }) => !path.startsWith("set/")) }),
    ],
    [
      "evidence less",
      "missing-evidence",
      ({ contents }) => ({
        contents: contents.filter(({ path }) => !path.startsWith("evidence/")),
      }),
    ],
    [
      "another text of a file",
      "changed-file",
      ({ contents }) => ({
        contents: contents.map((file) =>
          file.path === "set/p.yaml" ? { ...file, text: file.text.replace("allow", "deny") } : file,
        ),
      }),
    ],
    [
      "other words about evidence",
      "evidence",
      ({ manifest }) => ({
        manifest: {
          ...manifest,
          evidence: manifest.evidence.map((one) => ({ ...one, passed: null })),
        },
      }),
    ],
    [
      "another digest",
      "digest",
      ({ manifest }) => ({
        manifest: {
          ...manifest,
          digest: manifest.digest.replace(/.$/, (c) => (c === "0" ? "1" : "0")),
        },
      }),
    ],
    [
      "another version",
      "documents",
      ({ manifest }) => ({
        manifest: {
          ...manifest,
          documents: manifest.documents.map((one) => ({ ...one, version: "9.9.9" })),
        },
      }),
    ],
  ])("%s is refused, the manifest's identity being fixed", (_name, code, change) =>
    expect(problems(forged(built(), change))).toContain(code),
  );

  it.each([
    "../x.yaml",
    "/etc/x.yaml",
    "set/../../x.yaml",
    "set\\x.yaml",
    "c:/x.yaml",
    "set//x.yaml",
    "set/./x.yaml",
    "set/a\nb.yaml",
  ])("the path `%s` is refused", (path) => {
    const text = forged(built(), ({ manifest, contents }) => ({
      manifest: { ...manifest, files: manifest.files.map((file) => ({ ...file, path })) },
      contents: contents
        .map((file) => (file.path === "set/p.yaml" ? { ...file, path } : file))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    }));
    expect(problems(text)).toContain("path");
  });

  const WORDS = "a, m\ufffdller, b";

  it.each(["\ud800", "\udc00", "\udfff", "\udbff\u0041", "\udc00\ud800"])(
    "a text with half of a surrogate pair (case %#) is refused when it is built, and in place " +
      "of U+FFFD when it is verified",
    (half) => {
      const provenance = { commit: null, dirty: null, tool: "0" };
      for (const file of [
        { path: "p.csv", text: half },
        { path: `${half}.csv`, text: "" },
      ])
        expect(buildBundle({ set, files: [file], evidence: [], provenance }, sha256)).toEqual([
          expect.stringContaining("half of a surrogate pair"),
        ]);
      const bundle = buildBundle(
        {
          set,
          files: [
            { path: "p.yaml", text: TEXT },
            { path: "x\ufffd.csv", text: WORDS },
          ],
          evidence: [],
          provenance: { ...provenance, commit: "\ufffd" },
        },
        sha256,
      );
      if (!("manifest" in bundle)) throw new Error(bundle.join());
      const text = encodeBundle(bundle);
      expect(problems(text)).toEqual([]);
      const places = [...text.matchAll(/\ufffd/gu)].map(({ index }) => index);
      expect(places.length).toBe(4);
      for (const at of places) {
        const written = JSON.stringify(half).slice(1, -1);
        expect(problems(text.slice(0, at) + written + text.slice(at + 1))).toEqual(["format"]);
        expect(problems(text.slice(0, at) + half + text.slice(at + 1))).toEqual(["format"]);
      }
    },
  );

  it.each<[string, (text: string) => string]>([
    ["a member twice", (text) => text.replace('"id":', '"id":"x","id":')],
    [
      "a member of the manifest twice",
      (text) => text.replace('"digest":', '"digest":"x","digest":'),
    ],
    ["another way to write a number", (text) => text.replace(/"bytes":(\d+)/, '"bytes":$1.0')],
    ["a number with an exponent", (text) => text.replace(/"bytes":(\d+)/, '"bytes":$1e0')],
    ["a number that no double holds", (text) => text.replace(/"bytes":(\d+)/, '"bytes":1e400')],
    ["minus zero", (text) => text.replace(/"bytes":(\d+)/, '"bytes":-0')],
    ["an escape that need not be", (text) => text.replace("apiVersion", "\\u0061piVersion")],
    ["another escape of a line's end", (text) => text.replace("\\n", "\\u000a")],
    ["white space", (text) => text.replace('{"contents"', '{ "contents"')],
    ["an unknown member", (text) => text.replace('"format"', '"extra":1,"format"')],
    ["a member of the prototype", (text) => text.replace('"format"', '"__proto__":{},"format"')],
    ["a second document", (text) => `${text}{}`],
    ["a comment", (text) => `${text}// x`],
  ])("%s is refused: each byte counts", (_name, change) => {
    const text = encodeBundle(built());
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(problems(changed)).toEqual(["format"]);
  });

  it("signatures stand in the order of their keys", () => {
    const other = generateKeyPairSync("ed25519")
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString();
    const text = signedText(built().manifest);
    const signatures = [signText(text, PEM), signText(text, other)].sort((a, b) =>
      a.publicKey < b.publicKey ? -1 : 1,
    );
    expect(problems(encodeBundle({ ...built(), signatures }))).toEqual([]);
    expect(problems(encodeBundle({ ...built(), signatures: [...signatures].reverse() }))).toEqual([
      "signature",
    ]);
  });

  /**
   * Encodings of points whose order divides eight, among them those that stand for a point in a
   * second way.
   */
  const WEAK = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ];

  it.each(WEAK)(
    "the key %s, to which anybody can sign or that is written in a second way, is no key",
    (hex) => {
      const spki = Buffer.concat([
        Buffer.from("302a300506032b6570032100", "hex"),
        Buffer.from(hex, "hex"),
      ]);
      const forgery = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]);
      const signatures = [
        { publicKey: spki.toString("base64"), signature: forgery.toString("base64") },
      ];
      const bundle = built([]);
      for (let i = 0; i < 32; i++) {
        const provenance = { commit: String(i), dirty: null, tool: "0" };
        expect(
          problems(
            encodeBundle({ ...bundle, manifest: { ...bundle.manifest, provenance }, signatures }),
          ),
        ).toContain("signature");
      }
      const pem = createPublicKey({ key: spki, format: "der", type: "spki" })
        .export({ type: "spki", format: "pem" })
        .toString();
      expect(() => publicKeyId(pem)).toThrow(/cannot be read/);
    },
  );

  it("asks for the key that it is told, and takes no other", () => {
    const text = encodeBundle(signed(built()));
    expect(problems(text, { ...NOTHING_ASKED, keys: [KEY] })).toEqual([]);
    expect(problems(text, { ...NOTHING_ASKED, keys: ["sha256:other"] })).toEqual(["wrong-key"]);
    expect(problems(encodeBundle(built()), { ...NOTHING_ASKED, keys: [KEY] })).toEqual([
      "wrong-key",
    ]);
  });

  it("a signature of another manifest does not hold", () => {
    const other = signed(forgedBundle());
    expect(problems(encodeBundle({ ...built(), signatures: other.signatures }))).toContain(
      "signature",
    );
  });

  it("asks for evidence that passed", () => {
    const asked = (required: Demands["required"]): Demands => ({
      ...NOTHING_ASKED,
      keys: [KEY],
      required,
    });
    const text = encodeBundle(signed(built()));
    expect(problems(text, asked(["lint"]))).toEqual([]);
    expect(problems(text, asked(["test"]))).toEqual(["missing-evidence"]);
    const failed = signed(built([{ ...LINT, summary: { errors: 2 } }]));
    expect(problems(encodeBundle(failed), asked(["lint"]))).toEqual(["missing-evidence"]);
  });

  it("evidence that nobody is asked to vouch for is none", () => {
    expect(
      problems(encodeBundle(signed(built())), { ...NOTHING_ASKED, required: ["lint"] }),
    ).toEqual(["unsigned-evidence"]);
    expect(
      problems(encodeBundle(built()), { ...NOTHING_ASKED, keys: [KEY], required: ["lint"] }),
    ).toEqual(["wrong-key"]);
  });

  it.each<[string, (text: string) => string]>([
    [
      "a member twice",
      (text) => text.replace('"command":"lint"', '"command":"lint","command":"lint"'),
    ],
    [
      "a member twice, in another way",
      (text) => text.replace('"command":"lint"', '"command":"test","command":"lint"'),
    ],
    ["white space", (text) => text.replace('"command":', '"command": ')],
    ["another order", (text) => text.replace(/^\{(.*),("summary":.*)\}\n$/, "{$2,$1}\n")],
    ["a number in another form", (text) => text.replace('"errors":0', '"errors":0.0')],
    ["a number that no double holds", (text) => text.replace('"errors":0', '"errors":0e400')],
    ["an escape", (text) => text.replace('"command"', '"\\u0063ommand"')],
    ["no line's end", (text) => text.trimEnd()],
    ["two documents", (text) => text + text],
    ["a mark of its encoding", (text) => `\ufeff${text}`],
    ["a list", (text) => `[${text.trimEnd()}]\n`],
  ])("evidence written in a second way is refused: %s", (_name, change) => {
    const bundle = built();
    const text = change(bundle.contents[0]?.text ?? "");
    expect(text).not.toBe(bundle.contents[0]?.text);
    const contents = bundle.contents.map((file) =>
      file.path.startsWith("evidence/") ? { ...file, text } : file,
    );
    const evidence = bundle.manifest.evidence.map((entry) => ({
      ...entry,
      sha256: sha256(text),
      bytes: Buffer.byteLength(text),
    }));
    expect(
      problems(
        forged(bundle, ({ manifest }) => ({ contents, manifest: { ...manifest, evidence } })),
      ),
    ).toEqual(["evidence"]);
  });

  it.each<[string, unknown, boolean]>([
    ["limits that held", [{ name: "widened", limit: 0, actual: 0, passed: true }], true],
    ["no limit", [], false],
    ["what is no limit", [1], false],
    [
      "a limit without a number",
      [{ name: "widened", limit: null, actual: 0, passed: true }],
      false,
    ],
    ["one that did not hold", [{ name: "widened", limit: 0, actual: 1, passed: false }], false],
  ])("a gate is evidence by %s", (_name, checks, taken) => {
    const replay = {
      schemaVersion: 1,
      command: "replay",
      candidate: { digest: set.digest },
      gate: { passed: true, checks: JSON.parse(JSON.stringify(checks)) },
    };
    const codes = problems(encodeBundle(signed(built([replay]))), {
      ...NOTHING_ASKED,
      keys: [KEY],
      required: ["gate"],
    });
    expect(codes).toEqual(taken ? [] : ["missing-evidence"]);
  });

  it("refuses evidence about another set, and what is no evidence", () => {
    const result = (document: JsonObject): unknown =>
      buildBundle(
        {
          set,
          files: [],
          evidence: [document],
          provenance: { commit: null, dirty: null, tool: "0" },
        },
        sha256,
      );
    expect(result({ ...LINT, digest: "sha256:other" })).toEqual([
      expect.stringContaining("another policy set"),
    ]);
    expect(result({})).toEqual([expect.stringContaining("not a result document")]);
  });

  it("signs the manifest's canonical bytes with plain Ed25519", () => {
    const { manifest, signatures } = signed(built());
    const [signature] = signatures;
    const key = createPublicKey({
      key: Buffer.from(signature?.publicKey ?? "", "base64"),
      format: "der",
      type: "spki",
    });
    expect(
      verify(
        null,
        Buffer.from(signedText(manifest)),
        key,
        Buffer.from(signature?.signature ?? "", "base64"),
      ),
    ).toBe(true);
    expect(sign(null, Buffer.from(signedText(manifest)), keys.privateKey).toString("base64")).toBe(
      signature?.signature,
    );
  });
});

function forgedBundle(): Bundle {
  const bundle = built();
  return {
    ...bundle,
    manifest: { ...bundle.manifest, provenance: { ...bundle.manifest.provenance, commit: null } },
  };
}
