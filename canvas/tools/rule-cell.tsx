import { Ban, Check, CornerDownRight, UserRoundCheck } from "lucide-react";
import { ALL, ruleOf } from "#server/contract/tool-rule-of.ts";
import type { ToolRule, ToolRuleEntry } from "#server/contract/tools.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { classes } from "../ui/classes.ts";
import { Menu } from "../ui/menu.tsx";
import { RULE_WORDS, RULES } from "./rule-words.ts";
import { useSetRule } from "./use-set-rule.ts";

const ICONS = { allow: Check, ask: UserRoundCheck, deny: Ban } as const;
const KEYS: Readonly<Record<string, ToolRule | null>> = { a: "allow", s: "ask", d: "deny", Delete: null, Backspace: null };

export interface RuleCellProps {
  /** All rules of the connection. */
  rules: readonly ToolRuleEntry[];
  cell: Pick<ToolRuleEntry, "subject" | "connection" | "tool">;
  subjectName: string;
  toolName: string;
}

/** What holds for a subject and a tool, and how to change it: by the menu, or by A, S, D and Delete. */
export function RuleCell({ rules, cell, subjectName, toolName }: RuleCellProps) {
  const set = useSetRule();
  const whyNot = useWhyNotByRole("connection.manage");
  const own = ownRule(rules, cell);
  const others = rules.filter(({ subject, tool }) => subject !== cell.subject || tool !== cell.tool);
  const inherited = ruleOf(others, cell);
  const shown = own ?? inherited;
  const Icon = ICONS[shown];
  const about = `${subjectName}, ${toolName}`;
  const change = (to: ToolRule | null) => set({ cell, from: own, to, about });
  const { title, tone } = RULE_WORDS[shown];
  const off = { disabled: whyNot !== undefined, detail: whyNot };
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`${about}: ${title}${own === null ? ", by a wider rule" : ""}`}
          onKeyDown={(event) => {
            const to = KEYS[event.key];
            if (to === undefined || whyNot !== undefined || event.ctrlKey || event.metaKey || event.altKey) return;
            event.preventDefault();
            event.stopPropagation();
            change(to);
          }}
          className={classes(
            "inline-flex h-7 w-28 shrink-0 items-center gap-1.5 rounded-md border px-2 text-xs hover:bg-hover",
            own === null ? "border-transparent text-ink-muted" : "border-line bg-raised font-medium",
          )}
        >
          <Icon size={13} aria-hidden className={classes("shrink-0", own === null ? "opacity-60" : tone)} />
          {title}
        </button>
      }
      items={[
        ...RULES.map((rule) => {
          const RuleIcon = ICONS[rule];
          return {
            type: "action" as const,
            label: RULE_WORDS[rule].title,
            detail: RULE_WORDS[rule].detail,
            keys: rule === "ask" ? "S" : RULE_WORDS[rule].title.charAt(0),
            icon: <RuleIcon size={14} className={RULE_WORDS[rule].tone} />,
            ...(whyNot !== undefined && off),
            onSelect: () => change(rule),
          };
        }),
        { type: "separator", id: "inherit" },
        {
          type: "action",
          label: "No rule of its own",
          keys: "Delete",
          icon: <CornerDownRight size={14} />,
          disabled: own === null || whyNot !== undefined,
          detail: `Then it is as the wider rules say: ${RULE_WORDS[inherited].title.toLowerCase()}.`,
          onSelect: () => change(null),
        },
      ]}
    />
  );
}

export function ownRule(rules: readonly ToolRuleEntry[], { subject, tool }: { subject: string; tool: string }): ToolRule | null {
  return rules.find((rule) => rule.subject === subject && rule.tool === tool)?.rule ?? null;
}

/** Everybody, as a subject of rules. */
export const EVERYBODY = { id: ALL, name: "Everybody" } as const;
