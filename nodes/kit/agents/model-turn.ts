import type { Charge, ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { addDollars } from "#runtime/run/dollars.ts";
import { costOf, estimateCost, type Usage } from "../models/cost.ts";
import { type ModelDescription, type ModelReference, type ModelReply, type ModelRequest, modelClient } from "../models/service.ts";
import { type Asking, pause } from "./asking.ts";
import { keepReply } from "./keep-reply.ts";

/** Tries of one turn, the first included. */
const TRIES = 4;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 600_000;
/** Milliseconds one turn may take. */
const TURN_MS = 600_000;
/** What a model may write when neither the node nor the catalogue says. */
const DEFAULT_OUTPUT_TOKENS = 16_000;

/** A model as it was when the node began: its prices hold for the whole node run. */
export interface ChosenModel {
  reference: ModelReference;
  description: ModelDescription;
}

/** Looks the model up once; `name`: of the step that records it. Says so in the log when nobody knows its price. */
export async function chooseModel(context: ExecutionContext, reference: ModelReference, name = "model"): Promise<ChosenModel> {
  const description = await context.step(name, { effect: "read", input: reference }, async () => {
    const found = await context.use(modelClient).describe(reference);
    if (!found.prices && !found.isDemo) context.log("warn", `Nobody entered a price for ${found.title}: what it costs is not counted, and no budget holds it.`);
    return found;
  });
  return { reference, description };
}

export interface Turn {
  reply: ModelReply;
  /** Milliseconds it took. */
  tookMs: number;
  /** Milliseconds since the epoch at its end. */
  endedAt: number;
}

export interface TurnGiven {
  /** Of its step and its charge. */
  name: string;
  model: ChosenModel;
  request: Pick<ModelRequest, "system" | "messages" | "tools" | "output" | "toolChoice" | "temperature" | "maxOutputTokens">;
  /** JSON that stands for the request: its hash is recorded. */
  input: unknown;
  /** A careful guess of what will be read. */
  inputTokens: number;
  /** What is written into the log before the model is asked, once. */
  onBegin?: (() => void) | undefined;
  /** What is written into the log when it has answered, once. */
  onReply?: ((reply: ModelReply) => void) | undefined;
  /** Shows the text while it is written. */
  isShown?: boolean;
}

/**
 * Asks a model once: set aside before, recorded, settled after. What may go away by itself is tried again after a pause. Throws what
 * `ModelClient.generate` throws.
 */
export async function* modelTurn(context: ExecutionContext, given: TurnGiven): Asking<Turn> {
  const { name, model, input } = given;
  const { prices } = model.description;
  const maxOutputTokens = outputTokensOf(given);
  let tried = 1;
  while (context.answered(pauseName(name, tried))) tried++;
  // each try has a charge of its own: the provider counts those, too, whose answer never came
  const charge = tried === 1 ? name : `${name}-try-${tried}`;
  const most = prices ? estimateCost({ inputTokens: given.inputTokens, maxOutputTokens, prices }) : undefined;
  const tokens = given.inputTokens + maxOutputTokens;
  await context.reserve(charge, most ?? 0, { tokens });
  let turn: Turn;
  try {
    turn = await context.step(name, { effect: "read", input }, () => generate(context, { ...given, maxOutputTokens }));
  } catch (error) {
    const ms = tried < TRIES && !context.signal.aborted ? pauseAfter(error, tried) : undefined;
    if (ms === undefined) throw error;
    // how much of it was written before it broke off nobody knows: the most it may come to counts
    const isUnknown = error instanceof NodeError && error.happened === "unknown" && error.code !== "http-status";
    const details = { model: model.description.model, operation: "failed" };
    await context.settle(charge, { amount: isUnknown ? (most ?? 0) : 0, tokens: isUnknown ? tokens : 0, details });
    context.log("warn", `The model did not answer (${(error as NodeError).message}) It is asked again in ${Math.round(ms / 1_000)} s.`);
    yield* pause(context, { name: pauseName(name, tried), ms });
    throw error;
  }
  await context.settle(charge, chargeOf(turn.reply, model.description));
  return turn;
}

/** Dollars a turn cost; 0 where nobody knows. */
export function dollarsOf(usage: Usage, { prices }: Pick<ModelDescription, "prices">): number {
  return prices ? costOf(usage, prices) : 0;
}

/** What all turns of a node have used. */
export interface Used {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  dollars: number;
}

export function addUsage(used: Used, usage: Usage, description: ModelDescription): Used {
  return {
    inputTokens: used.inputTokens + usage.inputTokens,
    outputTokens: used.outputTokens + usage.outputTokens,
    cachedInputTokens: used.cachedInputTokens + (usage.cachedInputTokens ?? 0),
    dollars: addDollars(used.dollars, dollarsOf(usage, description)),
  };
}

export function outputTokensOf({ model, request }: Pick<TurnGiven, "model" | "request">): number {
  return request.maxOutputTokens ?? Math.min(model.description.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS, DEFAULT_OUTPUT_TOKENS);
}

async function generate(context: ExecutionContext, given: TurnGiven & { maxOutputTokens: number }): Promise<Turn> {
  const { model, request, maxOutputTokens, isShown } = given;
  const { abilities } = model.description;
  const begun = context.now();
  given.onBegin?.();
  const { temperature, ...rest } = request;
  const answered = await context.use(modelClient).generate({
    ...model.reference,
    ...rest,
    ...(temperature !== undefined && abilities.temperature && { temperature }),
    maxOutputTokens,
    signal: context.signal,
    timeoutMs: Math.min(TURN_MS, context.timeoutMs),
    ...(isShown && { onText: (text: string) => context.emit({ type: "token", text }) }),
  });
  const reply = await keepReply(context, answered);
  given.onReply?.(reply);
  return { reply, tookMs: context.now() - begun, endedAt: context.now() };
}

function chargeOf({ usage, model }: ModelReply, description: ModelDescription): Charge {
  const { inputTokens, outputTokens, cachedInputTokens } = usage;
  return {
    amount: dollarsOf(usage, description),
    tokens: inputTokens + outputTokens,
    details: {
      provider: description.provider,
      model,
      operation: "chat",
      inputTokens,
      outputTokens,
      ...(cachedInputTokens !== undefined && { cachedInputTokens }),
      ...(!description.prices && { price: "unknown" }),
    },
  };
}

function pauseName(name: string, tried: number): string {
  return `${name}-pause-${tried}`;
}

/** Milliseconds to wait before another try; undefined where none would help. */
function pauseAfter(error: unknown, tried: number): number | undefined {
  if (!(error instanceof NodeError) || !isPassing(error)) return undefined;
  return Math.min(MAX_PAUSE_MS, Math.max(error.retryAfterMs ?? 0, FIRST_PAUSE_MS * 2 ** (tried - 1)));
}

function isPassing({ code, details }: NodeError): boolean {
  if (code === "network" || code === "timeout") return true;
  const status = Number(details?.status);
  return code === "http-status" && (status === 408 || status === 425 || status === 429 || status >= 500);
}
