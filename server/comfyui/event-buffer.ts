import type { ComfyEnd, ComfyEvent } from "#nodes/kit/comfyui/service.ts";

/**
 * Events between who tells and who reads. Of what is only news (progress, previews, the place in the queue) a slow reader gets the newest; of all
 * else at most 10,000 unread ones are kept, and the end always.
 */
export interface EventBuffer {
  push(event: ComfyEvent): void;
  /** After what was pushed. What comes later is left out. */
  end(event: ComfyEnd): void;
  /** Is thrown to the reader after what was pushed. */
  fail(error: unknown): void;
  read(): AsyncGenerator<ComfyEvent, void, undefined>;
}

const MOST_EVENTS = 10_000;

export function createEventBuffer(): EventBuffer {
  const events: ComfyEvent[] = [];
  let ending: { event: ComfyEnd } | { error: unknown } | undefined;
  let wake: (() => void) | undefined;
  const rouse = () => {
    wake?.();
    wake = undefined;
  };
  const finish = (how: NonNullable<typeof ending>) => {
    ending ??= how;
    rouse();
  };
  return {
    push: (event) => {
      if (ending) return;
      const key = newsKey(event);
      const before = key === undefined ? -1 : events.findIndex((each) => newsKey(each) === key);
      if (before >= 0) events.splice(before, 1);
      if (events.length < MOST_EVENTS) events.push(event);
      rouse();
    },
    end: (event) => finish({ event }),
    fail: (error) => finish({ error }),
    read: async function* () {
      while (true) {
        const event = events.shift();
        if (event) {
          yield event;
          continue;
        }
        if (ending) {
          if ("error" in ending) throw ending.error;
          yield ending.event;
          return;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

function newsKey(event: ComfyEvent): string | undefined {
  switch (event.type) {
    case "queued":
    case "progress":
      return event.type;
    case "preview":
      return `preview ${event.node}`;
    default:
      return undefined;
  }
}
