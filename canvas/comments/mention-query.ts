/** What is being typed after an `@` right before the caret; undefined when nobody is being named there. */
export function mentionQuery(text: string, caret: number): { from: number; query: string } | undefined {
  const match = /(?:^|[\s(])@([\p{L}\p{N}._'-]*(?: [\p{L}\p{N}._'-]*)?)$/u.exec(text.slice(0, caret));
  const query = match?.[1];
  return query === undefined ? undefined : { from: caret - query.length - 1, query };
}

/** Puts a name in the place of what was typed of it; answers the text and where the caret stands then. */
export function withMention(text: string, { from, caret, name }: { from: number; caret: number; name: string }): { text: string; caret: number } {
  const named = `@${name} `;
  const rest = text.slice(caret);
  return {
    text: text.slice(0, from) + named + (rest.startsWith(" ") ? rest.slice(1) : rest),
    caret: from + named.length,
  };
}

/** Of the people that were chosen, those whose names are still there. */
export function stillMentioned<Person extends { name: string }>(text: string, chosen: readonly Person[]): Person[] {
  const named = new Set<string>();
  let rest = text;
  // the longer of two names that begin alike goes first: "@Ann Lee" does not name an Ann
  for (const name of [...new Set(chosen.map((person) => person.name))].sort((one, other) => other.length - one.length)) {
    const without = withoutName(rest, name);
    if (without !== rest) named.add(name);
    rest = without;
  }
  return chosen.filter(({ name }) => named.has(name));
}

/** The text without the places where somebody of a name is named whole. */
function withoutName(text: string, name: string): string {
  return text.split(`@${name}`).reduce((before, after) => (/^[\p{L}\p{N}]/u.test(after) ? `${before}@${name}${after}` : `${before}\n${after}`));
}
