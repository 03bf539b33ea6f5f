import type { Charge } from "#runtime/node/context.ts";
import { addDollars } from "#runtime/run/dollars.ts";
import type { KnowledgeCharge } from "./service.ts";

export const NO_CHARGE: KnowledgeCharge = { tokens: 0, dollars: 0, isPriced: true };

/** The sum of two. */
export function addCharge(left: KnowledgeCharge, right: KnowledgeCharge): KnowledgeCharge {
  return { tokens: left.tokens + right.tokens, dollars: addDollars(left.dollars, right.dollars), isPriced: left.isPriced && right.isPriced };
}

/** As a run settles it. */
export function asCharge({ tokens, dollars, isPriced }: KnowledgeCharge, operation: string): Charge {
  return { amount: dollars, tokens, details: { operation, ...(!isPriced && { price: "unknown" }) } };
}
