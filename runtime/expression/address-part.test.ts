import { describe, expect, test } from "vitest";
import { evaluateAddress } from "./evaluate-template.ts";
import { parseTemplate } from "./parse-template.ts";
import { Work } from "./work.ts";

function address(text: string, inputs: Record<string, unknown>): unknown {
  const parsed = parseTemplate(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return evaluateAddress(parsed.template, { inputs, nodes: {}, run: { id: "run_x" } }, new Work());
}

const PATH = "https://api.example.com/items/{{ inputs.id }}/parts?q={{ inputs.q }}#{{ inputs.f }}";

describe("values in an address", () => {
  test.each([
    ["a&b=c", "a%26b%3Dc"],
    ["../x", "..%2Fx"],
    ["?x#y", "%3Fx%23y"],
    ["%2e%2e", "%252e%252e"],
    ["a\\b\n", "a%5Cb%0A"],
    ["ä 1", "%C3%A4%201"],
    ["\ud800", "%EF%BF%BD"],
    [7, "7"],
  ])("stay what they are wherever they stand: %j", (value, encoded) => {
    const made = address(PATH, { id: value, q: value, f: value });
    expect(made).toBe(`https://api.example.com/items/${encoded}/parts?q=${encoded}#${encoded}`);
    const parsed = new URL(String(made));
    expect([parsed.host, parsed.pathname.split("/").length, [...parsed.searchParams.keys()]]).toEqual(["api.example.com", 4, ["q"]]);
    expect(parsed.searchParams.get("q")).toBe(String(value).toWellFormed());
  });

  test.each(["..", "."])("that lead to another path are refused: %s", (value) => {
    expect(() => address(PATH, { id: value, q: "", f: "" })).toThrow("would lead to another path");
    expect(() => address("https://a.example/.{{ inputs.id }}", { id: "." })).toThrow("would lead to another path");
    // what the author wrote is the author's
    expect(address("https://a.example/x/../{{ inputs.id }}?q={{ inputs.q }}", { id: 1, q: value })).toBe(`https://a.example/x/../1?q=${value}`);
  });

  test("are left as they are where the address begins with them", () => {
    expect(address("{{ inputs.url }}", { url: "https://a.example/x?y=1" })).toBe("https://a.example/x?y=1");
    expect(address("{{ inputs.base }}/items/{{ inputs.id }}", { base: "https://a.example:8080/v1", id: "a/b" })).toBe("https://a.example:8080/v1/items/a%2Fb");
    expect(address("http{{ inputs.s }}://a.example/", { s: "s" })).toBe("https://a.example/");
  });

  test("are the host and the port, and nothing that would end them", () => {
    expect(address("https://{{ inputs.host }}:{{ inputs.port }}/x", { host: "a.example", port: 8443 })).toBe("https://a.example:8443/x");
    for (const host of ["evil.example/?", "evil.example#", "user@evil.example", "evil.example\\"]) {
      expect(URL.canParse(String(address("https://{{ inputs.host }}/x", { host })))).toBe(false);
      expect(URL.canParse(String(address("https://a.example{{ inputs.host }}/x", { host })))).toBe(false);
    }
  });
});
