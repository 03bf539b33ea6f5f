import { describe, expect, it } from "vitest";
import { readCall } from "./read-call.ts";

const read = (content: string | Buffer, headers: Record<string, string> = {}, query = "") =>
  readCall({ method: "POST", headers }, { query, content: Buffer.from(content) });
const bodyOf = (content: string | Buffer, type: string) => read(content, { "content-type": type }).body;

describe("readCall", () => {
  it("reads a body by its content type", () => {
    expect(bodyOf('{"a":[1]}', "application/json; charset=utf-8")).toEqual({ a: [1] });
    expect(bodyOf("3", "application/cloudevents+json")).toBe(3);
    expect(bodyOf("grüße", "text/plain")).toBe("grüße");
    expect(bodyOf("a=1&b=x%20y&a=2", "application/x-www-form-urlencoded")).toEqual({ a: ["1", "2"], b: "x y" });
    expect(bodyOf(Buffer.from([0xff, 0]), "image/png")).toEqual({ contentType: "image/png", base64: "/wA=" });
    expect(read("raw").body).toEqual({ contentType: "", base64: "cmF3" });
    expect(read("").body).toBeNull();
  });

  it("reads the query, names that come again as lists", () => {
    expect(read("", {}, "a=1&b=&a=2&c=%F0%9F%A7%B5").query).toEqual({ a: ["1", "2"], b: "", c: "🧵" });
  });

  it("leaves out credentials and what concerns the connection alone", () => {
    const secrets = { authorization: "Bearer x", cookie: "a=b", "proxy-authorization": "x", "x-api-key": "k", "x-gitlab-token": "t", "x-client-secret": "s" };
    expect(read("", { ...secrets, connection: "close", "x-github-event": "push", host: "h" }).headers).toEqual({ "x-github-event": "push", host: "h" });
  });

  it.each([
    ["{broken", "application/json", "malformed-json"],
    [Buffer.from([0x22, 0xff, 0x22]), "application/json", "bad-request"],
    ['{"a":{"__proto__":{}}}', "application/json", "bad-request"],
    [`${"[".repeat(201)}${"]".repeat(201)}`, "application/json", "bad-request"],
    ["__proto__=1", "application/x-www-form-urlencoded", "bad-request"],
    ["a&".repeat(10_001), "application/x-www-form-urlencoded", "bad-request"],
  ])("refuses %.40s as %s: %s", (content, type, code) => {
    expect(() => bodyOf(content, type)).toThrow(expect.objectContaining({ code }));
  });

  it("refuses a compressed body", () => {
    expect(() => read("x", { "content-encoding": "gzip" })).toThrow(expect.objectContaining({ code: "unsupported-media-type" }));
  });

  it("takes what only looks dangerous", () => {
    expect(bodyOf('{"constructor":1,"prototype":2}', "application/json")).toEqual({ constructor: 1, prototype: 2 });
    expect(bodyOf(`${"[".repeat(200)}${"]".repeat(200)}`, "application/json")).toBeTruthy();
  });
});
