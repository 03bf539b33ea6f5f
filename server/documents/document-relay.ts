import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Fanout } from "../queue/fanout.ts";
import { type PresenceEntry, type PresenceReport, presenceEntrySchema } from "./presence.ts";

/** Larger updates are read from the database by those who want them. */
const TOLD_BYTES = 64 * 1024;

const messageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("committed"), number: z.int().min(1), update: z.base64().optional() }),
  z.strictObject({ type: z.literal("presence"), process: z.string(), entries: z.array(presenceEntrySchema), isWhole: z.boolean() }),
  z.strictObject({ type: z.literal("who-is-there") }),
  z.strictObject({ type: z.literal("dismissed"), code: z.int().min(4_000).max(4_999), reason: z.string() }),
]);
type Message = z.infer<typeof messageSchema>;

/** What a room hears of the rooms of the same document in other processes. */
export interface RelayListener {
  /** Another process has committed this; without the update when that is large. */
  committed(number: number, update: Uint8Array | undefined): void;
  presence(report: PresenceReport): void;
  /** Another process wants to know who is here. */
  asked(): void;
  dismissed(code: number, reason: string): void;
  /** Something may have been missed. */
  missed(): void;
}

/** A room's way to the rooms of the same document in other processes. */
export interface RelayLine {
  committed(number: number, update: Uint8Array): void;
  /** `isWhole`: these are all whom this process serves. */
  presence(entries: readonly PresenceEntry[], isWhole: boolean): void;
  /** Asks the other processes whom they serve. */
  ask(): void;
  close(): void;
}

/** Between the processes of an installation. Any of it may be lost: the database is the record, and who is present says so again and again. */
export interface DocumentRelay {
  open(document: string, listener: RelayListener): RelayLine;
  /** Sends everybody away who has it open in another process. */
  dismiss(document: string, code: number, reason: string): void;
}

export function createDocumentRelay(fanout: Fanout): DocumentRelay {
  const process = randomUUID();
  const publish = (document: string, message: Message) => fanout.publish(channelOf(document), message);
  return {
    open: (document, listener) => {
      const close = fanout.subscribe(channelOf(document), {
        message: (value) => {
          const message = messageSchema.safeParse(value);
          if (message.success) pass(message.data, listener);
        },
        gap: listener.missed,
      });
      return {
        committed: (number, update) => {
          const isTold = update.byteLength <= TOLD_BYTES;
          publish(document, { type: "committed", number, ...(isTold && { update: Buffer.from(update).toString("base64") }) });
        },
        presence: (entries, isWhole) => publish(document, { type: "presence", process, entries: [...entries], isWhole }),
        ask: () => publish(document, { type: "who-is-there" }),
        close,
      };
    },
    dismiss: (document, code, reason) => publish(document, { type: "dismissed", code, reason }),
  };
}

function pass(message: Message, listener: RelayListener): void {
  if (message.type === "committed") listener.committed(message.number, message.update === undefined ? undefined : Buffer.from(message.update, "base64"));
  else if (message.type === "presence") listener.presence(message);
  else if (message.type === "who-is-there") listener.asked();
  else listener.dismissed(message.code, message.reason);
}

function channelOf(document: string): string {
  return `document:${document}`;
}
