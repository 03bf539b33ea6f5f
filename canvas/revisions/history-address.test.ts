import { describe, expect, it } from "vitest";
import { readHistoryAddress, writeHistoryAddress } from "./use-history-address.ts";

const read = (text: string) => readHistoryAddress(new URLSearchParams(text));

describe("the history in the address", () => {
  it.each([
    ["", { isOpen: false, number: undefined, against: "draft" }],
    ["history=", { isOpen: true, number: undefined, against: "draft" }],
    ["history=12", { isOpen: true, number: 12, against: "draft" }],
    ["history=12&against=before", { isOpen: true, number: 12, against: "before" }],
    ["history=12&against=9&x=1", { isOpen: true, number: 12, against: 9 }],
    ["history=-1&against=0", { isOpen: true, number: undefined, against: "draft" }],
    ["history=1e9", { isOpen: true, number: undefined, against: "draft" }],
  ])("is read from %j", (text, address) => {
    expect(read(text)).toEqual(address);
  });

  it("is written so that it reads the same, beside what else is there", () => {
    const before = new URLSearchParams("in=graph_a&history=3&against=before");
    for (const address of [
      { isOpen: true, number: 4, against: 7 } as const,
      { isOpen: true, number: undefined, against: "draft" } as const,
      { isOpen: false, number: undefined, against: "draft" } as const,
    ]) {
      const written = writeHistoryAddress(before, address);
      expect(readHistoryAddress(written)).toEqual(address);
      expect(written.get("in")).toBe("graph_a");
    }
    expect(writeHistoryAddress(before, { isOpen: false, number: undefined, against: "draft" }).toString()).toBe("in=graph_a");
  });
});
