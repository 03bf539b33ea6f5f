import { z } from "zod";
import { emptySchema, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

const vaultSchema = z.strictObject({
  /** Names the key that new secrets are wrapped with; says nothing about it. */
  key: z.string(),
  source: z.enum(["file", "environment"]),
  secrets: z.int(),
  /** Secrets still wrapped with an earlier key. */
  waiting: z.int(),
  rewrap: z.strictObject({
    state: z.enum(["idle", "running", "done", "failed"]),
    done: z.int(),
    total: z.int(),
    startedAt: timeSchema.nullable(),
    finishedAt: timeSchema.nullable(),
    problem: z.string().nullable(),
  }),
});
export type VaultStatus = z.infer<typeof vaultSchema>;

export const readVault = defineRoute({
  id: "readVault",
  method: "GET",
  path: "/api/vault",
  summary: "Which key the vault uses, and how far a re-wrap is",
  action: "installation.manage",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: vaultSchema,
});
export const rotateVaultKey = defineRoute({
  id: "rotateVaultKey",
  method: "POST",
  path: "/api/vault/rotate",
  summary: "Make a new key and re-wrap every secret with it, while everything goes on; 409 when the key comes from the environment",
  action: "installation.manage",
  params: emptySchema,
  query: emptySchema,
  status: 202,
  answer: vaultSchema,
});
export const cancelRewrap = defineRoute({
  id: "cancelRewrap",
  method: "POST",
  path: "/api/vault/rotate/cancel",
  summary: "Stop a re-wrap; what was re-wrapped stays so, the rest stays readable",
  action: "installation.manage",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: vaultSchema,
});
