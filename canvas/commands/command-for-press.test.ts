import { describe, expect, it } from "vitest";
import type { Command } from "./command.ts";
import { commandForPress } from "./command-for-press.ts";
import { keyConflicts } from "./key-conflicts.ts";

const command = (id: string, keys: readonly string[], more: Partial<Command> = {}): Command => ({ id, title: id, group: "Edit", keys, run: () => {}, ...more });
const press = (key: string, held: Partial<KeyboardEvent> = {}) =>
  ({ key, code: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held }) as KeyboardEvent;

describe("commandForPress", () => {
  const commands = [command("add", ["N"]), command("find", ["Ctrl+F"], { whileTyping: true }), command("redo", ["Ctrl+Shift+Z", "Ctrl+Y"])];
  const found = (given: KeyboardEvent, isTyping = false) => commandForPress({ commands, press: given, isTyping })?.id;

  it("finds a command by any of its keys", () => {
    expect(found(press("n"))).toBe("add");
    expect(found(press("y", { ctrlKey: true }))).toBe("redo");
    expect(found(press("Z", { ctrlKey: true, shiftKey: true }))).toBe("redo");
    expect(found(press("x"))).toBeUndefined();
  });

  it("keeps out of texts, but for what is meant to work there", () => {
    expect(found(press("n"), true)).toBeUndefined();
    expect(found(press("f", { ctrlKey: true }), true)).toBe("find");
  });

  it("prefers what knows when it is meant, wherever it was offered", () => {
    const both = [command("first", ["Enter"], { when: () => true }), command("second", ["Enter"])];
    expect(commandForPress({ commands: both, press: press("Enter"), isTyping: false })?.id).toBe("first");
  });

  it("takes what was offered last, unless that says the key is not meant", () => {
    const both = [command("first", ["Tab"]), command("second", ["Tab"], { when: ({ repeat }) => repeat })];
    expect(commandForPress({ commands: both, press: press("Tab", { repeat: true }), isTyping: false })?.id).toBe("second");
    expect(commandForPress({ commands: both, press: press("Tab", { repeat: false }), isTyping: false })?.id).toBe("first");
  });
});

describe("keyConflicts", () => {
  it("tells of a key that two commands claim", () => {
    expect(keyConflicts([command("one", ["Ctrl+Shift+Z"]), command("two", ["Shift+Ctrl+z"])])).toEqual([expect.stringContaining("one and two")]);
    expect(keyConflicts([command("one", ["A"]), command("one", ["A"]), command("two", ["Shift+A"])])).toEqual([]);
    expect(keyConflicts([command("one", ["A"]), command("two", ["A"], { when: () => false })])).toEqual([]);
  });
});
