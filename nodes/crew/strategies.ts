import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { Handoff } from "#runtime/node/tool-offer.ts";
import type { Asking } from "../kit/agents/asking.ts";
import type { Answer, Bus } from "./bus.ts";
import type { CrewConfig, MemberRole } from "./config.ts";
import { type Member, mayHandTo } from "./members.ts";

export interface Work {
  task: string;
  config: CrewConfig;
  members: readonly Member[];
  handoffs: readonly Handoff[];
  bus: Bus;
}

interface Result {
  text: string;
  rounds: number;
}

export const strategies: Record<CrewConfig["strategy"], (work: Work) => Asking<Result>> = {
  sequential,
  "lead-delegates": leadDelegates,
  "review-loop": reviewLoop,
};

async function* sequential({ task, members, bus }: Work): Asking<Result> {
  return { text: lastText(yield* oneAfterTheOther({ task, members, bus })), rounds: 1 };
}

/** Each is told the task and what came before. */
async function* oneAfterTheOther({ task, members, bus, more = "" }: Pick<Work, "task" | "members" | "bus"> & { more?: string }): Asking<Answer[]> {
  const answers: Answer[] = [];
  for (const member of members) answers.push(...(yield* bus.ask([{ member, text: paragraphs(`# Task\n${task}`, more, before(answers)) }])));
  return answers;
}

const DELEGATION: Record<string, Json> = {
  type: "object",
  properties: {
    done: { type: "boolean" },
    answer: { type: "string" },
    delegate: {
      type: "array",
      maxItems: 16,
      items: { type: "object", properties: { to: { type: "string" }, task: { type: "string" } }, required: ["to", "task"] },
    },
  },
  anyOf: [{ required: ["done", "answer"] }, { required: ["delegate"] }],
};

async function* leadDelegates(work: Work): Asking<Result> {
  const { task, config, members, handoffs, bus } = work;
  const [lead] = withRole(members, "lead", "A crew whose lead delegates needs a lead");
  const others = mayHandTo(lead, members, handoffs);
  if (others.length === 0) throw new NodeError("validation", "The lead is alone in the crew. Put others into it.", { happened: "no" });
  const known = others.map(({ offer, role }) => `- ${offer.title} (${role}): ${offer.description}`).join("\n");
  const answers: string[] = [];
  let last = "";
  for (let round = 1; round <= config.maxRounds; round++) {
    const text = paragraphs(
      `# Task\n${task}`,
      `# Your crew\n${known}`,
      answers.length > 0 && `# What came back so far\n${answers.join("\n\n")}`,
      `# What to do now\n${round === config.maxRounds ? "This is the last round: answer with the result. " : ""}Answer with JSON alone: {"done": true, "answer": "the result"} when the task is done, or {"delegate": [{"to": "name", "task": "all they need to know"}]} to hand out tasks, which are worked on at the same time.`,
    );
    const said = (yield* bus.askFor(lead, { text, schema: DELEGATION })) as Delegation | undefined;
    if (!said) throw new NodeError("tool", `"${lead.offer.title}" failed, and nobody else leads the crew.`, { happened: "no" });
    if (said.done === true && said.answer !== undefined) return { text: said.answer, rounds: round };
    const requests: { member: Member; text: string }[] = [];
    for (const { to, task: part } of said.delegate ?? []) {
      const member = others.find(({ offer }) => [offer.title, offer.name, offer.node].some((name) => name.toLowerCase() === to.trim().toLowerCase()));
      if (member) requests.push({ member, text: part });
      else answers.push(`## ${to}\nNobody in the crew is called so. They are: ${others.map(({ offer }) => offer.title).join(", ")}.`);
    }
    const told = requests.length > 0 ? yield* bus.ask(requests, lead.offer.title) : [];
    answers.push(...told.map(section));
    last = told.at(-1)?.text ?? last;
  }
  if (config.onLimit === "take-last" && last !== "") return { text: last, rounds: config.maxRounds };
  throw usedUp(`The lead was not done after ${config.maxRounds} rounds.`);
}

interface Delegation {
  done?: boolean;
  answer?: string;
  delegate?: { to: string; task: string }[];
}

const VERDICT: Record<string, Json> = {
  type: "object",
  properties: { verdict: { type: "string", enum: ["accept", "revise"] }, notes: { type: "string" } },
  required: ["verdict"],
};

async function* reviewLoop(work: Work): Asking<Result> {
  const { task, config, members, bus } = work;
  const reviewers = withRole(members, "reviewer", "A review loop needs a reviewer");
  const workers = members.filter(({ role }) => role !== "reviewer");
  if (workers.length === 0) throw new NodeError("validation", "The crew has reviewers alone. Put somebody in who does the work.", { happened: "no" });
  let made = "";
  let notes = "";
  for (let round = 1; ; round++) {
    const more = round === 1 ? "" : paragraphs(`# Your work so far\n${made}`, `# What the review asks you to change\n${notes}`);
    made = lastText(yield* oneAfterTheOther({ task, members: workers, bus, more }));
    const asked: string[] = [];
    for (const reviewer of reviewers) {
      const text = paragraphs(
        `# Task\n${task}`,
        `# The work, round ${round}\n${made}`,
        '# What to do now\nReview the work. Answer with JSON alone: {"verdict": "accept"} when it does what the task asks, or {"verdict": "revise", "notes": "what to change"}.',
      );
      const verdict = (yield* bus.askFor(reviewer, { text, schema: VERDICT })) as { verdict: string; notes?: string } | undefined;
      // nobody's silence accepts
      if (verdict?.verdict !== "accept") asked.push(`${reviewer.offer.title}: ${verdict ? (verdict.notes ?? "It has to be better.") : "could not review it."}`);
    }
    if (asked.length === 0) return { text: made, rounds: round };
    notes = asked.join("\n");
    if (round <= config.maxRecycles) {
      await bus.broadcast(`Round ${round} goes back: ${notes}`);
      continue;
    }
    if (config.onLimit === "take-last") return { text: made, rounds: round };
    throw usedUp(`The work was sent back ${config.maxRecycles} times, and is still not accepted. ${notes}`);
  }
}

function withRole(members: readonly Member[], role: MemberRole, needs: string): [Member, ...Member[]] {
  const [first, ...rest] = members.filter((member) => member.role === role);
  if (!first) throw new NodeError("validation", `${needs}. Give one of its members that role.`, { happened: "no" });
  return [first, ...rest];
}

function usedUp(message: string): NodeError {
  return new NodeError("limit", message, { happened: "no" });
}

function before(answers: readonly Answer[]): string {
  return answers.length === 0 ? "" : `# What came before\n${answers.map(section).join("\n\n")}`;
}

function section({ member, text, isFailure }: Answer): string {
  return `## ${member.offer.title}\n${isFailure ? `(failed) ${text}` : text}`;
}

/** What the last one who did not fail made. Throws `NodeError("tool")` when all failed. */
function lastText(answers: readonly Answer[]): string {
  const last = answers.findLast(({ isFailure }) => !isFailure);
  if (!last) throw new NodeError("tool", "Every member of the crew failed.", { happened: "no" });
  return last.text;
}

function paragraphs(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== "").join("\n\n");
}
