/** Counts which of a connection's document messages are committed: the number that is acknowledged (see `SYNC_MESSAGES.ack`). */
export interface DurableCount {
  /** A message came in; answers its place, from 1. */
  received(): number;
  /** It is committed, or held nothing new. */
  committed(place: number): void;
  /** It builds on what is not here: everything up to the answer to a resync counts as missing. */
  missing(): void;
  /** The answer to the resync is committed, and with it all before. */
  filled(place: number): void;
  /** It was refused: nothing from here on can be called saved. */
  refused(): void;
}

export function createDurableCount(acknowledge: (count: number) => void): DurableCount {
  let last = 0;
  let acknowledged = 0;
  let state: "sound" | "missing" | "refused" = "sound";
  const advance = (place: number) => {
    if (state !== "sound" || place <= acknowledged) return;
    acknowledged = place;
    acknowledge(place);
  };
  return {
    received: () => ++last,
    committed: advance,
    missing: () => {
      if (state === "sound") state = "missing";
    },
    filled: (place) => {
      if (state === "missing") state = "sound";
      advance(place);
    },
    refused: () => {
      state = "refused";
    },
  };
}
