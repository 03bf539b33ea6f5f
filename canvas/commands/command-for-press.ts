import type { Command } from "./command.ts";
import { normalKeys, pressedKeys } from "./key-combination.ts";

interface Circumstances {
  commands: readonly Command[];
  press: KeyboardEvent;
  /** The focus is where keys make text. */
  isTyping: boolean;
}

/** The command a key stands for; of several one that knows when it is meant, else the one that was offered last. */
export function commandForPress(given: Circumstances): Command | undefined {
  const { commands, press, isTyping } = given;
  const candidates = commands.filter((command) => command.keys !== undefined && (!isTyping || command.whileTyping)).reverse();
  for (const keys of pressedKeys(press)) {
    const found = candidates.filter((command) => command.keys?.some((key) => normalKeys(key) === keys));
    const meant = found.find(({ when }) => when?.(press)) ?? found.find(({ when }) => when === undefined);
    if (meant) return meant;
  }
  return undefined;
}
