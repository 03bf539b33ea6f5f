import type { NodeId } from "#runtime/graph/ids.ts";
import { planIndex } from "#runtime/run/plan-index.ts";
import { type ChildRecord, type FinalState, type NodeRun, nodeKey } from "#runtime/run/run-state.ts";
import type { KnownRun } from "./iterations-view.ts";

/** Iterations that run in runs of their own, part by part, as far as the run around them knows: it hears of a part when it begins and when it ends. */
export interface DelegatedParts {
  /** Iterations in all, and those of parts that ended well. */
  readonly total: number;
  readonly done: number;
  /** Iterations of parts that go on. */
  readonly underWay: number;
  /** Parts that failed, and parts that were stopped. */
  readonly failed: number;
  readonly stopped: number;
  /** In order of their beginning. */
  readonly parts: readonly ChildRecord[];
}

/** Of a container's run; undefined where its iterations are those of the run itself. `isOver`: what has not told its end was stopped. */
export function partsOf({ iterations, children = [] }: NodeRun, isOver: boolean): DelegatedParts | undefined {
  if (!iterations?.delegated) return undefined;
  const parts = children.filter(({ purpose }) => purpose === "slice");
  const endOf = ({ end }: ChildRecord) => end?.state ?? (isOver ? "cancelled" : undefined);
  const partsThat = (...ends: (FinalState | undefined)[]) => parts.filter((part) => ends.includes(endOf(part)));
  return {
    total: iterations.first + iterations.count,
    done: itemsOf(partsThat("succeeded")),
    underWay: itemsOf(partsThat(undefined)),
    failed: partsThat("failed", "timed-out").length,
    stopped: partsThat("cancelled", "killed").length,
    parts,
  };
}

function itemsOf(parts: readonly ChildRecord[]): number {
  return parts.reduce((sum, { count = 0 }) => sum + count, 0);
}

/** Of the outermost container around a node, which is what a card has time to look at: a container further in may have run 100,000 times. */
export function partsAround({ state }: KnownRun, node: NodeId): DelegatedParts | undefined {
  if (!state) return undefined;
  const [container] = planIndex(state.plan).around.get(node) ?? [];
  const run = container && state.nodes.get(nodeKey(container, []));
  return run && partsOf(run, state.phase.type === "finished");
}

/** "500 of 620 done · 120 under way". */
export function partsText({ total, done, underWay, failed, stopped }: DelegatedParts): string {
  const others = [
    underWay > 0 && `${underWay.toLocaleString("en")} under way`,
    failed > 0 && (failed === 1 ? "1 part failed" : `${failed} parts failed`),
    stopped > 0 && (stopped === 1 ? "1 part stopped" : `${stopped} parts stopped`),
  ];
  return [`${done.toLocaleString("en")} of ${total.toLocaleString("en")} done`, ...others.filter((each) => each !== false)].join(" · ");
}
