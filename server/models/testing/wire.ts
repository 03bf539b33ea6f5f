import type { Conversation } from "../scripted/script.ts";
import type { FakeAnswer } from "./fake-script.ts";

/** How a provider speaks. */
export interface Wire {
  read(body: Record<string, unknown>): { model: string; conversation: Conversation };
  error(problem: { type: string; message: string; code?: string | undefined }): unknown;
  missing(model: string): { type: string; message: string; code?: string };
  denied: { type: string; message: string; code?: string };
  list(models: readonly string[]): unknown;
  /** The events of an answer, parted where its text ends. */
  events(played: FakeAnswer, model: string): { text: string[]; rest: string[] };
}

/** A text as it comes: in pieces that keep to no borders. */
export function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,7}/g) ?? [];
}
