const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
const MAC: Readonly<Record<string, string>> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧", Enter: "↵", Delete: "⌫" };

/** Keys to press, written "Ctrl+Shift+Z", as this machine prints them. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-0.5">
      {keys.split("+").map((key) => (
        <kbd
          key={key}
          className="inline-flex h-4 min-w-4 items-center justify-center rounded-sm border border-line bg-hover px-1 font-sans text-2xs text-ink-muted leading-none"
        >
          {isMac ? (MAC[key] ?? key) : key}
        </kbd>
      ))}
    </span>
  );
}
