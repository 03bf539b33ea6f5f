import { useState } from "react";
import type { Gate } from "#server/contract/approvals.ts";
import { readPlan } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Field } from "../ui/field.tsx";
import { TextArea } from "../ui/input.tsx";
import { ApprovalDecision } from "./approval-decision.tsx";
import { BudgetDecision } from "./budget-decision.tsx";
import { DecisionFrame } from "./decision-frame.tsx";
import { parseOutputs } from "./parse-outputs.ts";

/** What a person decides where a run waits for one; who may not decide can read it. */
export function DecisionForm({ gate }: { gate: Gate }) {
  const whyNot = useWhyNotByRole("gate.decide");
  return (
    <fieldset disabled={whyNot !== undefined} className="flex min-w-0 flex-col gap-3">
      {whyNot !== undefined && <p className="rounded-md bg-warning-soft px-3 py-2 text-sm">You can read this, but not decide it. {whyNot}</p>}
      <Decision gate={gate} />
    </fieldset>
  );
}

function Decision({ gate }: { gate: Gate }) {
  switch (gate.kind) {
    case "uncertain":
      return <UncertainDecision gate={gate} />;
    case "approval":
      return <ApprovalDecision gate={gate} />;
    case "budget":
      return <BudgetDecision gate={gate} />;
  }
}

const CHOICES: Readonly<Record<string, { label: string; text: string; verb: string }>> = {
  happened: { label: "It happened", text: "The run goes on with the outputs you enter here.", verb: "Go on" },
  failed: { label: "It did not happen", text: "The node fails; its failure policy says what comes next.", verb: "Let it fail" },
  again: { label: "Run it again", text: "If it did happen after all, it happens twice.", verb: "Run it again" },
};

/** Where a write ended without proof of what happened. */
function UncertainDecision({ gate }: { gate: Extract<Gate, { kind: "uncertain" }> }) {
  const [decision, setDecision] = useState<string | undefined>(undefined);
  const [outputs, setOutputs] = useState<string | undefined>(undefined);
  const plan = useApi(readPlan, { params: { id: gate.run } }, { isImmutable: true });
  const ports = Object.keys(plan.data?.nodes[gate.node]?.outputs ?? {});
  const text = outputs ?? emptyOutputs(ports);
  const parsed = decision === "happened" ? parseOutputs(text, ports) : { ok: true as const, value: undefined };
  const options = gate.decisions.map((value) => ({ value, label: CHOICES[value]?.label ?? value, text: CHOICES[value]?.text }));
  return (
    <DecisionFrame
      gate={gate}
      label="What happened"
      options={options}
      decision={decision}
      onChoose={setDecision}
      edited={parsed.ok ? parsed.value : undefined}
      isReady={parsed.ok}
      verb={CHOICES[decision ?? ""]?.verb ?? "Decide"}
      isDangerous={decision === "again"}
    >
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
    </DecisionFrame>
  );
}

function emptyOutputs(ports: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(ports.map((port) => [port, null])), null, 2);
}
