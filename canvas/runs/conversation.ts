import { z } from "zod";
import type { StoredValue } from "#runtime/graph/stored-value.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";

const messageSchema = z.looseObject({
  from: z.string(),
  to: z.string(),
  kind: z.enum(["request", "response", "broadcast", "error"]),
  text: z.string(),
  at: z.string(),
});
/** What one member of a crew told another one. */
export type CrewMessage = z.infer<typeof messageSchema>;

/** The output with all of it, of a run that took its result over from elsewhere. */
const OUTPUT = "conversation";

/** Where the messages of a node run are, in their order. */
export function messageValues({ steps, ...run }: NodeRun): readonly StoredValue[] {
  const recorded = Object.entries(steps).flatMap(([name, { result }]) => {
    const [, number] = /^message-(\d+)$/.exec(name) ?? [];
    return number !== undefined && result ? [{ number: Number(number), result }] : [];
  });
  if (recorded.length > 0) return recorded.sort((one, other) => one.number - other.number).map(({ result }) => result);
  const whole = "outputs" in run ? run.outputs[OUTPUT] : undefined;
  return whole ? [whole] : [];
}

/** The messages in loaded values; what is none is left out. */
export function readMessages(values: readonly unknown[]): readonly CrewMessage[] {
  return values.flat().flatMap((value) => {
    const message = messageSchema.safeParse(value);
    return message.success ? [message.data] : [];
  });
}

export interface ConversationFilter {
  /** Only what this one said or was told. */
  member: string | undefined;
  search: string;
}

export function messagesThat(messages: readonly CrewMessage[], { member, search }: ConversationFilter): readonly CrewMessage[] {
  const words = search.trim().toLowerCase();
  return messages.filter(
    ({ from, to, kind, text }) =>
      (member === undefined || from === member || to === member || kind === "broadcast") &&
      (words === "" || [from, to, kind, text].some((part) => part.toLowerCase().includes(words))),
  );
}

/** Everybody who said something or was asked, in the order in which they appear. */
export function speakersOf(messages: readonly CrewMessage[]): readonly string[] {
  return [...new Set(messages.flatMap(({ from, to, kind }) => (kind === "broadcast" ? [from] : [from, to])))];
}
