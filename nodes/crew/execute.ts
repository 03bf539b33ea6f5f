import { type ExecuteArguments, implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done, type Outcome } from "#runtime/node/outcome.ts";
import { type Asking, goOn } from "../kit/agents/asking.ts";
import { toText } from "../kit/text/to-text.ts";
import { Bus } from "./bus.ts";
import type { crewConfig } from "./config.ts";
import { membersOf } from "./members.ts";
import { crew } from "./node.ts";
import { strategies } from "./strategies.ts";

export default implementNode(crew, (given) => goOn(work(given)));

async function* work({ config, inputs, tools, handoffs, context }: ExecuteArguments<typeof crewConfig>): Asking<Outcome> {
  const task = toText(inputs.prompt ?? config.task);
  if (task.trim() === "") throw new NodeError("validation", "The crew has no task. Write one, or wire something to its input Prompt.", { happened: "no" });
  const members = membersOf(tools, config, handoffs);
  const bus = new Bus(context, config);
  await bus.broadcast(task);
  const { text, rounds } = yield* strategies[config.strategy]({ task, config, members, handoffs, bus });
  return done({ text, conversation: bus.messages, rounds });
}
