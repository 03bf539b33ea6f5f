import { describe, expect, it } from "vitest";
import type { Command } from "./command.ts";
import { listedKeys } from "./listed-keys.ts";

const commands: Command[] = [
  { id: "add-node", title: "Add a node", group: "Add", keys: ["N"], run: () => {} },
  { id: "undo", title: "Undo", group: "Edit", keys: ["Ctrl+Z"], run: () => {} },
  { id: "remove", title: "Remove", group: "Edit", keys: ["Delete"], run: () => {} },
  { id: "palette-tab", title: "Add a node, after a click on the empty board", group: "Add", keys: ["Tab"], when: () => false, run: () => {} },
  { id: "keyless", title: "Export", group: "Go to", run: () => {} },
];
const titles = (search = "") => listedKeys(commands, search).flatMap(({ group, lines }) => lines.map(({ title }) => `${group}: ${title}`));

describe("listedKeys", () => {
  it("lists commands with keys and what the page does by itself, but no key twice", () => {
    const all = titles();
    expect(all).toContain("Edit: Undo");
    expect(all).toContain("Edit: Remove");
    expect(all.filter((title) => title.includes("Remove"))).toHaveLength(1);
    expect(all.filter((title) => title.startsWith("Add: Add a node, after"))).toHaveLength(1);
    expect(all).toContain("Select: Go to the next node, wire or button");
    expect(all.some((title) => title.includes("Export"))).toBe(false);
  });

  it("lists the keys of the board only where there is one", () => {
    const elsewhere = listedKeys([{ id: "undo", title: "Undo", group: "Edit", keys: ["Ctrl+Z"], run: () => {} }], "");
    expect(elsewhere.flatMap(({ lines }) => lines.map(({ title }) => title))).toEqual(["Undo"]);
  });

  it("is searched by name, by group and by key", () => {
    expect(titles("undo")).toEqual(["Edit: Undo"]);
    expect(titles("ctrl+z")).toEqual(["Edit: Undo"]);
    expect(titles("view").every((title) => title.startsWith("View:") || title.includes("view"))).toBe(true);
    expect(titles("nothing like it")).toEqual([]);
  });
});
