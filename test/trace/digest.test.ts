import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { TraceDigest } from "../../src/trace/digest.ts";
import { createHash as hostHash } from "../../src/node/files.ts";
import { fileOf, readAll } from "./bytes.ts";

const sha = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

test("design 12: trace.digest is the digest of the files' digests of their blocks' digests", async () => {
  const contents = [
    new Uint8Array(2_500_000).fill(10),
    new Uint8Array(1024 * 1024).fill(32),
    new Uint8Array(0),
  ];
  const fileDigests = contents.map((bytes) => {
    const blocks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 1024 * 1024)
      blocks.push(sha(bytes.subarray(at, at + 1024 * 1024)));
    return sha(Buffer.concat(blocks));
  });
  const digest = new TraceDigest(hostHash);
  // the files' order is that of their names, however they were given and cut
  await readAll(
    [
      fileOf("c", contents[2] ?? ""),
      fileOf("a", contents[0] ?? "", 70_001),
      fileOf("b", contents[1] ?? ""),
    ],
    { digest },
  );
  expect(digest.finish(3)).toBe(`sha256:${sha(Buffer.concat(fileDigests)).toString("hex")}`);
});
