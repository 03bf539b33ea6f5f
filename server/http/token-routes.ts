import type { AuditLog } from "../audit/audit-log.ts";
import type { Tokens } from "../auth/tokens.ts";
import * as contract from "../contract/tokens.ts";
import { type Handling, handle } from "./handle.ts";

export function tokenRoutes({ tokens, audit }: { tokens: Tokens; audit: Pick<AuditLog, "record"> }): Handling[] {
  return [
    handle(contract.listTokens, ({ query, workspace, actor }) => tokens.list({ ...query, workspace }, actor)),
    handle(contract.createToken, ({ body, workspace, actor }) => tokens.create({ ...body, workspace, actor }), {
      audit: (_call, { id, name, scopes, expiresAt }) => ({
        action: "token.made",
        resource: { kind: "token", id, name },
        detail: { scopes, expiresAt },
      }),
    }),
    handle(contract.revokeToken, async ({ params, ...call }) => {
      const { id, name, createdBy } = await tokens.revoke({ workspace: call.workspace, id: params.token, actor: call.actor });
      await audit.record({ action: "token.revoked", resource: { kind: "token", id, name }, detail: { of: createdBy.name } }, call);
      return undefined;
    }),
  ];
}
