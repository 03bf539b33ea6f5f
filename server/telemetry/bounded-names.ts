const OTHER = "other";

/** Keeps a label's values few: names beyond the first `limit` become `other`, long ones are cut. */
export function createBoundedNames(limit: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    const cut = name.slice(0, 100);
    if (known.has(cut)) return cut;
    if (known.size >= limit) return OTHER;
    known.add(cut);
    return cut;
  };
}

/** Names out of a fixed list; what is not in it is `other`. */
export function createListedNames(names: Iterable<string>): (name: string | undefined) => string {
  const known = new Set(names);
  return (name) => (name !== undefined && known.has(name) ? name : OTHER);
}
