import type { QueryKey } from "@tanstack/react-query";
import type { z } from "zod";
import { listGraphs, readGraphAccess } from "#server/contract/graphs.ts";
import { readSession, type Session } from "#server/contract/session.ts";
import { readReferences } from "#server/contract/system.ts";
import { ApiProblem } from "../api/api-problem.ts";
import { answerOf, browserDatabase, committed } from "./browser-database.ts";
import { personalKeysAreOf } from "./personal-keys.ts";

/** The answers without which a known graph cannot be opened. Nothing secret may be added: no credentials, tokens, people or audit. */
const KEPT: ReadonlyMap<string, z.ZodType> = new Map([readSession, readGraphAccess, readReferences, listGraphs].map((route) => [route.id, route.answer]));
const KEEP_MS = 30 * 86_400_000;
/** Answers of a proxy whose server is away. */
const AWAY: readonly number[] = [0, 502, 503, 504];

interface AnswerRecord {
  key: string;
  value: unknown;
  at: number;
}

/** What the API answers; when it does not answer, what it answered last, for the few routes of which that is kept. */
export async function askOrRemember<Value>(key: QueryKey, ask: () => Promise<Value>): Promise<Value> {
  const schema = KEPT.get(String(key[0]));
  if (!schema) return ask();
  const name = JSON.stringify(key);
  try {
    const value = await ask();
    void keep(name, value).catch(() => undefined);
    return value;
  } catch (error) {
    if (!(error instanceof ApiProblem && AWAY.includes(error.status))) throw error;
    const kept = schema.safeParse(await remembered(name).catch(() => undefined));
    if (!kept.success) throw error;
    return kept.data as Value;
  }
}

async function keep(key: string, value: unknown): Promise<void> {
  const database = await browserDatabase();
  if (!database) return;
  const transaction = database.transaction("answers", "readwrite");
  transaction.objectStore("answers").put({ key, value, at: Date.now() } satisfies AnswerRecord);
  await committed(transaction);
}

async function remembered(key: string): Promise<unknown> {
  const database = await browserDatabase();
  const found = database && (await answerOf<AnswerRecord | undefined>(database.transaction("answers", "readonly").objectStore("answers").get(key)));
  return found && Date.now() - found.at < KEEP_MS ? found.value : undefined;
}

const OWNER = "person";

/** Answers are those of one person: somebody else begins with none. */
export async function answersAreOf({ caller, actor }: Pick<Session, "caller" | "actor">): Promise<void> {
  if (caller.kind !== "anonymous") personalKeysAreOf(actor);
  const database = await browserDatabase();
  if (!database) return;
  const transaction = database.transaction("answers", "readwrite");
  const answers = transaction.objectStore("answers");
  const before = await answerOf<AnswerRecord | undefined>(answers.get(OWNER));
  if (before?.value !== actor || caller.kind === "anonymous") answers.clear();
  if (caller.kind !== "anonymous") answers.put({ key: OWNER, value: actor, at: Date.now() } satisfies AnswerRecord);
  await committed(transaction);
}
