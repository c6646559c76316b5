import { describe, expect, test } from "vitest";
import { hideSecrets } from "../../src/text/hide-secrets.ts";
import { kindsIn, secretsOf } from "../../src/text/detectors.ts";

// each in parts, so that nobody takes it for a real one
const HEX = "0123456789abcdef";
const LONG = `aZ09${"bY18".repeat(8)}`;
const BODY = `MIIE${LONG.repeat(3)}`;
const [BEGIN, END] = ["-----BEGIN RSA PRIVATE" + " KEY-----", "-----END RSA PRIVATE" + " KEY-----"];

describe("each kind, and the value that is hidden", () => {
  test.each<[kind: string, before: string, secret: string, behind: string]>([
    [
      "secret/private-key",
      "key: ",
      `${BEGIN}\n${BODY}\n${BODY.slice(0, 64)}\n${END}`,
      "\nrules: []",
    ],
    ["secret/private-key", 'key: "', `${BEGIN}\\n${BODY}\\n${END}`, '", more'],
    ["secret/private-key", "key: ", `${BEGIN}\n${BODY}\n${BODY.slice(0, 64)}`, "\nrules: []"],
    ["secret/private-key", "", BEGIN, ""],
    [
      "secret/private-key",
      "",
      `-----BEGIN ENCRYPTED PRIVATE${" KEY-----"}\nProc-Type: 4,ENCRYPTED\n\n${BODY}\n-----END ` +
        `ENCRYPTED PRIVATE${" KEY-----"}`,
      ", a",
    ],
    ["secret/aws-access-key", "id ", `AKIA${"IOSFODNN7EXAMPLE"}`, "."],
    ["secret/github-token", "(", `ghp_${LONG}`, ")"],
    ["secret/github-token", "https://", `ghp_${LONG}`, "@github.example/x"],
    ["secret/github-token", "", `github_pat_${LONG}_${LONG}`, " x"],
    ["secret/gitlab-token", "", `glpat-${LONG}`, " x"],
    ["secret/slack-token", "", `xoxb-${LONG}`, " x"],
    ["secret/slack-token", "https://", `hooks.slack.com/services/T0AAAAAA/B0AAAAAA/${HEX}`, " x"],
    ["secret/stripe-key", "'", `sk_${"live"}_${LONG}`, "'"],
    ["secret/google-api-key", "", `AIza${LONG.slice(0, 35)}`, " x"],
    ["secret/model-api-key", "", `sk-ant-api03-${LONG}`, " x"],
    ["secret/model-api-key", "", `hf_${LONG}`, " x"],
    ["secret/pypi-token", "", `pypi-AgE${LONG}`, " x"],
    ["secret/npm-token", "", `npm_${LONG}`.slice(0, 40), " x"],
    ["secret/sendgrid-key", "", `SG.${LONG}.${LONG}`, " x"],
    ["secret/jwt", "token=", `eyJ${LONG}.eyJ${LONG}.${LONG}`, "&x"],
    ["secret/jwt", "encrypted ", `eyJ${LONG}.${LONG}.${LONG}.${LONG}`, " x"],
    ["secret/bearer", "Authorization: Bearer ", LONG, "\n"],
    ["secret/basic-auth", "Authorization: Basic ", "cm9ib3Q6aHVudGVyMjI=", "\n"],
    ["secret/basic-auth", "https://robot:", "hunter22", "@host.example/x"],
    ["secret/basic-auth", "redis://:", "hunter22", "@host.example/x"],
    ["secret/basic-auth", "postgres://robot:", "a:b:c1", "@host.example/x"],
    ["secret/password", "password: ", "hunter22", "\n"],
    ["secret/password", "DB_PASSWORD=", "hunter22", " npm start"],
    ["secret/password", '{"client_secret":"', "hunter22", '","x":1}'],
    ["secret/password", '{\\"api_key\\": \\"', "hunter22", '\\"}'],
    ["secret/password", "args.password == '", "hunter22", "'"],
    ["secret/password", "AWS_SECRET_ACCESS_KEY=", LONG, ""],
  ])("%s behind `%s`", (kind, before, secret, behind) => {
    const found = secretsOf(before + secret + behind).filter((one) => one.kind === kind);
    expect(found.map(({ span }) => (before + secret + behind).slice(span.start, span.end))).toEqual(
      [secret],
    );
  });

  test.each([
    ["4111 1111 1111 1111", "personal/card-number"],
    ["DE89 3704 0044 0532 0130 00", "personal/iban"],
    ["+44 20 7946 0958", "personal/phone"],
    ["write to jane.doe@mail.shop.example", "personal/email"],
    ["078-05-1120", "personal/us-ssn"],
  ])("%s is %s, and no secret", (text, kind) =>
    expect([kindsIn(text), secretsOf(text)]).toEqual([[kind], []]),
  );

  test.each([
    "order 4711",
    "4111 1111 1111 1112",
    "DE89 3704 0044 0532 0130 01",
    "2026-05-18T09:12:04Z",
    "a@b",
    "the password is secret",
    "password: string",
    "api_key: { type: string }",
    "password: ${DB_PASSWORD}",
    "password=$PASSWORD",
    "token: expired",
    "password: <your password>",
    "secret: REDACTED",
    "basic understanding-of-things",
    "https://host.example:8080/@x",
    "matches('AKIA[0-9A-Z]{16}')",
    "secret/private-key: 1",
    "-----BEGIN PUBLIC KEY-----",
    "password: ********",
    "args.password == ''",
  ])("%s is nothing", (text) => expect(kindsIn(text)).toEqual([]));
});

