import { toast } from "sonner";
import { listToolRules, searchTools, setToolRule, type ToolRule, type ToolRuleEntry } from "#server/contract/tools.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { RULE_WORDS } from "./rule-words.ts";

export interface RuleChange {
  cell: Pick<ToolRuleEntry, "subject" | "connection" | "tool">;
  /** Null: no rule of its own. */
  from: ToolRule | null;
  to: ToolRule | null;
  /** Of whom and what it speaks. */
  about: string;
}

/** Sets a rule at once, and offers to undo it. */
export function useSetRule(): (change: RuleChange) => void {
  const change = useChange(setToolRule, { stale: [listToolRules, searchTools] });
  const set = ({ cell, from, to, about }: RuleChange) => {
    if (from === to) return;
    change.mutate(
      { body: { ...cell, rule: to } },
      {
        onSuccess: () =>
          toast.success(to === null ? `No rule of its own: ${about}` : `${RULE_WORDS[to].title}: ${about}`, {
            action: { label: "Undo", onClick: () => set({ cell, from: to, to: from, about }) },
          }),
        onError: (error) => toast.error("The rule was not changed", { description: errorText(error) }),
      },
    );
  };
  return set;
}
