import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import type { DocumentUpdateStore, StoredStanding } from "../store/document-updates.ts";

/** Milliseconds after which a reader no longer waits to be up to date: the database is busy or away. */
const REFRESH_MS = 2_000;
/** Milliseconds for which documents are gathered that may have missed something: while other processes cannot be heard, all of them may. */
const GATHER_MS = 20;

/** Looks at how far the stored documents are that are open here: what other processes wrote is found without hearing of it. */
export interface StandingsWatch {
  /** Tells how far one document is, unless the database takes too long; never rejects. */
  refresh(document: string): Promise<void>;
  /** Tells soon how far a document is, in one look for all that are asked about together. */
  missed(document: string): void;
  stop(): void;
}

export interface StandingsWatchGiven {
  store: Pick<DocumentUpdateStore, "standings">;
  everyMs: number;
  open: () => string[];
  /** Resolves when what is stored is here. */
  tell: (standing: StoredStanding) => Promise<void>;
  logger: Pick<Logger, "warn">;
}

export function createStandingsWatch({ store, everyMs, open, tell, logger }: StandingsWatchGiven): StandingsWatch {
  const missed = new Set<string>();
  let gathering: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isFailing = false;
  /** Never rejects: the next look tries again, and a database that is away is spoken of once. */
  const look = async (documents: string[]) => {
    try {
      await Promise.all((await store.standings(documents)).map(tell));
      isFailing = false;
    } catch (error) {
      if (!isFailing) logger.warn({ error }, "Edits of other processes could not be read; trying again.");
      isFailing = true;
    }
  };
  const lookOnce = async (documents: string[]) => {
    if (isLooking || documents.length === 0) return;
    isLooking = true;
    for (const document of documents) missed.delete(document);
    await look(documents);
    isLooking = false;
    if (missed.size > 0) gather();
  };
  const gather = () => {
    gathering ??= setTimeout(() => {
      gathering = undefined;
      void lookOnce([...missed]);
    }, GATHER_MS).unref();
  };
  const timer = setInterval(() => void lookOnce(open()), everyMs).unref();
  return {
    refresh: async (document) => {
      await Promise.race([look([document]), delay(REFRESH_MS, undefined, { ref: false })]);
    },
    missed: (document) => {
      missed.add(document);
      gather();
    },
    stop: () => {
      clearInterval(timer);
      clearTimeout(gathering);
      missed.clear();
    },
  };
}
