import { NodeError } from "#runtime/node/node-error.ts";
import { MAX_ANSWER_BYTES } from "./stdio-transport.ts";

export interface BodyWatch {
  /** Events count one by one, any other body as a whole. */
  isEvents: boolean;
  /** More came than an answer may have; nothing of it is handed on any more. */
  onTooLarge: () => void;
  /** Once, however it ended. */
  onEnd: () => void;
}

/** The same body, ended with the failure `limit` where it is too large. */
export function watchBody(body: ReadableStream<Uint8Array>, { isEvents, onTooLarge, onEnd }: BodyWatch): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const count = isEvents ? countEvent() : countAll();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read();
        if (done) {
          onEnd();
          return controller.close();
        }
        if (count(value) <= MAX_ANSWER_BYTES) return controller.enqueue(value);
        onTooLarge();
        const error = new NodeError("limit", `The answer is too large: at most ${MAX_ANSWER_BYTES / 1024 / 1024} MiB.`);
        await reader.cancel(error).catch(() => undefined);
        throw error;
      } catch (error) {
        onEnd();
        controller.error(error);
      }
    },
    cancel: async (reason) => {
      onEnd();
      await reader.cancel(reason);
    },
  });
}

function countAll(): (chunk: Uint8Array) => number {
  let size = 0;
  return (chunk) => {
    size += chunk.length;
    return size;
  };
}

/** Bytes since the last empty line, which ends an event. */
function countEvent(): (chunk: Uint8Array) => number {
  let size = 0;
  let newlines = 0;
  return (chunk) => {
    for (const byte of chunk) {
      if (byte === 10) newlines++;
      else if (byte !== 13) newlines = 0;
      size = newlines >= 2 ? 0 : size + 1;
    }
    return size;
  };
}
