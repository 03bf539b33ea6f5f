import type { WebSocket } from "ws";

/** A client with more unsent bytes than this, or behind for longer than this, is too slow (`quality.md`). */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
const MAX_BEHIND_MS = 10_000;

export interface Outgoing {
  send(message: Uint8Array | string): void;
  /** Sends what may be large because the client asked for it: it does not count as being behind in bytes. False while an earlier one is on its way. */
  sendBulk(message: () => Uint8Array): boolean;
  /** Looks at how far behind the client is; to be called now and then. */
  check(): void;
}

export function createOutgoing(socket: WebSocket, given: { onTooSlow: () => void; onBulkSent: () => void; now?: () => number }): Outgoing {
  const now = given.now ?? (() => performance.now());
  let bulkBytes = 0;
  let pending = 0;
  /** When everything before was written out and something new was waiting. */
  let behindSince = 0;

  const isOpen = () => socket.readyState === socket.OPEN;
  const write = (message: Uint8Array | string, done?: () => void) => {
    if (pending === 0) behindSince = now();
    pending++;
    socket.send(message, () => {
      pending--;
      behindSince = now();
      done?.();
    });
  };
  const check = () => {
    if (!isOpen()) return;
    if (socket.bufferedAmount - bulkBytes > MAX_BUFFERED_BYTES || (pending > 0 && now() - behindSince > MAX_BEHIND_MS)) given.onTooSlow();
  };
  return {
    send: (message) => {
      if (!isOpen()) return;
      write(message);
      check();
    },
    sendBulk: (message) => {
      if (!isOpen()) return true;
      if (bulkBytes > 0) return false;
      const bytes = message();
      bulkBytes = bytes.byteLength;
      write(bytes, () => {
        bulkBytes = 0;
        given.onBulkSent();
      });
      return true;
    },
    check,
  };
}
