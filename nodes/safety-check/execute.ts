import type { Json } from "#runtime/graph/json.ts";
import { type ExecuteArguments, implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done, type Outcome } from "#runtime/node/outcome.ts";
import { type Asking, askPerson, goOn } from "../kit/agents/asking.ts";
import { chooseModel } from "../kit/agents/model-turn.ts";
import { type Action, actionSchema } from "../kit/safety/action.ts";
import { type Assessment, assessAction, assessByRules, reasonsOf } from "../kit/safety/score-action.ts";
import { safetyCheck, type safetyCheckConfig } from "./node.ts";

type Given = ExecuteArguments<typeof safetyCheckConfig>;

export default implementNode(safetyCheck, (given) => goOn(check(given)));

async function* check(given: Given): Asking<Outcome> {
  const { config, inputs, context } = given;
  const parsed = actionSchema.safeParse(inputs.action);
  if (!parsed.success) throw new NodeError("validation", 'What came in is no action. Give { "tool": …, "arguments": { … } }.', { happened: "no" });
  const { hosts, tools } = config;
  // what an action says of itself (that somebody approved it, that it only reads) is no proof of it
  const claimed = Object.keys(parsed.data.context).length > 0 && { claimed: parsed.data.context };
  const action: Action = { ...parsed.data, context: { ...claimed, ...(hosts.length > 0 && { hosts }), ...(tools.length > 0 && { tools }) } };
  const { score, verdict, findings } = yield* assess(given, action);
  const report = { score, verdict, findings };
  const blocked = (reasons: string[]) => done({ blocked: { action: inputs.action, score, reasons }, report });
  if (verdict === "allowed") return done({ allowed: inputs.action, report });
  if (verdict === "blocked") return blocked(findings.map(({ reason }) => reason));
  const answer = yield* askPerson(context, {
    name: "review",
    gate: "approval",
    title: `May "${action.tool}" be done? Its safety score is ${score.toFixed(2)}.`.slice(0, 500),
    details: { action: inputs.action as Json, score, findings: findings.map((finding) => ({ ...finding })), reasons: reasonsOf({ findings }) },
    decisions: ["approve", "reject"],
  });
  if (answer.decision === "approve") return done({ allowed: inputs.action, report });
  return blocked([...findings.map(({ reason }) => reason), answer.note === "" ? "A person rejected it." : `A person rejected it: ${answer.note}`]);
}

async function* assess({ config, context }: Given, action: Action): Asking<Assessment> {
  const { connection, model, stage } = config;
  if (stage === "rules") return assessByRules(action, config);
  if (connection === undefined) throw new NodeError("validation", "No model provider is chosen to judge the action.", { happened: "no" });
  const chosen = await chooseModel(context, { connection, ...(model !== "" && { model }) });
  return yield* assessAction(context, { name: "safety", action, model: chosen, thresholds: config });
}
