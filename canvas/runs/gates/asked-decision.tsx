import { Pencil } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import type { AskedGate } from "#server/contract/approvals.ts";
import { Button } from "../../ui/button.tsx";
import { DecisionFrame, type DecisionFrameProps } from "../decision-frame.tsx";
import type { DecisionState } from "./decision-state.ts";
import { EditForm } from "./edit-form.tsx";
import { detailsOf } from "./gate-details.ts";
import { decisionName, isRefusal } from "./gate-words.ts";
import { ShownDetails } from "./shown-details.tsx";
import { WhoDecides } from "./who-decides.tsx";

export interface AskedDecisionProps {
  gate: AskedGate;
  state: DecisionState;
  onDecided?: DecisionFrameProps["onDecided"];
}

/** Where a node, an agent or a tool asks: what it shows, what may be edited of it, and the decisions it offers. */
export function AskedDecision({ gate, state, onDecided }: AskedDecisionProps) {
  const { edit } = gate;
  const [draft, setDraft] = useState<Json>(edit?.value ?? null);
  const form = useRef<HTMLDivElement | null>(null);
  // a question that is answered by filling in a form is nothing but its form
  const isEditing = edit !== null && (state.isEditing || gate.kind === "elicitation");
  useEffect(() => {
    if (state.isEditing) form.current?.querySelector<HTMLElement>("input, textarea, [role=combobox], [contenteditable]")?.focus();
  }, [state.isEditing]);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(edit?.value ?? null);
  const { decision } = state;
  const refuses = decision !== undefined && isRefusal(decision);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p className="wrap-anywhere font-medium text-sm">{gate.title}</p>
      <div ref={form} className="flex min-w-0 flex-col gap-3">
        <ShownDetails gate={gate} inPlace={isEditing ? (call) => <Edited gate={gate} call={call} draft={draft} onChange={setDraft} /> : undefined} />
      </div>
      {edit !== null && gate.kind !== "elicitation" && (
        <Button
          size="small"
          className="self-start"
          {...(!isEditing && { icon: <Pencil size={13} aria-hidden /> })}
          onClick={() => {
            if (isEditing) setDraft(edit.value);
            state.setEditing(!isEditing);
          }}
        >
          {isEditing ? "Leave it as it was" : "Edit…"}
        </Button>
      )}
      <WhoDecides gate={gate} />
      <DecisionFrame
        gate={gate}
        label="Decision"
        options={gate.decisions.map((value) => ({ value, label: decisionName(value, gate) }))}
        state={state}
        edited={isEditing && (isChanged || gate.kind === "elicitation") && !refuses ? draft : undefined}
        isReady
        verb={decision === undefined ? "Decide" : decisionName(decision, gate)}
        isDangerous={refuses}
        onDecided={onDecided}
      />
    </div>
  );
}

/** What may be put in the place of a value, or of the arguments of one call. */
function Edited({ gate, call, draft, onChange }: { gate: AskedGate; call: string | undefined; draft: Json; onChange(draft: Json): void }) {
  if (gate.edit === null) return null;
  const schema = gate.edit.schema as JsonSchema;
  if (call === undefined || detailsOf(gate).type !== "calls") return <EditForm schema={schema} value={draft} onChange={onChange} />;
  const values = typeof draft === "object" && draft !== null && !Array.isArray(draft) ? draft : {};
  const own = (schema.properties as JsonSchema | undefined)?.[call];
  if (typeof own !== "object" || own === null || Array.isArray(own)) return null;
  const { [call]: given, ...others } = values;
  if (given === undefined)
    return (
      <p className="flex items-center gap-2 text-ink-muted text-sm">
        It is not called.
        <Button size="small" look="quiet" onClick={() => onChange({ ...values, [call]: proposedOf(gate, call) })}>
          Call it after all
        </Button>
      </p>
    );
  return (
    <div className="flex flex-col items-start gap-3 *:first:w-full">
      {Object.keys(own.properties ?? {}).length > 0 ? (
        <EditForm schema={own} value={given} onChange={(next) => onChange({ ...values, [call]: next })} />
      ) : (
        <p className="text-ink-muted text-xs">It takes nothing.</p>
      )}
      <Button size="small" look="quiet" onClick={() => onChange(others)}>
        Leave this call out
      </Button>
    </div>
  );
}

function proposedOf({ edit }: AskedGate, call: string): Json {
  const proposed = edit?.value;
  return (typeof proposed === "object" && proposed !== null && !Array.isArray(proposed) ? proposed[call] : undefined) ?? {};
}
