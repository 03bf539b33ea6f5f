import type { Json } from "#runtime/graph/json.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { type Asking, askPerson, callAll, type RunAnswer } from "../kit/agents/asking.ts";
import { readStructured } from "../kit/agents/structured.ts";
import type { CrewConfig } from "./config.ts";
import type { Member } from "./members.ts";

export interface Message {
  from: string;
  to: string;
  kind: "request" | "response" | "broadcast" | "error";
  text: string;
  /** ISO 8601. */
  at: string;
}

/** What the crew itself is called on the bus, and everybody at once. */
export const CREW = "crew";
const EVERYBODY = "everybody";
/** How often a member is asked again for an answer of the form that is needed. */
const SECOND_TRIES = 2;
/** Characters of a line of the log. */
const MAX_LINE = 500;

/** What one member answered; a failure, where the crew goes on in spite of it. */
export type Answer = { member: Member; text: string; isFailure: boolean };

/** Messages between the members: each is recorded once, in order, and shown. */
export class Bus {
  readonly messages: Message[] = [];
  readonly #context: ExecutionContext;
  readonly #config: CrewConfig;
  #calls = 0;
  /** What was said may hold what others wrote: a member reached outside the graph. */
  #isUntrusted: boolean;

  constructor(context: ExecutionContext, config: CrewConfig) {
    this.#context = context;
    this.#config = config;
    this.#isUntrusted = context.run.isUntrusted === true;
  }

  async say(message: Omit<Message, "at">): Promise<void> {
    const name = `message-${this.messages.length + 1}`;
    const { from, to, kind } = message;
    const recorded = await this.#context.step(name, { effect: "pure", input: { from, to, kind } }, async () => {
      const text = message.text.replaceAll(/\s+/g, " ").trim();
      this.#context.log(kind === "error" ? "warn" : "info", `${from} → ${to} (${kind}): ${text.length > MAX_LINE ? `${text.slice(0, MAX_LINE - 1)}…` : text}`);
      return { ...message, at: new Date(this.#context.now()).toISOString() };
    });
    this.messages.push(recorded);
  }

  broadcast(text: string, from = CREW): Promise<void> {
    return this.say({ from, to: EVERYBODY, kind: "broadcast", text });
  }

  /** Asks several members at once. Throws `NodeError("tool")` when one fails, unless the crew goes on then. */
  async *ask(requests: readonly { member: Member; text: string }[], from = CREW): Asking<Answer[]> {
    for (const { member, text } of requests) await this.say({ from, to: member.offer.title, kind: "request", text });
    const untrusted = this.#isUntrusted ? (true as const) : undefined;
    const calls = requests.map(({ member, text }) => ({ member, name: `ask-${++this.#calls}`, inputs: { [member.input]: text } }));
    const refusals = new Map<string, string>();
    for (const call of calls) {
      const refusal = mustAsk(call.member.offer) ? yield* this.#allow(call) : undefined;
      if (refusal !== undefined) refusals.set(call.name, refusal);
    }
    const made = calls.filter(({ name }) => !refusals.has(name));
    const answers =
      made.length === 0
        ? []
        : yield* callAll(
            this.#context,
            made.map(({ name, member, inputs }) => ({ name, node: member.offer.node, inputs, ...(untrusted && { untrusted }) })),
          );
    const told: Answer[] = [];
    for (const { member, name } of calls) {
      const answer = answers[made.findIndex((call) => call.name === name)];
      told.push(answer ? await this.#answer(member, { answer, to: from }) : await this.#refused(member, { text: refusals.get(name) ?? "", to: from }));
    }
    this.#isUntrusted ||= made.some(({ member }) => member.offer.effect !== "pure");
    const failed = told.find(({ isFailure }) => isFailure);
    if (failed && this.#config.onMemberFailure === "fail")
      throw new NodeError("tool", `"${failed.member.offer.title}" failed: ${failed.text}`, { happened: "no", details: { member: failed.member.offer.node } });
    return told;
  }

  /** Asks one member for JSON of this form; what is none it is told, twice. Undefined when it failed and the crew goes on. */
  async *askFor(member: Member, { text, schema }: { text: string; schema: Record<string, Json> }): Asking<Json | undefined> {
    let request = text;
    for (let tried = 0; ; tried++) {
      const [answer] = yield* this.ask([{ member, text: request }]);
      if (!answer || answer.isFailure) return undefined;
      const read = readStructured(answer.text, schema);
      if (read.fits) return read.value;
      if (tried === SECOND_TRIES)
        throw new NodeError("validation", `"${member.offer.title}" does not answer in the form the crew needs. ${read.problem}`, {
          happened: "no",
          details: { answer: answer.text.slice(0, 2_000) },
        });
      await this.say({ from: CREW, to: member.offer.title, kind: "error", text: `The answer does not fit. ${read.problem}` });
      request = `${text}\n\nYour last answer does not fit: ${read.problem} It was:\n${answer.text}`;
    }
  }

  /** Why a person did not let a call through; undefined when they did. */
  async *#allow({ member, name, inputs }: { member: Member; name: string; inputs: Record<string, Json> }): Asking<string | undefined> {
    const { offer } = member;
    const call = { id: name, tool: offer.name, title: offer.title, arguments: inputs, schema: offer.input, effect: offer.effect, hash: offer.hash };
    const answer = yield* askPerson(this.#context, {
      name: `allow-${name}`,
      gate: "tool-call",
      title: `May the crew call "${offer.title}"?`,
      decisions: ["approve", "reject"],
      details: { calls: [call], says: "" },
    });
    return answer.decision === "approve" ? undefined : `A person did not let it through${answer.note === "" ? "." : `: ${answer.note}`}`;
  }

  async #refused(member: Member, { text, to }: { text: string; to: string }): Promise<Answer> {
    await this.say({ from: member.offer.title, to, kind: "error", text });
    return { member, text, isFailure: true };
  }

  async #answer(member: Member, { answer, to }: { answer: RunAnswer; to: string }): Promise<Answer> {
    const isFailure = answer.state !== "succeeded";
    const text = isFailure ? (answer.message ?? `It ${answer.state === "timed-out" ? "ran out of time" : "failed"}.`) : answerText(answer.output);
    await this.say({ from: member.offer.title, to, kind: isFailure ? "error" : "response", text });
    return { member, text, isFailure };
  }
}

/** Agents and graphs ask for themselves before they write; anything else that writes is let through by a person, unless its autonomy says otherwise. */
function mustAsk({ autonomy, effect, about }: ToolOffer): boolean {
  const asksItself = typeof about === "object" && about !== null && !Array.isArray(about) && (about.agent === true || about.graph === true);
  if (autonomy === "manual") return true;
  return !asksItself && (effect === "write" || effect === "keyed") && autonomy !== "autopilot";
}

/** What a member yielded, as text. */
function answerText(output: Readonly<Record<string, Json>>): string {
  if (typeof output.text === "string" && output.text.trim() !== "") return output.text;
  const values = Object.values(output);
  const [only] = values;
  if (values.length === 1 && only !== undefined) return typeof only === "string" ? only : JSON.stringify(only);
  return JSON.stringify(output.result ?? output);
}
