import { type ReactNode, useMemo } from "react";
import type { Graph } from "#runtime/graph/schema.ts";
import { useReferences } from "../document/analysis.tsx";
import { useEditor } from "../document/editor-context.ts";
import { ChangeList } from "../revisions/change-list.tsx";
import { summaryOf } from "../revisions/change-words.ts";
import { ComparisonSection } from "../revisions/comparison-section.tsx";
import { TextDifference } from "../revisions/text-difference.tsx";
import type { Comparison } from "../revisions/use-comparison.ts";
import type { Against } from "../revisions/use-history-address.ts";
import { useRevisionActions } from "../revisions/use-revision-actions.ts";
import { agentSettingsOf } from "./capabilities.ts";
import { agentNodeOf } from "./tool-nodes.ts";

/** In the place of the settings: a version beside the draft, or another one; its instructions line by line, then all that differs. */
export function AgentVersions({ number, against }: { number: number; against: Against }) {
  return (
    <ComparisonSection number={number} against={against} what="version">
      {(compared) => <Differences comparison={compared} />}
    </ComparisonSection>
  );
}

function Differences({ comparison }: { comparison: Comparison }) {
  const { edits } = useEditor();
  const { restore } = useRevisionActions();
  const { before, after } = comparison;
  const instructionsOf = useInstructions();
  const [old, now] = [instructionsOf(before.graph), instructionsOf(after.graph)];
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-3xl flex-col gap-6 px-6 py-6 max-lg:px-4">
        <Part title="Instructions" text={`${before.title} → ${after.title.toLowerCase()}`}>
          {old === now ? (
            <>
              <p className="text-ink-muted text-sm">They are the same in both.</p>
              <pre className="wrap-anywhere max-h-80 overflow-y-auto whitespace-pre-wrap rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs leading-5">
                {now}
              </pre>
            </>
          ) : (
            <TextDifference before={old} after={now} />
          )}
        </Part>
        <Part title="All that differs" text={summaryOf(comparison.diff)}>
          <div className="overflow-hidden rounded-lg border border-line bg-surface">
            <ChangeList comparison={comparison} restore={edits && restore} />
          </div>
        </Part>
      </div>
    </div>
  );
}

function useInstructions(): (graph: Graph) => string {
  const references = useReferences();
  return useMemo(
    () => (graph) => {
      const node = agentNodeOf(graph, references);
      return node ? agentSettingsOf(node).instructions : "";
    },
    [references],
  );
}

function Part({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h2 className="flex flex-wrap items-baseline gap-2 font-semibold text-base">
        {title}
        <span className="font-normal text-ink-faint text-xs">{text}</span>
      </h2>
      {children}
    </section>
  );
}
