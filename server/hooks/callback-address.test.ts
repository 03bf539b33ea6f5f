import { describe, expect, it } from "vitest";
import { nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { createCallbackAddresses } from "./callback-address.ts";

const addresses = createCallbackAddresses(Buffer.alloc(32, 7));
const wait = { run: runIdSchema.parse("run_a"), node: nodeIdSchema.parse("node_b"), path: [3, 0], name: "approval of ä/b?" };
const origin = "https://heddle.example";

function segmentsOf(address: string): string[] {
  expect(address.startsWith(`${origin}/hooks/callback/`)).toBe(true);
  return new URL(address).pathname.slice("/hooks/callback/".length).split("/");
}

describe("callback addresses", () => {
  it.each([wait, { ...wait, path: [] }, { ...wait, name: "x".repeat(200) }])("name the wait they were made for", (made) => {
    expect(addresses.verify(segmentsOf(addresses.make({ ...made, origin })))).toEqual(made);
  });

  it("are good for nothing else", () => {
    const segments = segmentsOf(addresses.make({ ...wait, origin }));
    const forged = [["run_c"], ["run_a", "node_c"], ["run_a", "node_b", "3.1"], ["run_a", "node_b", "-"], ["run_a", "node_b", "3.0", "other"]];
    for (const changed of forged) expect(addresses.verify([...changed, ...segments.slice(changed.length)])).toBeUndefined();
    expect(addresses.verify([...segments.slice(0, 4), `${segments[4]?.slice(0, -2)}AA`])).toBeUndefined();
  });

  it("of another installation are refused", () => {
    const segments = segmentsOf(addresses.make({ ...wait, origin }));
    expect(createCallbackAddresses(Buffer.alloc(32, 8)).verify(segments)).toBeUndefined();
  });

  it.each([[[]], [["run_a"]], [["run_a", "node_b", "x", "name", "A".repeat(43)]], [["run_a", "node_b", "-", "%E0%A4%A", "A".repeat(43)]]])(
    "%j is none",
    (segments) => {
      expect(addresses.verify(segments)).toBeUndefined();
    },
  );

  it("with more behind it is none", () => {
    expect(addresses.verify([...segmentsOf(addresses.make({ ...wait, origin })), ""])).toBeUndefined();
  });
});
