import { type ReactNode, useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { decideApproval, type Gate, listApprovals, readApproval } from "#server/contract/approvals.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Input } from "../ui/input.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { ChoiceList, type ChoiceOption } from "./choice-list.tsx";

export interface DecisionFrameProps {
  gate: Gate;
  /** What the choices are about, in a word or two. */
  label: string;
  options: readonly ChoiceOption[];
  decision: string | undefined;
  onChoose(decision: string): void;
  /** Goes with the decision; `undefined`: nothing does. */
  edited: Json | undefined;
  /** Whether what goes with the decision can be sent. */
  isReady: boolean;
  /** On the button. */
  verb: string;
  /** The decision cannot be taken back and may do harm. */
  isDangerous?: boolean;
  /** What the decision needs to know. */
  children?: ReactNode;
}

/** Choices, a note, and the button that decides. */
export function DecisionFrame({ gate, label, options, decision, onChoose, edited, isReady, verb, isDangerous = false, children }: DecisionFrameProps) {
  const [note, setNote] = useState("");
  const decide = useChange(decideApproval, { stale: [listApprovals, readApproval] });
  const submit = () => {
    if (!decision || !isReady) return;
    const body = { decision, ...(edited !== undefined && { edited }), ...(note.trim() !== "" && { note: note.trim() }) };
    decide.mutate({ params: { id: gate.id }, body });
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
      <ChoiceList label={label} options={options} value={decision} onChange={onChoose} />
      {children}
      {decision && (
        <Input aria-label="Note" placeholder="Why (kept with the run)" maxLength={2_000} value={note} onChange={(event) => setNote(event.target.value)} />
      )}
      {decide.error &&
        (hasCode(decide.error, "person-required") ? (
          <PersonNotice what="Deciding needs a person." />
        ) : (
          <p role="alert" className="text-danger text-xs">
            {errorText(decide.error)}
          </p>
        ))}
      {decision && (
        <Button type="submit" look={isDangerous ? "danger" : "primary"} className="self-start" busy={decide.isPending} disabled={!isReady}>
          {verb}
        </Button>
      )}
    </form>
  );
}
