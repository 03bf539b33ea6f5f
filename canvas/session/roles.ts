import { ROLES, type Role, type Scope } from "#server/contract/access.ts";

/** What a role may do, in a sentence. */
export const ROLE_WORDS: Readonly<Record<Role, { label: string; text: string }>> = {
  owner: { label: "Owner", text: "May do everything: also people, connections, the audit log and the workspace itself." },
  editor: { label: "Editor", text: "Builds, runs, publishes and shares graphs, decides approvals, keeps credentials and variables." },
  approver: { label: "Approver", text: "Looks at everything and decides approvals; edits and runs nothing." },
  operator: { label: "Operator", text: "Looks at everything, runs graphs and stops them; edits nothing." },
  viewer: { label: "Viewer", text: "Looks at everything; edits, runs and decides nothing." },
};

export const ROLE_OPTIONS = ROLES.map((role) => ({ value: role, label: ROLE_WORDS[role].label, detail: ROLE_WORDS[role].text }));

/** "an editor". */
export function withArticle(role: Role): string {
  return `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`;
}

/** "An editor builds, runs, …" */
export function roleSentence(role: Role): string {
  const { text } = ROLE_WORDS[role];
  const whole = `${withArticle(role)} ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}

/** What an API token with a scope may do. */
export const SCOPE_WORDS: Readonly<Record<Scope, { label: string; text: string }>> = {
  read: { label: "Read", text: "Looks at graphs, runs, variables, connections and members." },
  run: { label: "Run", text: "Starts graphs, holds, resumes and stops runs, calls tools." },
  edit: { label: "Edit", text: "Makes, changes, publishes and archives graphs, writes variables." },
};
