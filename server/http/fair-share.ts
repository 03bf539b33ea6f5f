/** Requests that are answered at once, shared among those who ask. */
export interface FairShare {
  /** Takes a place for a workspace; undefined when it has had its share. The answer gives the place back, once. */
  take(workspace: string): (() => void) | undefined;
  /** Places of one workspace while others are busy too. */
  share(): number;
}

/**
 * As long as there is room, or nobody else asks, a workspace may take what it likes. When all places are taken, one that has more than an
 * equal part of them waits; the others still get theirs.
 */
export function createFairShare({ places }: { places: number }): FairShare {
  const taken = new Map<string, number>();
  let total = 0;
  const share = (workspaces: number) => Math.max(1, Math.floor(places / workspaces));
  const giveBack = (workspace: string) => {
    total -= 1;
    const left = (taken.get(workspace) ?? 1) - 1;
    if (left > 0) taken.set(workspace, left);
    else taken.delete(workspace);
  };
  return {
    share: () => share(Math.max(1, taken.size)),
    take: (workspace) => {
      const own = taken.get(workspace) ?? 0;
      const workspaces = taken.size + (own === 0 ? 1 : 0);
      if (total >= places && workspaces > 1 && own >= share(workspaces)) return undefined;
      taken.set(workspace, own + 1);
      total += 1;
      let isTaken = true;
      return () => {
        if (isTaken) giveBack(workspace);
        isTaken = false;
      };
    },
  };
}
