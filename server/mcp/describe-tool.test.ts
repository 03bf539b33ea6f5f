import { describe, expect, it } from "vitest";
import { describeTool } from "./describe-tool.ts";

describe("the hash of a tool", () => {
  const tool = { name: "a", description: "b", inputSchema: { type: "object", properties: { x: { type: "string" } }, required: ["x"] } };
  const hashOf = (changes: object) => describeTool({ ...tool, ...changes })?.hash;

  it("does not depend on the order of keys, nor on title and hints", () => {
    const { name, description, inputSchema } = tool;
    const turned = { inputSchema: { required: ["x"], properties: inputSchema.properties, type: "object" }, description, name };
    expect(describeTool(turned)?.hash).toBe(describeTool(tool)?.hash);
    expect(hashOf({ title: "T", annotations: { readOnlyHint: true } })).toBe(hashOf({}));
    // Pinned: approvals hold hashes, which must stay the same over versions.
    expect(hashOf({})).toBe("ad526a583f54532eba985b0e8ef2f6bbe7c8dcd19e78a45e13cda83fced1d952");
  });

  it.each([{ name: "A" }, { description: "c" }, { description: undefined }, { inputSchema: { type: "object" } }, { outputSchema: { type: "object" } }])(
    "changes with %j",
    (change) => {
      expect(hashOf(change)).toMatch(/^[0-9a-f]{64}$/);
      expect(hashOf(change)).not.toBe(hashOf({}));
    },
  );

  it.each([{ name: "" }, { name: 7 }, { inputSchema: undefined }, { inputSchema: { type: "string" } }])("is not given to what is no tool: %j", (change) => {
    expect(describeTool({ ...tool, ...change })).toBeUndefined();
  });
});
