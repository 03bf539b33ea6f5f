import type { RunEvent } from "#runtime/run/events.ts";
import type { ChargeText, NodePart } from "./run-facts.ts";

/** Parts kept for one node run; later ones are left out of its trace. */
const MAX_PARTS = 1_000;

/** Takes what an event says of a node run's steps and charges. */
export function followParts({ parts }: { parts: NodePart[] }, event: RunEvent): void {
  switch (event.type) {
    case "step-started":
      begin(parts, { kind: "step", name: event.step, startedAt: event.at, state: "open" });
      return;
    case "step-finished":
      finish(parts.findLast(isOpenStep(event.step)), { at: event.at, state: "succeeded" });
      return;
    case "step-failed":
      finish(parts.findLast(isOpenStep(event.step)), { at: event.at, state: "failed" });
      return;
    case "attempt-failed":
      // reserved charges outlive an attempt
      for (const part of parts) if (part.kind === "step" && part.state === "open") finish(part, { at: event.at, state: "unfinished" });
      return;
    case "cost-reserved":
      begin(parts, { kind: "charge", name: event.name, startedAt: event.at, state: "open" });
      return;
    case "cost-settled":
      settle(parts, event);
      return;
  }
}

/** A charge belongs to the step of its name, where there is one; otherwise it is a part of its own, from its reservation on. */
function settle(parts: NodePart[], event: Extract<RunEvent, { type: "cost-settled" }>): void {
  const charge = readCharge(event);
  const step = parts.findLast(({ kind, name }) => kind === "step" && name === event.name);
  const reserved = parts.findLast(({ kind, name, state }) => kind === "charge" && name === event.name && state === "open");
  if (step) {
    step.charge = charge;
    if (reserved) parts.splice(parts.indexOf(reserved), 1);
  } else if (reserved) {
    reserved.charge = charge;
    finish(reserved, { at: event.at, state: "succeeded" });
  } else begin(parts, { kind: "charge", name: event.name, startedAt: event.at, endedAt: event.at, state: "succeeded", charge });
}

export function readCharge({ amount, details = {} }: Extract<RunEvent, { type: "cost-settled" }>): ChargeText {
  const text = (name: string) => (typeof details[name] === "string" ? details[name] : undefined);
  const count = (name: string) => (typeof details[name] === "number" ? details[name] : undefined);
  const [provider, model, operation] = [text("provider"), text("model"), text("operation")];
  const [inputTokens, outputTokens] = [count("inputTokens"), count("outputTokens")];
  return {
    amount,
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    ...(operation !== undefined && { operation }),
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
  };
}

function begin(parts: NodePart[], part: NodePart): void {
  if (parts.length < MAX_PARTS) parts.push(part);
}

function finish(part: NodePart | undefined, { at, state }: { at: string; state: NodePart["state"] }): void {
  if (!part) return;
  part.endedAt = at;
  part.state = state;
}

const isOpenStep = (step: string) => (part: NodePart) => part.kind === "step" && part.name === step && part.state === "open";
