import { describe, expect, it } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { matchOf, paletteGroups } from "./palette-entries.ts";

const wire = (side: "source" | "target", type: "text" | "agent" | "number") => ({ node: "node_a" as NodeId, port: "p", side, type, isInner: false });
const all = (from?: ReturnType<typeof wire>) => paletteGroups(from).flatMap(({ definitions }) => definitions);

describe("paletteGroups", () => {
  it("shows every node type once", () => {
    expect(new Set(all())).toEqual(new Set(catalog.all()));
    expect(all()).toHaveLength(catalog.all().length);
  });

  it("shows only what a loose wire fits", () => {
    const takers = all(wire("source", "text"));
    expect(takers.some(({ role }) => role === "exit")).toBe(true);
    expect(takers.some(({ role }) => role === "entry" || role === "annotation")).toBe(false);
    expect(all(wire("target", "text")).some(({ role }) => role === "exit")).toBe(false);
    expect(all(wire("source", "agent"))).toEqual([]);
  });
});

describe("matchOf", () => {
  const [definition] = catalog.all();
  it("finds every type by its title, best of all", () => {
    for (const wanted of catalog.all()) {
      const own = matchOf(wanted, wanted.title);
      expect(own).toBeGreaterThan(0);
      expect(catalog.all().every((other) => matchOf(other, wanted.title) <= own)).toBe(true);
    }
  });

  it("wants all words, and shows everything for none", () => {
    expect(definition && matchOf(definition, `${definition.title} zzz`)).toBe(0);
    expect(definition && matchOf(definition, " ")).toBe(1);
  });
});
