import { describe, expect, it, vi } from "vitest";
import type { WebSocket } from "ws";
import { createOutgoing } from "./outgoing.ts";
import { createTokenBucket } from "./token-bucket.ts";

const MiB = 1024 * 1024;

/** A socket whose network takes nothing until `drain`. */
function stuckSocket() {
  const sent: (() => void)[] = [];
  const socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send: (message: Uint8Array, done: () => void) => {
      socket.bufferedAmount += message.byteLength;
      sent.push(() => {
        socket.bufferedAmount -= message.byteLength;
        done();
      });
    },
  };
  return { socket: socket as unknown as WebSocket, drain: () => sent.shift()?.() };
}

describe("outgoing", () => {
  it("is too slow with more than 4 MiB unsent", () => {
    const { socket } = stuckSocket();
    const onTooSlow = vi.fn();
    const outgoing = createOutgoing(socket, { onTooSlow, onBulkSent: () => undefined });
    for (let index = 0; index < 4; index++) outgoing.send(new Uint8Array(MiB));
    expect(onTooSlow).not.toHaveBeenCalled();
    outgoing.send(new Uint8Array(1));
    expect(onTooSlow).toHaveBeenCalled();
  });

  it("is too slow when nothing was taken for 10 s, and not while something is", () => {
    const { socket, drain } = stuckSocket();
    let time = 0;
    const onTooSlow = vi.fn();
    const outgoing = createOutgoing(socket, { onTooSlow, onBulkSent: () => undefined, now: () => time });
    outgoing.send(new Uint8Array(1));
    outgoing.send(new Uint8Array(1));
    time = 9_000;
    drain();
    time = 18_000;
    outgoing.check();
    expect(onTooSlow).not.toHaveBeenCalled();
    time = 19_500;
    outgoing.check();
    expect(onTooSlow).toHaveBeenCalled();
  });

  it("sends a large document that was asked for, one at a time", () => {
    const { socket, drain } = stuckSocket();
    const onTooSlow = vi.fn();
    const onBulkSent = vi.fn();
    const outgoing = createOutgoing(socket, { onTooSlow, onBulkSent });
    expect(outgoing.sendBulk(() => new Uint8Array(10 * MiB))).toBe(true);
    outgoing.send(new Uint8Array(1));
    expect(outgoing.sendBulk(() => new Uint8Array(10 * MiB))).toBe(false);
    expect(onTooSlow).not.toHaveBeenCalled();
    drain();
    expect(onBulkSent).toHaveBeenCalled();
    expect(outgoing.sendBulk(() => new Uint8Array(1))).toBe(true);
  });
});

describe("token bucket", () => {
  it("lets a burst through, then the steady rate", () => {
    let time = 0;
    const bucket = createTokenBucket({ perSecond: 10, burst: 20 }, () => time);
    const taken = () => {
      let count = 0;
      while (bucket.take(1)) count++;
      return count;
    };
    expect(taken()).toBe(20);
    time = 500;
    expect(taken()).toBe(5);
    time = 60_000;
    expect(taken()).toBe(20);
    expect(bucket.take(21)).toBe(false);
  });
});
