import type { SaveTracker } from "./save-tracker.ts";

/** A WebSocket class whose connections report what they send to a tracker. */
export function countingSocket(tracker: SaveTracker): typeof WebSocket {
  return class CountingSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener("open", () => tracker.connecting());
    }

    override send(data: Parameters<WebSocket["send"]>[0]): void {
      if (data instanceof Uint8Array) tracker.sent(data);
      super.send(data);
    }
  };
}
