import { expect, test } from "vitest";
import { isSecretName } from "../../src/text/secret-names.ts";

/** The written list: what a name tells, in each way to write it. */
const SECRET = [
  ...["password", "Password", "PASSWORD", "passwd", "pwd", "pass", "db_password", "dbPassword"],
  ...["DB_PASSWORD", "db-password", "db.password", "PGPASSWORD", "userpassword", "password2"],
  ...["new_password", "password_confirmation", "passwordHash", "old password", "passphrase"],
  ...["secret", "client_secret", "clientSecret", "CLIENTSECRET", "secrets", "SecretString"],
  ...["webhook-secret", "api_key", "apiKey", "APIKey", "API-KEY", "x-api-key", "apikey"],
  ...["aws_secret_access_key", "secretKey", "access_key", "private_key", "signingKey"],
  ...["accountKey", "Ocp-Apim-Subscription-Key", "ssh_key", "NEW_RELIC_LICENSE_KEY"],
  ...["token", "tokens", "accessToken", "access_token", "GITHUB_TOKEN", "X-Auth-Token"],
  ...["bot_token", "token_v2", "admin_token", "admintoken", "backend_token", "sendToken"],
  ...["Authorization", "authorization", "Proxy-Authorization", "x-authorization", "auth"],
  ...["basic_auth", "auth_header", "cookie", "Set-Cookie", "cookies", "credentials", "creds"],
  ...["cvv", "cvc2", "pin", "otp", "totp_code_otp", "verification_code", "backup_codes"],
  ...["connectionString", "seed_phrase", "jwt", "#password", "input[name=password]"],
  ...["Your password", "Passwort", "contraseña", "motDePasse", "пароль", "密码"],
  // look-alikes, other forms, what is not shown
  ...["pаsswоrd", "ｐａｓｓｗｏｒｄ", "pass\u200bword", "pass\u00adword", "%70assword", "tоken"],
];

const ORDINARY = [
  ...["author", "authority", "authors", "co_author", "secretary", "secretariat", "key", "keys"],
  ...["keyboard", "monkey", "primary_key", "public_key", "foreignKey", "cache_key", "sort_key"],
  ...["token_count", "tokenCount", "max_tokens", "maxTokens", "MAXTOKENS", "input_tokens"],
  ...["tokens_used", "tokenizer", "token_type", "token_endpoint", "next_page_token", "nextToken"],
  ...["pageToken", "progressToken", "continuation_token", "stop_token", "prompt_tokens"],
  ...["password_policy", "password_length", "passwordless", "password_reset_url", "passenger"],
  ...["compass", "bypass", "passes", "passport", "pass_rate", "api_key_id", "aws_access_key_id"],
  ...["secret_name", "secretId", "secret_arn", "private_key_path", "cookies_accepted", "pins"],
  ...["cookie_policy", "credential_type", "authorization_url", "auth_type", "spin", "pinned"],
  ...["opinion", "name", "user", "username", "email", "code", "zip_code", "country_code", "id"],
  ...["pincode", "", "_", "__proto__", "constructor", "toString", "hasOwnProperty", "🔑"],
];

test("the names of secrets, and those that only look like it", () => {
  const told = (names: readonly string[]): readonly string[] => names.filter(isSecretName);
  expect(SECRET.filter((name) => !told(SECRET).includes(name))).toEqual([]);
  expect(told(ORDINARY)).toEqual([]);
});

test("a long name is read at its end, in time by its length", () => {
  expect(isSecretName(`${"a_".repeat(500_000)}password`)).toBe(true);
  expect(isSecretName(`password_${"A".repeat(1_000_000)}`)).toBe(false);
  expect(isSecretName(`${"%41".repeat(300_000)}`)).toBe(false);
});
