import type { Charge } from "#runtime/node/context.ts";
import type { KnowledgeCharge } from "./service.ts";

export const NO_CHARGE: KnowledgeCharge = { tokens: 0, dollars: 0 };

/** The sum of two; its price is known where both are. */
export function addCharge(left: KnowledgeCharge, right: KnowledgeCharge): KnowledgeCharge {
  const dollars = left.dollars === null || right.dollars === null ? null : left.dollars + right.dollars;
  return { tokens: left.tokens + right.tokens, dollars };
}

/** As a run settles it. */
export function asCharge({ tokens, dollars }: KnowledgeCharge, operation: string): Charge {
  return { amount: dollars ?? 0, tokens, details: { operation, ...(dollars === null && { price: "unknown" }) } };
}
