import { classes } from "./classes.ts";
import { isMac } from "./is-mac.ts";

const MAC: Readonly<Record<string, string>> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧", Enter: "↵", Delete: "⌫", Backspace: "⌫", Tab: "⇥", Escape: "Esc" };
const OTHERS: Readonly<Record<string, string>> = { Escape: "Esc", Delete: "Del" };
const ARROWS: Readonly<Record<string, string>> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
/** As they are read out. */
const SPOKEN: Readonly<Record<string, string>> = { "↑": "Up", "↓": "Down", "←": "Left", "→": "Right", "⌘": "Command", "⌥": "Option", "⇧": "Shift" };

/** Keys to press, written "Ctrl+Shift+Z", as this machine prints them. `onFill`: on a button with a fill. */
export function Kbd({ keys, onFill = false }: { keys: string; onFill?: boolean }) {
  return (
    <span className="inline-flex shrink-0 gap-0.5">
      {keyNames(keys).map((key) => (
        <kbd
          key={key}
          className={classes(
            "inline-flex h-4 min-w-4 items-center justify-center rounded-sm border px-1 font-sans text-2xs leading-none",
            onFill ? "border-current/25 bg-black/15 text-inherit in-disabled:bg-transparent" : "border-line bg-hover text-ink-muted",
          )}
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}

/** The names of the keys as they are printed on this machine's keyboard. The last one may be "+". */
export function keyNames(keys: string): string[] {
  return keys.split(/(?<=[^+])\+/).map((key) => ARROWS[key] ?? (isMac ? MAC : OTHERS)[key] ?? key);
}

/** The same in words, for who listens. */
export function spokenKeys(keys: string): string {
  return keyNames(keys)
    .map((key) => SPOKEN[key] ?? key)
    .join(" ");
}
