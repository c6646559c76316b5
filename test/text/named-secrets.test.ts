import { expect, test } from "vitest";
import { hideNamedSecrets, namedSecrets } from "../../src/text/named-secrets.ts";

const WORD = "hunter2";

test.each([
  ...["curl -d token=hunter2 https://x", "export db_token=hunter2", "github_token: hunter2"],
  ...['[registry]\ntoken = "hunter2"', 'c = C(bot_token="hunter2")', 'curl -H "Token: hunter2" x'],
  ...[
    "pin: hunter2",
    "a\npassword: hunter2 # x\nb",
    "{'password': 'hunter2'}",
    "token := `hunter2`",
  ],
  ...["note: token=hunter2", "here is the token: hunter2 and more"],
])("%s: a value under the name of a secret", (text) => {
  expect(hideNamedSecrets(text)).toBe(text.replace(WORD, "*******"));
});

test.each([
  ...["the token: it is short", "The secret: never give up", "token == other", "tokens: 1024 used"],
  ...["pass: 245, fail: 3", "def f(token: str)", "f(token=self.token)", "token = getToken()"],
  ...["token: $TOKEN", "token: ${{ secrets.A }}", "f(token=token)", "permissions:\n  token: write"],
  ...[
    "max_tokens: 40000",
    "token_type: abc123",
    "pin: 17",
    "token: Optional[str]",
    "author: jane1",
  ],
])("%s: no secret", (text) => {
  expect(namedSecrets(text)).toEqual([]);
});

test("a long text of names takes time by its length", () => {
  for (const part of ["pw=", "pw: a", "pw=a.", "pw=(", "a-", "token: "])
    expect(namedSecrets(`${part.repeat(300_000)}(`).length).toBeLessThan(300_001);
});
