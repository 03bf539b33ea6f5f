import type { Approvers } from "#runtime/node/outcome.ts";
import type { Role } from "../contract/access.ts";
import type { GateRow } from "../store/gates.ts";

/** Who may decide a gate now. */
export interface GateRule {
  roles: readonly Role[];
  /** Ids of accounts. */
  people: readonly string[];
  /** Whether the gate names them, or they are those who decide in general. */
  isNamed: boolean;
  /** May not decide, because they started the run. */
  starter: string | undefined;
  quorum: number;
}

/** The owner of the installation: there may be nobody else to hold a role, so they hold all of them. */
export const LOCAL = "local";
/** Who decides where a gate names nobody; as in `POLICIES`. */
export const DECIDING: readonly Role[] = ["owner", "editor", "approver"];

/** With those to whom the question has been escalated by now. */
export function ruleOf({ event, starter }: Pick<GateRow, "event" | "starter">, now: number): GateRule {
  const request = event.type === "node-waiting" && event.request.kind === "person" ? event.request : undefined;
  const escalated = (request?.reminders ?? []).flatMap(({ at, escalateTo }) => (escalateTo && Date.parse(at) <= now ? [escalateTo] : []));
  const named: Approvers[] = [...(names(request?.approvers) ? [request.approvers] : []), ...escalated];
  // with nobody named, those who decide in general stay among them when others are told, too
  const isNamed = names(request?.approvers);
  return {
    roles: [...new Set([...(isNamed ? [] : DECIDING), ...named.flatMap(({ roles = [] }) => roles)])],
    people: [...new Set(named.flatMap(({ people = [] }) => people))],
    isNamed,
    starter: request?.notStarter ? (starter ?? undefined) : undefined,
    quorum: request?.quorum ?? 1,
  };
}

function names(approvers: Approvers | undefined): approvers is Approvers {
  return (approvers?.roles?.length ?? 0) + (approvers?.people?.length ?? 0) > 0;
}

/** Whether somebody may decide: by their role or by name, and not where they started the run themselves. */
export function isEligible(rule: GateRule, { user, role }: { user: string; role: string | null | undefined }): boolean {
  if (rule.starter === user) return false;
  return user === LOCAL || rule.people.includes(user) || rule.roles.some((known) => known === role);
}

/** Why somebody may not decide, and whom to ask. `others`: names of those who may. */
export function whyNot(rule: GateRule, { user, others }: { user: string; others: readonly string[] }): string {
  const ask =
    others.length > 0
      ? `Ask ${listed(others)}.`
      : `Nobody else may: ${rule.isNamed ? "the node names nobody who is here" : "there is no other member who may"}. Stop the run, or change who may decide.`;
  if (rule.starter === user) return `You started this run, so somebody else has to decide. ${ask}`;
  return `This is for others to decide${rule.isNamed ? ": the node says for whom" : ""}. ${ask}`;
}

/** "Ada, Ben or Cy". */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
