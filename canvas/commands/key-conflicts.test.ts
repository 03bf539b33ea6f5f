import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMAND_GROUPS, type Command } from "./command.ts";
import { keyConflicts } from "./key-conflicts.ts";

/** Pages with commands of their own; they never stand beside the editor. */
const PAGES = [/^inbox\//, /^pages\/approvals-page/];

/** What the sources of the canvas say of commands and their keys, as far as it is written out: those of one page, and those that are everywhere. */
function writtenCommands(isThere: (path: string) => boolean): Pick<Command, "id" | "keys" | "when">[] {
  const canvas = new URL("../", import.meta.url);
  const paths = readdirSync(canvas, { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path));
  return paths.filter(isThere).flatMap((path) => {
    const text = readFileSync(new URL(path.replaceAll("\\", "/"), canvas), "utf8");
    return text.includes('commands/command.ts"') || text.includes('"./command.ts"') ? commandsIn(text) : [];
  });
}

function commandsIn(text: string): Pick<Command, "id" | "keys" | "when">[] {
  const starts = [...text.matchAll(/\bid: ("[^"]+"|`[^`]+`)/g)];
  return starts.flatMap((start, index) => {
    const body = text.slice(start.index, starts[index + 1]?.index);
    const written = /\bkeys: \[([^\]]*)\]/.exec(body)?.[1];
    if (written === undefined) return [];
    const keys = [...written.matchAll(/"([^"]+)"/g)].flatMap(([, key]) => key ?? []);
    return [{ id: (start[1] ?? "").slice(1, -1), keys, ...(/\bwhen[:,(]/.test(body) && { when: () => true }) }];
  });
}

describe("the keys of all commands", () => {
  const commands = writtenCommands((path) => !PAGES.some((page) => page.test(path)));

  it("are found in the sources", () => {
    expect(commands.length).toBeGreaterThan(10);
    expect(commands.find(({ id }) => id === "command-palette")?.keys).toEqual(["Ctrl+K"]);
  });

  it("are claimed by one command each", () => {
    expect(keyConflicts(commands)).toEqual([]);
    for (const page of PAGES) expect(keyConflicts(writtenCommands((path) => page.test(path) || path.startsWith("commands/")))).toEqual([]);
  });

  it("would be seen to clash", () => {
    const text = '{ id: "one", title: "One", keys: ["Ctrl+K"] }, { id: "two", keys: ["ctrl+k", "X"] }, { id: "three", keys: ["X"], when: isThere }';
    expect(keyConflicts(commandsIn(text))).toEqual([expect.stringContaining("one and two")]);
  });

  it("stand in groups that have an order", () => expect(new Set(COMMAND_GROUPS).size).toBe(COMMAND_GROUPS.length));
});
