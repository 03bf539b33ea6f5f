import * as contract from "../contract/approvals.ts";
import type { GateService } from "../engine/gate-service.ts";
import { type Handling, handle } from "./handle.ts";

export function approvalRoutes(gates: GateService): Handling[] {
  return [
    handle(contract.listApprovals, ({ query, workspace }) => gates.list({ ...query, workspace })),
    handle(contract.readApproval, ({ params }) => gates.read(params.id)),
    handle(contract.decideApproval, ({ params, body, actor }) => gates.decide(params.id, { ...body, actor: actor.id }), {
      audit: ({ params, body }, gate) => ({
        action: "gate.decided",
        resource: { kind: "gate", id: params.id, name: gate.label },
        detail: { decision: body.decision, run: gate.run },
      }),
    }),
  ];
}
