import type { Json } from "#runtime/graph/json.ts";
import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done, wait } from "#runtime/node/outcome.ts";
import { gateDetails } from "../kit/gates/details.ts";
import { decidingPart } from "../kit/gates/person-request.ts";
import { APPROVE, REJECT, readSchema } from "./config.ts";
import { inferSchema } from "./infer-schema.ts";
import { approval, others, outcomeNames } from "./node.ts";

const WAIT_NAME = "approval";

export default implementNode(approval, ({ config, inputs, context }) => {
  const hasValue = Object.hasOwn(inputs, "value");
  const value = (hasValue ? inputs.value : null) as Json;
  const answer = context.answered(WAIT_NAME);
  switch (answer?.kind) {
    case undefined:
      return wait({
        kind: "person",
        name: WAIT_NAME,
        gate: "approval",
        title: config.title || "Approve this?",
        details: gateDetails({ message: config.message, ...(hasValue && { value }) }),
        decisions: outcomeNames(config),
        titles: Object.fromEntries(others(config).flatMap(({ name, title }) => (title === "" ? [] : [[name, title]]))),
        needNote: [...(config.rejectNote ? [REJECT] : []), ...others(config).flatMap(({ name, needsNote }) => (needsNote ? [name] : []))],
        ...(config.editable && hasValue && { edit: { schema: readSchema(config.editSchema).schema ?? inferSchema(value), value } }),
        ...decidingPart(config, context.now()),
      });
    case "person": {
      const { decision, by, note, at } = answer;
      return leave(decision, { value: answer.edited === undefined ? value : answer.edited, by, note, at });
    }
    case "time":
      return leave(outcomeNames(config).includes(config.onTimeout) ? config.onTimeout : REJECT, {
        value,
        by: null,
        note: "Nobody decided in time.",
        at: answer.at,
      });
    default:
      throw new NodeError("unexpected", `The wait was ended by something else: ${answer?.kind}.`);
  }
});

/** By one port of the outcomes; what hangs on the others alone is skipped. */
function leave(outcome: string, { value, ...told }: { value: Json; by: string | null; note: string; at: string }) {
  const port = outcome === APPROVE ? "approved" : outcome === REJECT ? "rejected" : outcome;
  return done({ [port]: value, decision: { outcome, ...told } });
}
