import { initials } from "../ui/initials.ts";

const COLOURS = ["#7fb3ff", "#f7a36f", "#8ddb9a", "#e59bf2", "#f2cf6b", "#6fd8d2", "#ff9bb3", "#b9a6ff"] as const;

/** A person in a circle; the name stands beside it. */
export function PersonMark({ name }: { name: string }) {
  const sum = [...name].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 997, 7);
  return (
    <span
      aria-hidden
      className="flex size-5 shrink-0 items-center justify-center rounded-full font-semibold text-black"
      style={{ background: COLOURS[sum % COLOURS.length], fontSize: 9 }}
    >
      {initials(name)}
    </span>
  );
}
