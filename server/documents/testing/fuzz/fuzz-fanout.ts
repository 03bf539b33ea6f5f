import type { Fanout, FanoutListener } from "../../../queue/fanout.ts";

/** Carries messages between processes as badly as may be: late, in any order, and some not at all. */
export interface FuzzFanout {
  /** One process's side. */
  open(): Fanout;
  /** Some of what is on its way arrives. */
  move(): void;
}

const LOST = 0.5;
const MOVED = 0.7;

export function createFuzzFanout(random: () => number): FuzzFanout {
  const listeners = new Map<FanoutListener, { channel: string; process: number }>();
  const underWay: { to: FanoutListener; message: string }[] = [];
  let processes = 0;
  return {
    open: () => {
      const process = processes++;
      return {
        publish: (channel, message) => {
          for (const [to, place] of listeners) {
            if (place.channel === channel && place.process !== process && random() >= LOST) underWay.push({ to, message: JSON.stringify(message) });
          }
        },
        subscribe: (channel, listener) => {
          listeners.set(listener, { channel, process });
          queueMicrotask(() => listeners.has(listener) && listener.gap());
          return () => void listeners.delete(listener);
        },
      };
    },
    move: () => {
      while (underWay.length > 0 && random() < MOVED) {
        const [next] = underWay.splice(Math.floor(random() * underWay.length), 1);
        if (next && listeners.has(next.to)) next.to.message(JSON.parse(next.message));
      }
    },
  };
}
