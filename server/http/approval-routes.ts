import type { Actor } from "../auth/actor.ts";
import * as contract from "../contract/approvals.ts";
import type { GateCaller, GateService } from "../engine/gate-service.ts";
import { type Handling, handle } from "./handle.ts";

export function approvalRoutes(gates: GateService): Handling[] {
  return [
    handle(contract.listApprovals, ({ query: { mine, ...query }, workspace, actor }) =>
      gates.list({ ...query, workspace, mine: mine === "true" }, callerOf(actor)),
    ),
    handle(contract.countApprovals, ({ workspace, actor }) => gates.count(workspace, callerOf(actor))),
    handle(contract.readApproval, ({ params, actor }) => gates.read(params.id, callerOf(actor))),
    handle(contract.decideApproval, ({ params, body, actor }) => gates.decide(params.id, { ...body, actor: actor.id }), {
      audit: ({ params, body }, gate) => ({
        action: "gate.decided",
        resource: { kind: "gate", id: params.id, name: gate.label },
        detail: {
          decision: body.decision,
          run: gate.run,
          digest: gate.digest,
          ...(body.edited !== undefined && { edited: true }),
          // of several who have to agree
          ...(gate.state === "pending" && { vote: true }),
        },
      }),
    }),
  ];
}

function callerOf({ id, person }: Actor): GateCaller {
  return { id, isPerson: person };
}
