import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

describe("readConfig", () => {
  it("needs nothing", () => {
    expect(readConfig({})).toMatchObject({ port: 4400, host: "127.0.0.1", role: "all", databaseUrl: undefined, leaseMs: 30_000, checkAnswers: false });
    expect(readConfig({ HEDDLE_DATA: "", PORT: " " }).dataDirectory).toMatch(/\.heddle$/);
  });

  it.each([
    ["PORT", "http"],
    ["PORT", "70000"],
    ["DATABASE_URL", "mysql://localhost/heddle"],
    ["REDIS_URL", "localhost:6379"],
    ["PUBLIC_URL", "heddle.example"],
    ["HEDDLE_ROLE", "everything"],
    ["LOG_LEVEL", "loud"],
    ["HEDDLE_LEASE_MS", "soon"],
    ["HEDDLE_EGRESS_ALLOW", "127.0.0.1"],
    ["HEDDLE_METRICS", "yes"],
    ["HEDDLE_TEAM", "yes"],
    ["OIDC_ISSUER", "accounts.example"],
    ["OIDC_SIGN_UP", "nobody"],
    ["SMTP_URL", "https://mail.example"],
    ["HEDDLE_S3_URL", "s3://bucket"],
    ["HEDDLE_FAILPOINTS", "somewhere:kill"],
  ])("names %s when it is %s", (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} `));
  });

  it("lists everything that is wrong", () => {
    expect(() => readConfig({ PORT: "x", LOG_LEVEL: "y" })).toThrow(/^PORT .*\nLOG_LEVEL /);
  });

  it("takes a storage as a whole", () => {
    const storage = { HEDDLE_S3_URL: "https://s3.example.org/bucket", HEDDLE_S3_KEY_ID: "id", HEDDLE_S3_SECRET: "secret" };
    expect(readConfig(storage).s3).toEqual({ url: new URL("https://s3.example.org/bucket"), region: "us-east-1", keyId: "id", secret: "secret" });
    expect(readConfig({}).s3).toBeUndefined();
    expect(() => readConfig({ ...storage, HEDDLE_S3_SECRET: "" })).toThrow(/Set all three/);
    expect(() => readConfig({ ...storage, HEDDLE_S3_URL: "https://id:secret@s3.example.org/bucket" })).toThrow(/address alone/);
  });

  it("reads addresses that workflows may call", () => {
    expect(readConfig({ HEDDLE_EGRESS_ALLOW: "127.0.0.1:9000, [::1]:9001" }).egressAllow).toEqual([
      { host: "127.0.0.1", port: 9000 },
      { host: "::1", port: 9001 },
    ]);
  });

  it.each([
    [{ HOST: "0.0.0.0" }, /HOST=0\.0\.0\.0 opens Heddle to other machines.*set PUBLIC_URL/],
    [{ OIDC_ISSUER: "https://accounts.example" }, /OIDC_ISSUER and OIDC_CLIENT_ID/],
    [{ OIDC_CLIENT_SECRET: "secret" }, /OIDC_ISSUER and OIDC_CLIENT_ID/],
    [{ OIDC_ISSUER: "http://accounts.example", OIDC_CLIENT_ID: "heddle" }, /OIDC_ISSUER must begin with https/],
    [{ SMTP_URL: "smtp://mail.example" }, /SMTP_URL needs MAIL_FROM/],
    [{ PUBLIC_URL: "http://heddle.example" }, /PUBLIC_URL must begin with https/],
    [{ HEDDLE_ROLE: "worker" }, /HEDDLE_ROLE=worker needs DATABASE_URL/],
    [{ HEDDLE_FAILPOINTS: "after-effect:kill@3" }, /HEDDLE_FAILPOINTS ends the process in mid-work.*HEDDLE_ALLOW_FAILPOINTS=1/],
  ])("refuses %o", (environment, message) => {
    expect(() => readConfig(environment)).toThrow(message);
  });

  it.each([
    { HOST: "::1" },
    { HOST: "localhost" },
    { HOST: "0.0.0.0", PUBLIC_URL: "http://127.0.0.1:8080" },
    { PUBLIC_URL: "https://heddle.example" },
    { HOST: "0.0.0.0", PUBLIC_URL: "https://heddle.example" },
    { HEDDLE_ROLE: "web", DATABASE_URL: "postgres://heddle@db/heddle" },
    { HEDDLE_FAILPOINTS: "after-effect:kill@3", NODE_ENV: "test" },
    { HEDDLE_FAILPOINTS: "after-effect:kill@3", HEDDLE_ALLOW_FAILPOINTS: "1" },
  ])("takes %o", (environment) => {
    expect(() => readConfig(environment)).not.toThrow();
  });

  it.each([
    [{}, false],
    [{ HEDDLE_TEAM: "1" }, true],
    [{ PUBLIC_URL: "https://heddle.example" }, true],
    [{ PUBLIC_URL: "https://heddle.example", HOST: "0.0.0.0" }, true],
    [{ PUBLIC_URL: "http://127.0.0.1:8080", HOST: "0.0.0.0" }, false],
  ])("knows from %o whether there are accounts", (environment, team) => {
    expect(readConfig(environment).team).toBe(team);
  });

  it("reads a provider as it is written", () => {
    const given = { OIDC_ISSUER: "https://accounts.example", OIDC_CLIENT_ID: "heddle" };
    expect(readConfig(given).oidc).toEqual({ ...{ issuer: "https://accounts.example", clientId: "heddle" }, name: "accounts.example", signUp: "invited" });
    expect(readConfig({ ...given, OIDC_ISSUER: "https://id.example/realms/a/", OIDC_NAME: "Example" }).oidc).toMatchObject({
      issuer: "https://id.example/realms/a/",
      name: "Example",
    });
    expect(readConfig({}).oidc).toBeUndefined();
  });
});
