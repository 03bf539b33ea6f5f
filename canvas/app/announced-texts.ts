/** What was added, for who listens. */
export function addedText(labels: readonly string[]): string {
  const [only, ...others] = labels;
  return only !== undefined && others.length === 0 ? `${only === "" ? "A node" : only} added` : `${labels.length} nodes added`;
}

/** Who came and who went; nothing when it is the same people. */
export function arrivalText(before: readonly string[], now: readonly string[]): string {
  const came = now.filter((name) => !before.includes(name));
  const went = before.filter((name) => !now.includes(name));
  return [came.length > 0 && `${listed(came)} ${came.length === 1 ? "is" : "are"} here now`, went.length > 0 && `${listed(went)} left`]
    .filter(Boolean)
    .join(". ");
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
