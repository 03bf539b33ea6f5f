import { useId } from "react";
import type { WorkflowContent, WorkflowInput, WorkflowOutput } from "#runtime/node/workflow.ts";
import type { OfferedParts } from "#server/contract/comfy-workflows.ts";
import { Input } from "../ui/input.tsx";
import { Switch } from "../ui/switch.tsx";
import { inputWords, outputWords } from "./workflow-words.ts";

/** What is offered of a workflow, taken from its content: for a start, or as it is. */
export function offeredOf({ inputs, outputs }: Pick<WorkflowContent, "inputs" | "outputs">): OfferedParts {
  return {
    inputs: inputs.map(({ node, field, name, title, isShown }) => ({ node, field, name, title, isShown })),
    outputs: outputs.map(({ node, name, title, isShown }) => ({ node, name, title, isShown })),
  };
}

interface OfferedPartsProps {
  content: Pick<WorkflowContent, "inputs" | "outputs">;
  offered: OfferedParts;
  /** Absent: only to be looked at. */
  onChange?(offered: OfferedParts): void;
}

/** The inputs and outputs that were found: which of them are shown, and what they are called. */
export function OfferedPartsList({ content, offered, onChange }: OfferedPartsProps) {
  const changeAt = <Part,>(parts: readonly Part[], index: number, part: Partial<Part>) => parts.map((each, at) => (at === index ? { ...each, ...part } : each));
  return (
    <div className="flex flex-col gap-4">
      <Parts
        title="Inputs"
        empty="There is nothing in it that can be set."
        parts={content.inputs.map((input) => ({ part: input, words: inputWords(input) }))}
        offered={offered.inputs}
        onChange={onChange && ((index, part) => onChange({ ...offered, inputs: changeAt(offered.inputs, index, part) }))}
      />
      <Parts
        title="Outputs"
        empty="Nothing in it is known to put anything out."
        parts={content.outputs.map((output) => ({ part: output, words: outputWords(output) }))}
        offered={offered.outputs}
        onChange={onChange && ((index, part) => onChange({ ...offered, outputs: changeAt(offered.outputs, index, part) }))}
      />
    </div>
  );
}

interface PartsProps {
  title: string;
  empty: string;
  parts: readonly { part: WorkflowInput | WorkflowOutput; words: string }[];
  offered: readonly { title: string; isShown: boolean }[];
  onChange: ((index: number, part: { title?: string; isShown?: boolean }) => void) | undefined;
}

function Parts({ title, empty, parts, offered, onChange }: PartsProps) {
  const shown = offered.filter(({ isShown }) => isShown).length;
  return (
    <section aria-label={title} className="flex flex-col gap-1.5">
      <h3 className="font-medium text-sm">
        {title} <span className="font-normal text-ink-muted text-xs">{parts.length > 0 && `${shown} of ${parts.length} offered`}</span>
      </h3>
      {parts.length === 0 && <p className="text-ink-muted text-sm">{empty}</p>}
      <ul className="flex flex-col divide-y divide-line rounded-md border border-line empty:hidden">
        {parts.map(({ part, words }, index) => (
          <PartRow
            key={`${part.node}/${"field" in part ? part.field : ""}`}
            part={part}
            words={words}
            offered={offered[index] ?? part}
            onChange={onChange && ((change) => onChange(index, change))}
          />
        ))}
      </ul>
    </section>
  );
}

interface PartRowProps {
  part: WorkflowInput | WorkflowOutput;
  words: string;
  offered: { title: string; isShown: boolean };
  onChange: ((part: { title?: string; isShown?: boolean }) => void) | undefined;
}

function PartRow({ part, words, offered, onChange }: PartRowProps) {
  const id = useId();
  const isUntitled = offered.title.trim() === "";
  const where = "field" in part ? `${part.nodeTitle} › ${part.field}` : part.nodeTitle;
  return (
    <li className="flex items-center gap-3 px-2.5 py-1.5">
      <Switch id={id} checked={offered.isShown} label={`Offer ${offered.title}`} disabled={!onChange} onChange={(isShown) => onChange?.({ isShown })} />
      <div className="min-w-0 flex-1">
        {onChange ? (
          <>
            <Input
              aria-label={`Title of ${where}`}
              value={offered.title}
              maxLength={200}
              invalid={isUntitled}
              aria-describedby={isUntitled ? `${id}-problem` : undefined}
              onChange={(event) => onChange({ title: event.target.value })}
            />
            {isUntitled && (
              <p id={`${id}-problem`} className="mt-1 text-danger text-xs">
                Give it a title.
              </p>
            )}
          </>
        ) : (
          <p className="truncate text-sm">{offered.title}</p>
        )}
      </div>
      <div className="w-52 min-w-0 shrink-0 text-2xs text-ink-muted max-md:w-32">
        <p className="truncate">{words}</p>
        <p className="truncate" title={where}>
          {where}
        </p>
      </div>
    </li>
  );
}
