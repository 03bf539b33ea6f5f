import type { RevisionEntry } from "#server/contract/graphs.ts";

const REASONS: Readonly<Record<RevisionEntry["reason"], string>> = {
  cut: "Saved as a revision",
  run: "Cut for a run",
  restore: "Kept before a restore",
  replace: "Kept before the draft was replaced",
  publish: "Published",
  auto: "Kept when editing stopped",
};

/** What a revision is called: its name, what was said of it, or why there is one. */
export function titleOf({ name, message, reason }: Pick<RevisionEntry, "name" | "message" | "reason">): string {
  return name ?? (message || REASONS[reason]);
}

/** Why there is this revision, where it has a name and its title does not say so. */
export function reasonOf({ name, message, reason }: Pick<RevisionEntry, "name" | "message" | "reason">): string | undefined {
  return name === null ? undefined : message || REASONS[reason];
}

/** Who wrote it, the last one first; whoever cut it where nobody wrote. */
export function peopleOf({ authors, createdBy, names }: Pick<RevisionEntry, "authors" | "createdBy" | "names">, nameOf: (actor: string) => string): string[] {
  const actors = authors.length > 0 ? authors : [createdBy];
  return [...new Set(actors.map((actor) => nameWith(actor, names, nameOf)))];
}

/** "you" says more than one's own name. */
function nameWith(actor: string, names: Readonly<Record<string, string>>, nameOf: (actor: string) => string): string {
  const known = nameOf(actor);
  return known === "you" ? known : (names[actor] ?? known);
}

/** "Ada, Bob and 2 more". */
export function listedPeople(people: readonly string[]): string {
  if (people.length <= 2) return people.join(" and ");
  return `${people.slice(0, 2).join(", ")} and ${people.length - 2} more`;
}

export interface DayOfRevisions {
  /** "Today", "Yesterday", "Monday 3 August". */
  title: string;
  revisions: readonly RevisionEntry[];
}

const weekday = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });
const withYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

/** Revisions by the day they were cut on, on this machine's clock. */
export function byDay(revisions: readonly RevisionEntry[], now: Date): DayOfRevisions[] {
  const days = Map.groupBy(revisions, ({ createdAt }) => dayTitle(new Date(createdAt), now));
  return [...days].map(([title, group]) => ({ title, revisions: group }));
}

function dayTitle(at: Date, now: Date): string {
  const days = Math.round((startOf(now) - startOf(at)) / 86_400_000);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  return at.getFullYear() === now.getFullYear() ? weekday.format(at) : withYear.format(at);
}

function startOf(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
