import { z } from "zod";

/**
 * What a node run or step does to the world: `pure` computes, `read` looks, `keyed` writes with an idempotency key the other
 * side honours, `write` writes. Decides durability and whether an attempt may be repeated.
 */
export const effectSchema = z.enum(["pure", "read", "keyed", "write"]);
export type Effect = z.infer<typeof effectSchema>;
