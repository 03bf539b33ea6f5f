import type { ModelReply, ModelRequest } from "#nodes/kit/models/service.ts";
import type { ModelSettings } from "../../contract/model-settings.ts";
import type { ModelFacts } from "../../contract/models.ts";
import type { GuardedFetch } from "../../egress/guarded-fetch.ts";

/** A connection with its key in the clear: never logged, never part of an error. */
export interface OpenConnection {
  id: string;
  workspace: string;
  name: string;
  settings: Omit<ModelSettings, "apiKey">;
  apiKey: string | undefined;
}

/** What the catalogue says, and what only the shipped one knows. */
export interface KnownModel extends ModelFacts {
  /** It thinks before it answers, and shows a summary of that when asked to. */
  isThinking: boolean;
}

export interface ProviderCall {
  connection: OpenConnection;
  fetch: GuardedFetch;
}

export interface Turn extends ProviderCall {
  /** Pictures are given with their content. */
  request: ModelRequest;
  model: string;
  /** Undefined for a model that nobody described. */
  known: KnownModel | undefined;
}

/** One wire protocol. Throws what its SDK throws: callers make failures of it. */
export interface Provider {
  generate(turn: Turn): Promise<ModelReply>;
  /** Vectors of texts, in order, and how many tokens they had. Absent: the protocol has none. */
  embed?(call: ProviderCall & { model: string; texts: readonly string[] }): Promise<{ vectors: Float32Array[]; tokens: number }>;
  /** What the provider has now. */
  list(call: ProviderCall): Promise<{ model: string; title: string }[]>;
}

const USUAL_OUTPUT = 16_000;

/** Tokens the model may write when the caller says nothing. */
export function outputLimit({ request, known }: Pick<Turn, "request" | "known">): number {
  const most = known?.maxOutputTokens ?? undefined;
  return Math.min(request.maxOutputTokens ?? USUAL_OUTPUT, most ?? Number.POSITIVE_INFINITY);
}
