import { create } from "zustand";
import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { IterationPath } from "#runtime/run/events.ts";
import { containersOf } from "#runtime/run/node-runs.ts";

/** Which iteration of a container somebody looks at, by container; nobody else sees it. */
export type ChosenIterations = Readonly<Record<NodeId, number>>;

interface IterationChoice {
  /** Choices of another run mean nothing. */
  run: RunId | undefined;
  chosen: ChosenIterations;
  choose(run: RunId, chosen: ChosenIterations): void;
}

export const useIterationChoice = create<IterationChoice>()((set) => ({
  run: undefined,
  chosen: {},
  choose: (run, chosen) => set((before) => ({ run, chosen: before.run === run ? { ...before.chosen, ...chosen } : chosen })),
}));

/** Chooses the iterations a node run is in. */
export function chooseAround(run: RunId, plan: Plan, of: { node: NodeId; path: IterationPath }): void {
  const around = containersOf(plan, of);
  useIterationChoice.getState().choose(run, Object.fromEntries(of.path.map((index, depth) => [around[depth] ?? of.node, index])));
}

const NONE: ChosenIterations = {};

export function useChosenIterations(run: RunId | undefined): ChosenIterations {
  return useIterationChoice((state) => (state.run === run ? state.chosen : NONE));
}
