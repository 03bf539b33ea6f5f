import type { Ref } from "react";
import { useImperativeHandle, useState } from "react";

/** What keys do to a decision that is being made. Nothing is sent by them: that takes the button. */
export interface DecisionHandle {
  choose(decision: string, focus: "note" | "button"): void;
  edit(): void;
}

export interface DecisionState {
  decision: string | undefined;
  choose(decision: string): void;
  /** Where the focus is to go, and how many times it was told to. */
  focus: { on: "note" | "button"; times: number } | undefined;
  isEditing: boolean;
  setEditing(editing: boolean): void;
}

/** A decision that is being made, by pointer or by keys from outside. */
export function useDecisionState(handle: Ref<DecisionHandle> | undefined): DecisionState {
  const [decision, setDecision] = useState<string | undefined>(undefined);
  const [focus, setFocus] = useState<DecisionState["focus"]>(undefined);
  const [isEditing, setEditing] = useState(false);
  useImperativeHandle(
    handle,
    () => ({
      choose: (chosen, on) => {
        setDecision(chosen);
        setFocus((before) => ({ on, times: (before?.times ?? 0) + 1 }));
      },
      edit: () => setEditing(true),
    }),
    [],
  );
  return { decision, choose: setDecision, focus, isEditing, setEditing };
}
