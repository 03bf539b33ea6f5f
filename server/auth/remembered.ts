/** Answers that are asked for often, by key. */
export interface Remembered<T> {
  /** The answer that is remembered, or that `find` gives now; asked at once by many, it is found once. */
  get(key: string, find: () => Promise<T>): Promise<T>;
  /** What is being found now is not remembered either. */
  clear(): void;
}

interface Entry<T> {
  answer: Promise<T>;
  until: number;
}

/** Keeps at most `most`, those used last; each for `forMs`. `isKept` says of an answer whether it may be given again. */
export function createRemembered<T>({
  most,
  forMs = Number.POSITIVE_INFINITY,
  isKept = () => true,
}: {
  most: number;
  forMs?: number;
  isKept?: (answer: T) => boolean;
}): Remembered<T> {
  const entries = new Map<string, Entry<T>>();
  const forget = (key: string, entry: Entry<T>) => {
    if (entries.get(key) === entry) entries.delete(key);
  };
  return {
    get: (key, find) => {
      const known = entries.get(key);
      entries.delete(key);
      if (known && known.until > Date.now()) {
        entries.set(key, known);
        return known.answer;
      }
      const entry: Entry<T> = { answer: find(), until: Date.now() + forMs };
      entries.set(key, entry);
      for (const oldest of entries.keys()) {
        if (entries.size <= most) break;
        entries.delete(oldest);
      }
      entry.answer.then(
        (answer) => !isKept(answer) && forget(key, entry),
        () => forget(key, entry),
      );
      return entry.answer;
    },
    clear: () => entries.clear(),
  };
}
