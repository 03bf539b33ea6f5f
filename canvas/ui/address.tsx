import { CopyButton } from "./copy-button.tsx";

/** A web address to hand on: shown whole, and copied. */
export function Address({ text, label }: { text: string; label: string }) {
  return (
    <div className="flex items-start gap-1 rounded-md border border-line bg-surface py-0.5 pr-0.5 pl-2">
      <code className="wrap-anywhere min-w-0 flex-1 py-1 text-2xs leading-4">{text}</code>
      <CopyButton label={label} text={() => text} />
    </div>
  );
}
