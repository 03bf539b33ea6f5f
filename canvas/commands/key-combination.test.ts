import { describe, expect, it } from "vitest";
import { type KeyPress, normalKeys, pressedKeys } from "./key-combination.ts";

const press = (key: string, code: string, held: Partial<Omit<KeyPress, "key" | "code">> = {}): KeyPress => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});
const fits = (keys: string, given: KeyPress, mac = false) => pressedKeys(given, mac).includes(normalKeys(keys));

describe("normalKeys", () => {
  it.each([
    ["ctrl+shift+z", "Ctrl+Shift+Z"],
    ["Shift+Ctrl+Z", "Ctrl+Shift+Z"],
    ["n", "N"],
    ["?", "?"],
    ["Ctrl++", "Ctrl++"],
    ["+", "+"],
    ["Esc", "Escape"],
    [" ", "Space"],
    ["Alt+ArrowLeft", "Alt+ArrowLeft"],
    ["Shift+1", "Shift+1"],
  ])("%s is %s", (written, normal) => expect(normalKeys(written)).toBe(normal));
});

describe("pressedKeys", () => {
  it("takes letters by the layout, whatever Shift makes of them", () => {
    expect(fits("Ctrl+Shift+Z", press("Z", "KeyZ", { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(fits("Ctrl+Z", press("z", "KeyY", { ctrlKey: true }))).toBe(true);
    expect(fits("Ctrl+Y", press("z", "KeyY", { ctrlKey: true }))).toBe(false);
    expect(fits("Ctrl+Z", press("z", "KeyZ", { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(fits("Z", press("z", "KeyZ", { ctrlKey: true }))).toBe(false);
  });

  it("finds letters on layouts that have none", () => {
    expect(fits("Ctrl+K", press("л", "KeyK", { ctrlKey: true }))).toBe(true);
    expect(fits("N", press("т", "KeyN"))).toBe(true);
    expect(fits("Alt+L", press("¬", "KeyL", { altKey: true }), true)).toBe(true);
  });

  it("takes signs as they come out, and digits also where they need Shift", () => {
    expect(fits("?", press("?", "Slash", { shiftKey: true }))).toBe(true);
    expect(fits("?", press("?", "Minus", { shiftKey: true }))).toBe(true);
    expect(fits("?", press("/", "Slash"))).toBe(false);
    expect(fits("1", press("&", "Digit1"))).toBe(true);
    expect(fits("Shift+1", press("!", "Digit1", { shiftKey: true }))).toBe(true);
    expect(fits("1", press("!", "Digit1", { shiftKey: true }))).toBe(false);
    expect(fits("{", press("{", "Digit7", { ctrlKey: true, altKey: true, getModifierState: (name) => name === "AltGraph" }))).toBe(true);
  });

  it("means Command on a Mac, and Ctrl elsewhere", () => {
    expect(fits("Ctrl+K", press("k", "KeyK", { metaKey: true }), true)).toBe(true);
    expect(fits("Ctrl+K", press("k", "KeyK", { ctrlKey: true }), true)).toBe(false);
    expect(fits("K", press("k", "KeyK", { ctrlKey: true }), true)).toBe(false);
    expect(fits("K", press("k", "KeyK", { metaKey: true }))).toBe(false);
  });

  it("knows keys by name, and leaves alone what composes a character", () => {
    expect(fits("Ctrl+Enter", press("Enter", "NumpadEnter", { ctrlKey: true }))).toBe(true);
    expect(fits("F2", press("F2", "F2"))).toBe(true);
    expect(fits("Shift+Tab", press("Tab", "Tab", { shiftKey: true }))).toBe(true);
    expect(pressedKeys(press("Dead", "KeyE"))).toEqual([]);
  });
});
