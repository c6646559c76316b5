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
  ...["curl -u a:hunter2 x", "curl --user 'a:hunter2' x", "<s><password>hunter2</password></s>"],
  ...["ALTER USER a WITH PASSWORD 'hunter2'", "CREATE USER a IDENTIFIED BY 'hunter2'"],
  ...["machine h login a password hunter2", "aws configure set aws_secret_access_key hunter2"],
  ...["npm config set //r/:_authToken hunter2", "setx PASSWORD hunter2"],
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
  ...["docker run -u 1000:1000 x", "<token> is read", "set password policy", "x --password -p"],
  ...["curl -u https://a:80/", "the login page asks for a password twice", "<name>hunter2</name>"],
])("%s: no secret", (text) => {
  expect(namedSecrets(text)).toEqual([]);
});

test("an option may have a value that begins with a dash", () => {
  expect(hideNamedSecrets("x --password -hunter2 y")).toBe("x --password ******** y");
});

test("a long text of names takes time by its length", () => {
  for (const part of [
    "pw=",
    "pw: a",
    "pw=a.",
    "pw=(",
    "a-",
    "token: ",
    "<a>b",
    "-u a:",
    "machine ",
  ])
    expect(namedSecrets(`${part.repeat(300_000)}(`).length).toBeLessThan(300_001);
});
