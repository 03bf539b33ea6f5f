import type { Session } from "#server/contract/session.ts";

/** Where somebody in no workspace makes one, or hears how to join one. */
export const WELCOME = "/welcome";

/** Places that somebody in no workspace may be at: a graph that is shared with them, and their own account. */
const WITHOUT_WORKSPACE = /^\/(graphs\/|profile$)/;

/** Where somebody has to go instead of an address in the shell; undefined: they may stay. */
export function whereTo({ mode, caller, workspace }: Session, address: string): string | undefined {
  if (mode === "single-user") return undefined;
  if (caller.kind === "anonymous") return signInAddress(address);
  if (caller.kind === "guest") return address.startsWith("/graphs/") ? undefined : signInAddress(address);
  if (workspace === null && !WITHOUT_WORKSPACE.test(address)) return WELCOME;
  return undefined;
}

export function signInAddress(returnTo: string): string {
  return returnTo === "/" ? "/sign-in" : `/sign-in?return=${encodeURIComponent(returnTo)}`;
}

/** Where to go after signing in: a path of this canvas, never another site. */
export function safeReturn(wanted: string | null): string {
  return wanted !== null && /^\/(?![/\\])/.test(wanted) && !/\p{Cc}/u.test(wanted) ? wanted : "/";
}
