import type { Json } from "#runtime/graph/json.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ToolReference } from "#runtime/node/references.ts";
import { type Asking, askPerson } from "../kit/agents/asking.ts";
import { deciders } from "../kit/gates/deciders.ts";
import type { ToolRegistry, ToolStanding } from "../kit/mcp/service.ts";
import { changeSince, DECIDER_GONE, type ToolApproval, type ToolBinding } from "../kit/mcp/tool-binding.ts";

type Arguments = { [name: string]: Json };

/** A call as it would be made. */
export interface WantedCall {
  connection: string;
  tool: string;
  arguments: Arguments;
  /** What is known of the tool. */
  known: ToolReference | undefined;
}

/** It may be made, with the arguments that a person let through where one was asked. */
export interface Permission {
  arguments: Arguments;
  approval?: ToolApproval;
  /** How the tool stands now. */
  binding: ToolBinding;
  /** Asks a person (again), who is told why. */
  askAgain(problem: string): Asking<unknown>;
}

/** What a person was asked about, and how the tool stood then. */
interface Asked {
  arguments: Arguments;
  binding: ToolBinding;
}

type Registry = Pick<ToolRegistry, "standingOf" | "callersApproval">;

const APPROVE = "approve";
const REJECT = "reject";
/** The one call among those that a person is shown. */
const CALL = "call";

const waitName = (round: number) => (round === 1 ? "allowed" : `allowed-${round}`);

/**
 * Whether a call may be made by the rules of who may call what. What a person let through holds for the arguments and for the tool as they were
 * shown: where something else stands there now, a person is asked again. Throws `NodeError("policy")` when it may not; nothing happened then.
 */
export async function* permissionOf(context: ExecutionContext, registry: Registry, wanted: WantedCall): Asking<Permission> {
  const standing = () => registry.standingOf({ connection: wanted.connection, tool: wanted.tool });
  let approval = await registry.callersApproval();
  let given = wanted.arguments;
  let round = 1;
  for (; ; round++) {
    const said = context.answered(waitName(round));
    if (said?.kind !== "person") break;
    const asked = await recorded(context, round, async () => ({ arguments: given, binding: (await standing()).binding }));
    given = letThrough(wanted, said, asked);
    approval = { by: said.by, binding: asked.binding };
  }
  const now = await standing();
  if (now.rule === "deny") throw denied(wanted.tool);
  const next = { round, arguments: given, now };
  const askAgain = (problem: string) => ask(context, { ...next, wanted, problem });
  if (!approval) {
    if (now.rule === "ask") yield* ask(context, { ...next, wanted });
    return { arguments: wanted.arguments, binding: now.binding, askAgain };
  }
  const problem = await problemOf(context, approval, now);
  if (problem !== undefined) yield* askAgain(problem);
  return { arguments: given, approval, binding: now.binding, askAgain };
}

/** Why what a person let through is not let through any more. */
async function problemOf(context: ExecutionContext, { by, binding }: ToolApproval, now: ToolStanding): Promise<string | undefined> {
  const changed = changeSince(binding, now.binding);
  if (changed !== undefined) return changed;
  return (await context.use(deciders).mayStillDecide(by)) ? undefined : DECIDER_GONE;
}

function letThrough(wanted: WantedCall, said: { decision: string; note: string; by: string; edited?: Json | undefined }, asked: Asked): Arguments {
  const title = titleOf(wanted);
  if (said.decision !== APPROVE) throw refusal(`The call of "${title}" was rejected${said.note === "" ? "." : `: ${said.note}`}`, said.by);
  if (said.edited === undefined) return asked.arguments;
  const edited = objectOf(objectOf(said.edited)?.[CALL]);
  if (!edited) throw refusal(`The call of "${title}" was taken out.`, said.by);
  return edited;
}

async function* ask(
  context: ExecutionContext,
  { round, arguments: given, now, wanted, problem }: { round: number; arguments: Arguments; now: ToolStanding; wanted: WantedCall; problem?: string },
): Asking<unknown> {
  const { tool, known } = wanted;
  const title = titleOf(wanted);
  const schema = (known?.inputSchema ?? { type: "object" }) as { [key: string]: Json };
  const { binding } = await recorded(context, round, async () => ({ arguments: given, binding: now.binding }));
  return yield* askPerson(context, {
    gate: "tool-call",
    name: waitName(round),
    title: `Call ${title}?`.slice(0, 500),
    details: {
      calls: [{ id: CALL, tool, title, arguments: given, schema, effect: known?.readOnly ? "read" : "write", binding: { ...binding } }],
      says: "",
      ...(problem !== undefined && { problem }),
    },
    edit: {
      schema: { type: "object", properties: { [CALL]: { ...schema, title } }, additionalProperties: false },
      value: { [CALL]: given },
    },
    decisions: [APPROVE, REJECT],
  });
}

/** What executes is what was shown then, whatever would be shown now. */
function recorded(context: ExecutionContext, round: number, asked: () => Promise<Asked>): Promise<Asked> {
  return context.step(`shown-${round}`, { effect: "read", input: null }, asked);
}

function titleOf({ known, tool }: WantedCall): string {
  return known?.title ?? tool;
}

function denied(tool: string): NodeError {
  return new NodeError("policy", `The tool "${tool}" may not be called from here. An owner sets that on the page of tools.`, {
    happened: "no",
    details: { tool, rule: "deny" },
  });
}

function refusal(message: string, by: string): NodeError {
  return new NodeError("policy", message, { happened: "no", details: { rule: "ask", by } });
}

function objectOf(value: Json | undefined): Arguments | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}
