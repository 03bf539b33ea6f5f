/** Work on things by their names: of one name, one after the other. */
export interface Turns {
  /** After all that was begun with this name before. */
  take<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take: (name, work) => {
      const mine = (last.get(name) ?? Promise.resolve()).then(work);
      const over = mine
        .catch(() => undefined)
        .finally(() => {
          if (last.get(name) === over) last.delete(name);
        });
      last.set(name, over);
      return mine;
    },
  };
}
