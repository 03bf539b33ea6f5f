import { type Ref, useState } from "react";
import type { Gate } from "#server/contract/approvals.ts";
import { readPlan } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { useSession } from "../session/use-session.ts";
import { Field } from "../ui/field.tsx";
import { TextArea } from "../ui/input.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { BudgetDecision } from "./budget-decision.tsx";
import { DecisionFrame } from "./decision-frame.tsx";
import { AskedDecision } from "./gates/asked-decision.tsx";
import { type DecisionHandle, type DecisionState, useDecisionState } from "./gates/decision-state.ts";
import { parseOutputs } from "./parse-outputs.ts";

export interface DecisionFormProps {
  gate: Gate;
  handle?: Ref<DecisionHandle> | undefined;
  onDecided?: ((gate: Gate) => void) | undefined;
}

/** What a person decides where a run waits for one; who may not decide can read it, and is told whom to ask. */
export function DecisionForm({ gate, handle, onDecided }: DecisionFormProps) {
  const session = useSession();
  const state = useDecisionState(handle);
  const isUnknown = session?.person === false && session.mode === "single-user";
  return (
    <fieldset disabled={!gate.mayDecide} className="flex min-w-0 flex-col gap-3">
      {gate.whyNot !== null &&
        (isUnknown ? (
          <PersonNotice what="Deciding needs a person." />
        ) : (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm">You can read this, but not decide it. {gate.whyNot}</p>
        ))}
      <Decision gate={gate} state={state} onDecided={onDecided} />
    </fieldset>
  );
}

interface DecisionProps<Kind extends Gate = Gate> {
  gate: Kind;
  state: DecisionState;
  onDecided: DecisionFormProps["onDecided"];
}

function Decision({ gate, ...rest }: DecisionProps) {
  switch (gate.kind) {
    case "uncertain":
      return <UncertainDecision gate={gate} {...rest} />;
    case "approval":
    case "tool-call":
    case "elicitation":
      return <AskedDecision gate={gate} {...rest} />;
    case "budget":
      return <BudgetDecision gate={gate} {...rest} />;
  }
}

const CHOICES: Readonly<Record<string, { label: string; text: string; verb: string }>> = {
  happened: { label: "It happened", text: "The run goes on with the outputs you enter here.", verb: "Go on" },
  failed: { label: "It did not happen", text: "The node fails; its failure policy says what comes next.", verb: "Let it fail" },
  again: { label: "Run it again", text: "If it did happen after all, it happens twice.", verb: "Run it again" },
};

/** Where a write ended without proof of what happened. */
function UncertainDecision({ gate, state, onDecided }: DecisionProps<Extract<Gate, { kind: "uncertain" }>>) {
  const { decision } = state;
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
      state={state}
      onDecided={onDecided}
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
          <TextArea id={`outputs-${gate.id}`} mono value={text} onChange={(event) => setOutputs(event.target.value)} />
        </Field>
      )}
    </DecisionFrame>
  );
}

function emptyOutputs(ports: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(ports.map((port) => [port, null])), null, 2);
}
