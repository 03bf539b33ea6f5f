import type { Gate, GateKind } from "#server/contract/approvals.ts";

/** What each kind of gate is called, and what it is about. */
export const GATE_KINDS: Readonly<Record<GateKind, { label: string; text: string }>> = {
  approval: { label: "Approval", text: "The node asks before it goes on." },
  "tool-call": { label: "Tool call", text: "An agent is about to do something and asks first." },
  elicitation: { label: "Question", text: "A tool asks for something while it is called." },
  budget: { label: "Over budget", text: "The node would use more than its budget or that of the run allows." },
  uncertain: {
    label: "Did it happen?",
    text: "The write was begun, and nothing proved how it ended. Look in the outside system, then say what is true.",
  },
};

/** What the node calls it; otherwise "ask-again" becomes "Ask again". */
export function decisionName(decision: string, gate?: Gate): string {
  if (gate && "titles" in gate && Object.hasOwn(gate.titles, decision)) return gate.titles[decision] ?? decision;
  const words = decision.replaceAll(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const REFUSALS = /^(reject|refuse|decline|cancel|kill|stop|failed|no\b)/i;

/** Ends or stops something: it is shown as what may do harm. */
export function isRefusal(decision: string): boolean {
  return REFUSALS.test(decision);
}

/** The decision by which what is asked goes on as usual, and the one that says no to it. */
export function usualDecisions({ decisions }: Pick<Gate, "decisions">): { yes: string | undefined; no: string | undefined } {
  return { yes: decisions[0], no: decisions.find((decision, index) => index > 0 && isRefusal(decision)) };
}

/** What is asked, in one line. */
export function gateTitle(gate: Gate): string {
  if ("title" in gate) return gate.title;
  return gate.kind === "budget" ? `${gate.label} wants more budget` : `Did ${gate.label} happen?`;
}
