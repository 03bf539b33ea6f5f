/** Where a command stands in the palette and in the list of keys. */
export const COMMAND_GROUPS = ["Add", "Edit", "Select", "Arrange", "View", "Run", "Together", "Go to"] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/**
 * Something a person can do in the editor. Keys, the command palette and the list of keys are all made from these, so that a
 * command that is written down once can be pressed, found and learnt.
 */
export interface Command {
  /** Kebab-case, unique: `align-left`. */
  id: string;
  /** What it does, as a person would say it: "Align left". */
  title: string;
  group: CommandGroup;
  /** In the order of precedence: `Ctrl+Shift+V`, `Shift+L`, `N`, `?`. `Ctrl` is also the Mac's Command key. Absent: found by name only. */
  keys?: readonly string[];
  /** More words it is searched by. */
  keywords?: readonly string[];
  /** Why it cannot be done now, in plain words; absent or undefined: it can. Asked when the palette opens and when its key is pressed. */
  blocked?: () => string | undefined;
  /** The key also works while somebody types in a field. */
  whileTyping?: boolean;
  /** Whether the key is meant, where it means something else too (Tab, arrows): false leaves it to the page. Absent: always. */
  when?: (event: KeyboardEvent) => boolean;
  /** Goes on while the key is held down. Arrows do so by themselves. */
  repeats?: boolean;
  /** Not in the palette: a key that is no use by name (walking with arrows, say). */
  hidden?: boolean;
  run(): void;
}
