/**
 * Who calls. `local`: whoever reaches this single-user installation from its own machine; `person` when they proved it by the session
 * that the one-time URL opened, or by the token file. `anonymous`: came from elsewhere and proved nothing.
 */
export type Actor = { kind: "local"; id: "local"; person: boolean } | { kind: "anonymous"; id: "anonymous"; person: false };

export const LOCAL: Actor = { kind: "local", id: "local", person: false };
export const LOCAL_PERSON: Actor = { kind: "local", id: "local", person: true };
export const ANONYMOUS: Actor = { kind: "anonymous", id: "anonymous", person: false };
