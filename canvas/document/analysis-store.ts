import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import type { References } from "#runtime/node/references.ts";
import type { Problem } from "#runtime/plan/problems.ts";

/** What the compiler says of the graph, and what the graph depends on outside. */
export interface Analysis {
  readonly problems: readonly Problem[];
  readonly byNode: ReadonlyMap<NodeId, readonly Problem[]>;
  readonly byEdge: ReadonlyMap<EdgeId, readonly Problem[]>;
  readonly references: References;
}

/** What did not change keeps its identity, so that views can follow a part of it by `===`. */
export interface AnalysisStore {
  current(): Analysis;
  subscribe(listener: () => void): () => void;
  setProblems(problems: readonly Problem[]): void;
  setReferences(references: References): void;
}

export const NO_PROBLEMS: readonly Problem[] = [];

export function createAnalysisStore(references: References): AnalysisStore {
  let analysis: Analysis = { problems: NO_PROBLEMS, byNode: new Map(), byEdge: new Map(), references };
  const listeners = new Set<() => void>();
  const set = (next: Analysis) => {
    analysis = next;
    for (const listener of [...listeners]) listener();
  };
  return {
    current: () => analysis,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setProblems: (found) => {
      const problems = sameProblems(analysis.problems, found);
      if (problems === analysis.problems) return;
      set({ ...analysis, problems, byNode: grouped(analysis.byNode, problems, "node"), byEdge: grouped(analysis.byEdge, problems, "edge") });
    },
    setReferences: (found) => {
      const kept = sameReferences(analysis.references, found);
      if (kept !== analysis.references) set({ ...analysis, references: kept });
    },
  };
}

function grouped<Id extends NodeId | EdgeId>(before: ReadonlyMap<Id, readonly Problem[]>, problems: readonly Problem[], of: "node" | "edge") {
  const groups = new Map<Id, Problem[]>();
  for (const problem of problems) {
    const id = problem[of] as Id | undefined;
    if (id === undefined) continue;
    const group = groups.get(id);
    if (group) group.push(problem);
    else groups.set(id, [problem]);
  }
  return new Map([...groups].map(([id, group]) => [id, sameProblems(before.get(id) ?? NO_PROBLEMS, group)]));
}

function sameProblems(before: readonly Problem[], after: readonly Problem[]): readonly Problem[] {
  return before.length === after.length && before.every((problem, index) => isEqual(problem, after[index])) ? before : after;
}

/** Each reference that says what it said keeps its identity, and all of them together when none differs. */
function sameReferences(before: References, after: References): References {
  if (before === after) return before;
  const kept = Object.fromEntries(
    Object.entries(after).map(([key, found]) => {
      const known = before[key];
      return [key, known !== undefined && isEqual(known, found) ? known : found];
    }),
  );
  const keys = Object.keys(kept);
  return keys.length === Object.keys(before).length && keys.every((key) => kept[key] === before[key]) ? before : kept;
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
