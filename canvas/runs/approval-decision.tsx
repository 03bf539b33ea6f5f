import { useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import type { Gate } from "#server/contract/approvals.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { TextArea } from "../ui/input.tsx";
import { JsonView } from "../ui/json-view.tsx";
import { DecisionFrame } from "./decision-frame.tsx";
import { parseJsonText } from "./parse-outputs.ts";

/** Where a node asks: the decisions it offers, and what it proposes, which may be changed. */
export function ApprovalDecision({ gate }: { gate: Extract<Gate, { kind: "approval" }> }) {
  const [decision, setDecision] = useState<string | undefined>(undefined);
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const parsed = draft === undefined ? undefined : parseJsonText(draft);
  const edited: Json | undefined = parsed?.ok && JSON.stringify(parsed.value) !== JSON.stringify(gate.details) ? parsed.value : undefined;
  const isDangerous = /reject|kill|refuse|stop/i.test(decision ?? "");
  return (
    <div className="flex flex-col gap-3">
      <p className="wrap-anywhere font-medium text-sm">{gate.title}</p>
      {draft === undefined ? (
        gate.details !== null && (
          <div className="flex flex-col gap-1.5">
            <div className="max-h-60 overflow-auto rounded-md border border-line bg-sunken p-2.5">
              <JsonView value={gate.details} />
            </div>
            <Button size="small" className="self-start" onClick={() => setDraft(JSON.stringify(gate.details, null, 2))}>
              Change this…
            </Button>
          </div>
        )
      ) : (
        <Field
          label="In place of what was proposed"
          htmlFor={`edited-${gate.id}`}
          description="JSON. It goes with your decision."
          errors={parsed?.ok === false ? [parsed.message] : []}
          aside={
            <Button size="small" look="quiet" onClick={() => setDraft(undefined)}>
              Leave it as it was
            </Button>
          }
        >
          <TextArea id={`edited-${gate.id}`} mono value={draft} invalid={parsed?.ok === false} onChange={(event) => setDraft(event.target.value)} />
        </Field>
      )}
      <DecisionFrame
        gate={gate}
        label="Decision"
        options={gate.decisions.map((value) => ({ value, label: named(value) }))}
        decision={decision}
        onChoose={setDecision}
        edited={edited}
        isReady={parsed?.ok !== false}
        verb={decision === undefined ? "Decide" : named(decision)}
        isDangerous={isDangerous}
      />
    </div>
  );
}

/** "ask-again" becomes "Ask again". */
function named(decision: string): string {
  const words = decision.replaceAll(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
