import { AUDIT_ACTIONS, type AuditAction } from "#server/contract/audit.ts";

/** "member.role-changed" reads "Member: role changed". */
export function actionLabel(action: string): string {
  const [about = action, what = ""] = action.split(".");
  const text = `${about}: ${what.replaceAll("-", " ")}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What can be asked for: everything, and each action. */
export const ACTION_OPTIONS: readonly { value: AuditAction | "all"; label: string }[] = [
  { value: "all", label: "Everything" },
  ...AUDIT_ACTIONS.map((action) => ({ value: action, label: actionLabel(action) })),
];
