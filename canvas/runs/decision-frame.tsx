import { type ReactNode, useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import type { Json } from "#runtime/graph/json.ts";
import { countApprovals, decideApproval, type Gate, listApprovals, readApproval } from "#server/contract/approvals.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Input } from "../ui/input.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { ChoiceList, type ChoiceOption } from "./choice-list.tsx";
import type { DecisionState } from "./gates/decision-state.ts";

export interface DecisionFrameProps {
  gate: Gate;
  /** What the choices are about, in a word or two. */
  label: string;
  options: readonly ChoiceOption[];
  state: DecisionState;
  /** Goes with the decision; `undefined`: nothing does. */
  edited: Json | undefined;
  /** Whether what goes with the decision can be sent. */
  isReady: boolean;
  /** On the button. */
  verb: string;
  /** The decision cannot be taken back and may do harm. */
  isDangerous?: boolean;
  onDecided?: ((gate: Gate) => void) | undefined;
  /** What the decision needs to know. */
  children?: ReactNode;
}

/** Choices, a note, and the button that decides. */
export function DecisionFrame({ gate, label, options, state, edited, isReady, verb, isDangerous = false, onDecided, children }: DecisionFrameProps) {
  const [note, setNote] = useState("");
  const form = useRef<HTMLFormElement | null>(null);
  const decide = useChange(decideApproval, { stale: [listApprovals, readApproval, countApprovals] });
  const { decision, focus } = state;
  const lacksNote = "needNote" in gate && decision !== undefined && gate.needNote.includes(decision) && note.trim() === "";
  const submit = () => {
    if (!decision || !isReady || lacksNote) return;
    const body = { decision, digest: gate.digest, ...(edited !== undefined && { edited }), ...(note.trim() !== "" && { note: note.trim() }) };
    // the promise, not a callback of the mutation: news of the decision may take this form away before its answer comes
    decide.mutateAsync({ params: { id: gate.id }, body }).then(
      (after) => {
        if (after.state === "pending") toast("Your vote is kept", { description: "The run goes on when enough people have decided the same." });
        onDecided?.(after);
      },
      () => undefined,
    );
  };
  useEffect(() => {
    if (focus) form.current?.querySelector<HTMLElement>(focus.on === "note" ? "[data-note]" : "[type=submit]")?.focus();
  }, [focus]);
  return (
    <form
      ref={form}
      aria-label={`Decide about ${gate.label}`}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <ChoiceList label={label} options={options} value={decision} onChange={state.choose} />
      {children}
      {decision && (
        <Input
          data-note=""
          aria-label="Note"
          placeholder={lacksNote ? "Why (this decision takes a reason)" : "Why (kept with the run)"}
          maxLength={2_000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
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
        <Button type="submit" look={isDangerous ? "danger" : "primary"} className="self-start" busy={decide.isPending} disabled={!isReady || lacksNote}>
          {verb}
        </Button>
      )}
    </form>
  );
}
