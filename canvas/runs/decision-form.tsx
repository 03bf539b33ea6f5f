import { useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { decideApproval, type Gate, listApprovals } from "#server/contract/approvals.ts";
import { readPlan } from "#server/contract/runs.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Field } from "../ui/field.tsx";
import { Input, TextArea } from "../ui/input.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { parseOutputs } from "./parse-outputs.ts";

type Decision = Gate["decisions"][number];

const CHOICES: Readonly<Record<Decision, { label: string; text: string; verb: string }>> = {
  happened: { label: "It happened", text: "The run goes on with the outputs you enter here.", verb: "Go on" },
  failed: { label: "It did not happen", text: "The node fails; its failure policy says what comes next.", verb: "Let it fail" },
  again: { label: "Run it again", text: "If it did happen after all, it happens twice.", verb: "Run it again" },
};

/** What a person decides where a write ended without proof of what happened. */
export function DecisionForm({ gate }: { gate: Gate }) {
  const [decision, setDecision] = useState<Decision | undefined>(undefined);
  const [outputs, setOutputs] = useState<string | undefined>(undefined);
  const [note, setNote] = useState("");
  const plan = useApi(readPlan, { params: { id: gate.run } }, { isImmutable: true });
  const decide = useChange(decideApproval, { stale: [listApprovals] });
  const ports = Object.keys(plan.data?.nodes[gate.node]?.outputs ?? {});
  const text = outputs ?? emptyOutputs(ports);
  const parsed = decision === "happened" ? parseOutputs(text, ports) : { ok: true as const, value: undefined };
  const submit = () => {
    if (!decision || !parsed.ok) return;
    const edited: Record<string, Json> | undefined = parsed.value;
    decide.mutate({ params: { id: gate.id }, body: { decision, ...(edited && { edited }), ...(note.trim() !== "" && { note: note.trim() }) } });
  };
  return (
    <form
      aria-label={`Decide about ${gate.label}`}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div role="radiogroup" aria-label="What happened" className="flex flex-col gap-1.5">
        {gate.decisions.map((choice) => (
          <Choice key={choice} choice={choice} isChosen={choice === decision} onChoose={() => setDecision(choice)} />
        ))}
      </div>
      {decision === "happened" && (
        <Field
          label="Outputs, by port"
          htmlFor={`outputs-${gate.id}`}
          description="JSON, as the outside system gave it. Leave a port out to skip what hangs on it."
          errors={parsed.ok ? [] : [parsed.message]}
        >
          <TextArea id={`outputs-${gate.id}`} mono value={text} invalid={!parsed.ok} onChange={(event) => setOutputs(event.target.value)} />
        </Field>
      )}
      {decision && (
        <>
          <Input aria-label="Note" placeholder="Why (kept with the run)" maxLength={2_000} value={note} onChange={(event) => setNote(event.target.value)} />
          {decide.error &&
            (hasCode(decide.error, "person-required") ? (
              <PersonNotice what="Deciding needs a person." />
            ) : (
              <p role="alert" className="text-danger text-xs">
                {errorText(decide.error)}
              </p>
            ))}
          <Button type="submit" look={decision === "again" ? "danger" : "primary"} className="self-start" busy={decide.isPending} disabled={!parsed.ok}>
            {CHOICES[decision].verb}
          </Button>
        </>
      )}
    </form>
  );
}

function Choice({ choice, isChosen, onChoose }: { choice: Decision; isChosen: boolean; onChoose(): void }) {
  const { label, text } = CHOICES[choice];
  return (
    <label
      className={classes(
        "flex cursor-pointer gap-2.5 rounded-md border px-3 py-2 transition-colors duration-(--quick)",
        isChosen ? "border-accent bg-accent-soft" : "border-line hover:border-line-strong hover:bg-hover",
      )}
    >
      <input type="radio" name="decision" className="mt-1 accent-(--accent-fill)" checked={isChosen} onChange={onChoose} />
      <span>
        <span className="block font-medium text-sm">{label}</span>
        <span className="block text-ink-muted text-xs">{text}</span>
      </span>
    </label>
  );
}

function emptyOutputs(ports: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(ports.map((port) => [port, null])), null, 2);
}