test("what may be a word is hidden, and no finding", () => {
  const certain = (text: string): readonly boolean[] => secretsOf(text).map((one) => one.certain);
  expect(certain("password: forbidden")).toEqual([false]);
  expect(certain("bearer responsibilities-of-the-agent")).toEqual([false]);
  expect(certain("sk-learn-some-long-english-name")).toEqual([false]);
  expect(certain(`password: ${LONG}`)).toEqual([true]);
});

test("a word at the end of a rule's name is none", () => {
  const text = "denied by repo/no-secret: secret values stay here";
  expect(hideSecrets(text)).toBe(text);
  expect(hideSecrets(`by x; kv/db-password: ${LONG}`)).not.toContain(LONG);
});

test("an escape of JSON before a secret is no part of it", () => {
  for (const before of ["a\n", "\t", "b\u001b", "\r\n"]) {
    const text = JSON.stringify({
      text: `${before}ghp_${LONG}`,
      more: `${before}password=${LONG}`,
    });
    expect(hideSecrets(text)).not.toContain(LONG);
    expect(hideSecrets(text)).toHaveLength(text.length);
  }
});

test("texts made to keep the detectors busy take time by their length", () => {
  const parts = [
    "sk-a-",
    "a.",
    `${BEGIN} `,
    "-----BEGIN A ",
    END,
    "eyJ-",
    `eyJ${HEX}.`,
    "password ",
    "password:",
    "a://b:",
    "a:@",
    "xox",
    "bearer ",
    "basic aaaaaaaa ",
    "+1 ",
    "1-",
    "AA00 ",
    "a@a.",
    "@",
    " ",
    "'",
    "hooks.slack.com/services/TA/B",
  ];
  const token = `ghp_${LONG}`;
  const busy = parts.map((part) => `${part.repeat(Math.ceil(400_000 / part.length))} ${token}`);
  expect(
    busy.map((text) => secretsOf(text).filter(({ kind }) => kind === "secret/github-token").length),
  ).toEqual(busy.map(() => 1));
  expect(busy.map((text) => kindsIn(text).includes("secret/github-token"))).toEqual(
    busy.map(() => true),
  );
});
