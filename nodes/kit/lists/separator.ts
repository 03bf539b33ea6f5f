/** What a separator stands for that was typed in one line: `\n` is a line break, `\t` a tab, `\\` a backslash. */
export function readSeparator(typed: string): string {
  return typed.replaceAll(/\\([nt\\])/g, (_, letter: string) => (letter === "n" ? "\n" : letter === "t" ? "\t" : "\\"));
}
