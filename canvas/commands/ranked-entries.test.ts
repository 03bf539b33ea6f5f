import { describe, expect, it } from "vitest";
import type { Entry } from "./entry-store.ts";
import { commandEntries, rankedEntries } from "./ranked-entries.ts";

const entry = (id: string, title: string, more: Partial<Entry> = {}): Entry => ({ id, title, group: "Commands", run: () => {}, ...more });
const all = [
  entry("align", "Align left", { keywords: ["Arrange"] }),
  entry("undo", "Undo", { blocked: "There is nothing to undo." }),
  entry("write", "Write a summary", { group: "Nodes" }),
  entry("runs", "Runs", { group: "Pages" }),
];
const ids = (search: string, recent: readonly string[] = []) =>
  rankedEntries(all, search, { recent }).map(({ title, entries }) => [title, ...entries.map(({ id }) => id)]);

describe("rankedEntries", () => {
  it("without a search, shows what was chosen last once and first, then all by group", () => {
    expect(ids("", ["runs", "gone", "undo"])).toEqual([
      ["Recent", "runs", "undo"],
      ["Commands", "align"],
      ["Nodes", "write"],
    ]);
  });

  it("puts the group with the best hit first", () => {
    expect(ids("summary")).toEqual([["Nodes", "write"]]);
    expect(ids("run")[0]).toEqual(["Pages", "runs"]);
    expect(ids("arrange")).toEqual([["Commands", "align"]]);
    expect(ids("zzz")).toEqual([]);
  });

  it("keeps what the server has found by other means", () => {
    const found = rankedEntries([entry("graph", "Old name", { group: "Graphs" })], "new", { recent: [], isFound: ({ group }) => group === "Graphs" });
    expect(found.map(({ title }) => title)).toEqual(["Graphs"]);
  });
});

describe("commandEntries", () => {
  it("shows why a command is blocked, and leaves out what is no use by name", () => {
    const made = commandEntries(
      [
        { id: "undo", title: "Undo", group: "Edit", blocked: () => "Nothing to undo.", run: () => {} },
        { id: "walk", title: "Walk", group: "Select", hidden: true, run: () => {} },
      ],
      () => {},
    );
    expect(made).toMatchObject([{ id: "command:undo", blocked: "Nothing to undo.", detail: "Nothing to undo." }]);
  });
});
