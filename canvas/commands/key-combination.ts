import { isMac } from "../ui/is-mac.ts";

/** What a keyboard event says of the keys; the part of `KeyboardEvent` that is looked at. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  getModifierState?(modifier: string): boolean;
}

const NAMES: Readonly<Record<string, string>> = { " ": "Space", Spacebar: "Space", Esc: "Escape", Del: "Delete" };

/** A written combination (`Ctrl+Shift+Z`, `?`, `Shift+L`) in the one spelling that presses are compared by. */
export function normalKeys(keys: string): string {
  const parts = keys.split(/(?<=[^+])\+/);
  const key = parts.pop() ?? "";
  const held = new Set(parts.map((part) => part.toLowerCase()));
  return spelled({ ctrl: held.has("ctrl"), alt: held.has("alt"), shift: held.has("shift") }, normalKey(key));
}

/**
 * The combinations a press stands for, the likeliest first. A letter is the one on the key as the layout has it; where the layout has
 * none there (Cyrillic, or Alt on a Mac), the one of a keyboard from the USA. A sign such as `?` is what comes out, however it is made.
 */
export function pressedKeys(press: KeyPress, mac = isMac): string[] {
  if (press.key === "Dead" || press.key === "Unidentified" || press.key === "Process") return [];
  // AltGr is Ctrl and Alt to the browser, but it only chooses a sign
  const isAltGraph = press.getModifierState?.("AltGraph") === true;
  const ctrl = mac ? press.metaKey : press.ctrlKey && !isAltGraph;
  const isForeign = mac ? press.ctrlKey : press.metaKey;
  if (isForeign) return [];
  const held = { ctrl, alt: press.altKey && !isAltGraph, shift: press.shiftKey };
  const found = [spelled(held, normalKey(press.key))];
  const physical = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(press.code);
  const own = physical?.[1] ?? physical?.[2];
  if (own !== undefined && !/^[A-Za-z0-9]$/.test(press.key)) found.push(spelled(held, own));
  return [...new Set(found)];
}

function normalKey(key: string): string {
  if (key.length === 1) return NAMES[key] ?? key.toUpperCase();
  return NAMES[key] ?? key;
}

function spelled(held: { ctrl: boolean; alt: boolean; shift: boolean }, key: string): string {
  // Shift is part of how a sign is made, and no key of its own there
  const isSign = key.length === 1 && !/[A-Z0-9]/.test(key) && key.toLowerCase() === key.toUpperCase();
  return [held.ctrl && "Ctrl", held.alt && "Alt", held.shift && !isSign && "Shift", key].filter(Boolean).join("+");
}
