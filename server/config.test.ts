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
    ["HEDDLE_FAILPOINTS", "somewhere:kill"],
  ])("names %s when it is %s", (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} `));
  });

  it("lists everything that is wrong", () => {
    expect(() => readConfig({ PORT: "x", LOG_LEVEL: "y" })).toThrow(/^PORT .*\nLOG_LEVEL /);
  });

  it("reads addresses that workflows may call", () => {
    expect(readConfig({ HEDDLE_EGRESS_ALLOW: "127.0.0.1:9000, [::1]:9001" }).egressAllow).toEqual([
      { host: "127.0.0.1", port: 9000 },
      { host: "::1", port: 9001 },
    ]);
  });

  it.each([
    [{ HOST: "0.0.0.0" }, /HOST=0\.0\.0\.0 would open Heddle to other machines/],
    [{ HOST: "192.168.1.5", PUBLIC_URL: "https://heddle.example" }, /would open Heddle/],
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
    { HEDDLE_ROLE: "web", DATABASE_URL: "postgres://heddle@db/heddle" },
    { HEDDLE_FAILPOINTS: "after-effect:kill@3", NODE_ENV: "test" },
    { HEDDLE_FAILPOINTS: "after-effect:kill@3", HEDDLE_ALLOW_FAILPOINTS: "1" },
  ])("takes %o", (environment) => {
    expect(() => readConfig(environment)).not.toThrow();
  });
});
