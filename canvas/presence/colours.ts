/** Light enough to bear black text, on dark and on light ground. */
const COLOURS = ["#7fb3ff", "#f7a36f", "#8ddb9a", "#e59bf2", "#f2cf6b", "#6fd8d2", "#ff9bb3", "#b9a6ff", "#c5d86d", "#9ad0f5"] as const;

/** The colour somebody has everywhere, by their id. */
export function colourOf(id: string): string {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return COLOURS[sum % COLOURS.length] ?? COLOURS[0];
}
