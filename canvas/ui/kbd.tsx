import { classes } from "./classes.ts";

const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
const MAC: Readonly<Record<string, string>> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧", Enter: "↵", Delete: "⌫" };

/** Keys to press, written "Ctrl+Shift+Z", as this machine prints them. `onFill`: on a button with a fill. */
export function Kbd({ keys, onFill = false }: { keys: string; onFill?: boolean }) {
  return (
    <span className="inline-flex gap-0.5">
      {keys.split("+").map((key) => (
        <kbd
          key={key}
          className={classes(
            "inline-flex h-4 min-w-4 items-center justify-center rounded-sm border px-1 font-sans text-2xs leading-none",
            onFill ? "border-white/25 bg-white/10 text-on-accent" : "border-line bg-hover text-ink-muted",
          )}
        >
          {isMac ? (MAC[key] ?? key) : key}
        </kbd>
      ))}
    </span>
  );
}
