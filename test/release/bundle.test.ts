import { createHash, generateKeyPairSync, sign, verify, createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { buildBundle } from "../../src/release/build-bundle.ts";
import { bundleId, decodeBundle, encodeBundle, signedText, type Bundle } from "../../src/release/bundle.ts";
import { verifyBundle, type Demands } from "../../src/release/verify-bundle.ts";
import { verifySignature, signText } from "../../src/cli/host/ed25519.ts";
import { policyText, setOf, sha256 } from "./sets.ts";

const TEXT = policyText("- { id: a, effect: allow, actions: [x/y] }");
const set = setOf(TEXT);
const LINT = JSON.stringify({ schemaVersion: 1, command: "lint", digest: set.digest, summary: { errors: 0, warnings: 0 }, findings: [] });
const keys = generateKeyPairSync("ed25519");
const PEM = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const KEY = `sha256:${createHash("sha256").update(keys.publicKey.export({ type: "spki", format: "der" })).digest("hex")}`;

function built(evidence: readonly { file: string; text: string }[] = [{ file: "lint.json", text: LINT }]): Bundle {
  const bundle = buildBundle({ set, files: [{ path: "p.yaml", text: TEXT }], evidence, provenance: { commit: "c".repeat(40), dirty: false, tool: "0.1.0" } }, sha256);
  if (!("manifest" in bundle)) throw new Error(bundle.join());
  return bundle;
}

function signed(bundle: Bundle): Bundle {
  return { ...bundle, signatures: [signText(signedText(bundle.manifest), PEM)] };
}

const ANYTHING: Demands = { keys: [], required: [] };

function problems(text: string, demands = ANYTHING): readonly string[] {
  return verifyBundle(text, { name: "b.agentz", demands, host: { sha256, verify: verifySignature } }).problems.map(({ code }) => code);
}

/** The bundle with its manifest rewritten, and its identity with it: what somebody would do who wants it to pass. */
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
    const other = JSON.stringify({ schemaVersion: 1, command: "test", digest: set.digest, summary: { failed: 0, errors: 0 } });
    const evidence = [{ file: "a", text: LINT }, { file: "b", text: other }];
    expect(encodeBundle(built(evidence))).toBe(encodeBundle(built([...evidence].reverse())));
  });

  it.each([["unsigned", built()], ["signed", signed(built())]])("%s: a byte changed at any offset is refused", (_name, bundle) => {
    const bytes = Buffer.from(encodeBundle(bundle), "utf8");
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0x01, 0x20]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ mask;
        if (problems(changed.toString("utf8")).length === 0) throw new Error(`offset ${at} ^ ${mask} is taken: ${changed.subarray(at - 20, at + 20).toString()}`);
      }
    }
  });

  it("a byte less, more or twice is refused", () => {
    const text = encodeBundle(built());
    for (const changed of [text.slice(0, -1), `${text} `, `${text}\n`, text.slice(1), text + text, "", "{}", "[]", "null", "\ufeff" + text]) expect(problems(changed)).not.toEqual([]);
  });

  it.each<[string, string, (bundle: Bundle) => Partial<Bundle>]>([
    ["an added file", "added-file", ({ contents }) => ({ contents: [...contents, { path: "set/z.yaml", text: "x" }] })],
    ["a file less", "missing-file", ({ contents }) => ({ contents: contents.filter(({ path }) => !path.startsWith("set/")) })],
    ["evidence less", "missing-evidence", ({ contents }) => ({ contents: contents.filter(({ path }) => !path.startsWith("evidence/")) })],
    ["another text of a file", "changed-file", ({ contents }) => ({ contents: contents.map((file) => (file.path === "set/p.yaml" ? { ...file, text: file.text.replace("allow", "deny") } : file)) })],
    ["other words about evidence", "evidence", ({ manifest }) => ({ manifest: { ...manifest, evidence: manifest.evidence.map((one) => ({ ...one, passed: null })) } })],
    ["another digest", "digest", ({ manifest }) => ({ manifest: { ...manifest, digest: manifest.digest.replace(/.$/, (c) => (c === "0" ? "1" : "0")) } })],
    ["another version", "documents", ({ manifest }) => ({ manifest: { ...manifest, documents: manifest.documents.map((one) => ({ ...one, version: "9.9.9" })) } })],
  ])("%s is refused, the manifest's identity being mended", (_name, code, change) => expect(problems(forged(built(), change))).toContain(code));

  it.each(["../x.yaml", "/etc/x.yaml", "set/../../x.yaml", "set\\x.yaml", "c:/x.yaml", "set//x.yaml", "set/./x.yaml", "set/a\nb.yaml"])("the path `%s` is refused", (path) => {
    const text = forged(built(), ({ manifest, contents }) => ({
      manifest: { ...manifest, files: manifest.files.map((file) => ({ ...file, path })) },
      contents: contents.map((file) => (file.path === "set/p.yaml" ? { ...file, path } : file)).sort((a, b) => (a.path < b.path ? -1 : 1)),
    }));
    expect(problems(text)).toContain("path");
  });

  it("asks for the key that it is told, and takes no other", () => {
    const text = encodeBundle(signed(built()));
    expect(problems(text, { keys: [KEY], required: [] })).toEqual([]);
    expect(problems(text, { keys: ["sha256:other"], required: [] })).toEqual(["wrong-key"]);
    expect(problems(encodeBundle(built()), { keys: [KEY], required: [] })).toEqual(["wrong-key"]);
  });

  it("a signature of another manifest does not hold", () => {
    const other = signed(forgedBundle());
    expect(problems(encodeBundle({ ...built(), signatures: other.signatures }))).toContain("signature");
  });

  it("asks for evidence that passed", () => {
    const text = encodeBundle(built());
    expect(problems(text, { keys: [], required: ["lint"] })).toEqual([]);
    expect(problems(text, { keys: [], required: ["test"] })).toEqual(["missing-evidence"]);
    const failed = built([{ file: "l", text: LINT.replace('"errors":0', '"errors":2') }]);
    expect(problems(encodeBundle(failed), { keys: [], required: ["lint"] })).toEqual(["missing-evidence"]);
  });

  it("refuses evidence about another set, and what is no evidence", () => {
    const result = (text: string): unknown => buildBundle({ set, files: [], evidence: [{ file: "e.json", text }], provenance: { commit: null, dirty: null, tool: "0" } }, sha256);
    expect(result(LINT.replace(set.digest ?? "", "sha256:other"))).toEqual([expect.stringContaining("another policy set")]);
    expect(result("{}")).toEqual([expect.stringContaining("no result document")]);
    expect(result("nonsense")).toEqual([expect.stringContaining("no result document")]);
  });

  it("signs the manifest's canonical bytes with plain Ed25519", () => {
    const { manifest, signatures } = signed(built());
    const [signature] = signatures;
    const key = createPublicKey({ key: Buffer.from(signature?.publicKey ?? "", "base64"), format: "der", type: "spki" });
    expect(verify(null, Buffer.from(signedText(manifest)), key, Buffer.from(signature?.signature ?? "", "base64"))).toBe(true);
    expect(sign(null, Buffer.from(signedText(manifest)), keys.privateKey).toString("base64")).toBe(signature?.signature);
  });
});

function forgedBundle(): Bundle {
  const bundle = built();
  return { ...bundle, manifest: { ...bundle.manifest, provenance: { ...bundle.manifest.provenance, commit: null } } };
}
