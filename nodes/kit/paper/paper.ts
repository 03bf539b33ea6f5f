/** The colours of what is drawn under or beside the nodes of a graph. */
export const PAPER_COLOURS = ["yellow", "blue", "green", "pink", "gray"] as const;
type PaperColour = (typeof PAPER_COLOURS)[number];

const HUES: Readonly<Record<PaperColour, string>> = { yellow: "#f5c451", blue: "#5aa9ff", green: "#4fd08b", pink: "#ff7eb6", gray: "#9aa4b2" };

/** Tinted with a colour over whatever the canvas has behind it, so that it works on dark and light. What is no colour is grey. */
export function paper(color: unknown, percent = 14): { background: string; border: string } {
  const hue = HUES[PAPER_COLOURS.find((known) => known === color) ?? "gray"];
  return { background: `color-mix(in oklab, ${hue} ${percent}%, transparent)`, border: `1px solid color-mix(in oklab, ${hue} 45%, transparent)` };
}
