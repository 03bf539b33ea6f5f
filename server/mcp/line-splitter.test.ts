import { describe, expect, it } from "vitest";
import { createByteTail } from "./byte-tail.ts";
import { createLineSplitter } from "./line-splitter.ts";

function split(maxBytes: number, chunks: string[]) {
  const lines: string[] = [];
  const oversized: [string, string][] = [];
  const add = createLineSplitter(maxBytes, { onLine: (line) => lines.push(line), onOversized: (head, tail) => oversized.push([head, tail]) });
  for (const chunk of chunks) add(Buffer.from(chunk, "latin1"));
  return { lines, oversized };
}

describe("cutting an output into lines", () => {
  it("is the same wherever the chunks end, also inside a character", () => {
    const text = Buffer.from("one\n\ntwo ü\nrest").toString("latin1");
    for (let at = 0; at <= text.length; at++) {
      expect(split(100, [text.slice(0, at), text.slice(at)]).lines).toEqual(["one", "", "two ü"]);
    }
  });

  it("drops a line over the limit, keeps its ends, and goes on", () => {
    const { lines, oversized } = split(1_000, ["HEAD", "x".repeat(5_000), "y".repeat(5_000), "TAIL", "\nnext\n"]);
    expect(lines).toEqual(["next"]);
    expect(oversized).toHaveLength(1);
    expect(oversized[0]?.[0]).toBe(`HEAD${"x".repeat(252)}`);
    expect(oversized[0]?.[1]).toBe(`${"y".repeat(252)}TAIL`);
  });

  it("takes a line of exactly the limit", () => {
    expect(split(5, ["12345\n123456\n"])).toEqual({ lines: ["12345"], oversized: [["123456", "123456"]] });
  });
});

describe("the end of an output", () => {
  it("is kept, and no more", () => {
    const tail = createByteTail(10);
    for (let digit = 0; digit < 5_000; digit++) tail.add(Buffer.from(String(digit % 10)));
    expect(tail.text()).toBe("0123456789");
    tail.add(Buffer.from("a long chunk at once"));
    expect(tail.text()).toBe("nk at once");
  });
});
