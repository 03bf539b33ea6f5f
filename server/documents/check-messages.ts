import type { Verdict } from "./verdict.ts";

/** To the worker, one at a time. */
export type CheckRequest =
  /** `parts` is the state of the document, sent when the worker does not have it. */
  | { type: "check"; document: string; update: Uint8Array; salvage: boolean; parts: Uint8Array[] | undefined }
  /** An update that was checked elsewhere. */
  | { type: "absorb"; document: string; update: Uint8Array }
  | { type: "forget"; document: string };

export type CheckAnswer =
  /** Sent once, when everything is loaded. */
  | { type: "ready" }
  /** `kept` tells whether the worker still has the document. */
  | { type: "verdict"; verdict: Verdict; kept: boolean };
