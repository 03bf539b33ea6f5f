import type { AuditLog } from "../audit/audit-log.ts";
import * as contract from "../contract/audit.ts";
import { type Handling, handle } from "./handle.ts";

export function auditRoutes(audit: AuditLog): Handling[] {
  return [
    handle(contract.listAudit, ({ query, workspace }) => audit.list({ ...query, workspace })),
    handle(contract.verifyAudit, async ({ workspace }) => {
      const found = await audit.verify(workspace);
      return { ok: found.problem === null, ...found };
    }),
  ];
}
