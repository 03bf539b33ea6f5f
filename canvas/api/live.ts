import { useSyncExternalStore } from "react";
import { createLiveSocket, type LiveSocket, type LiveStatus } from "./live-socket.ts";

const PULSE_MS = 5_000;
/** A timer this late means that the machine slept: sockets of before may be dead without having said so. Hidden pages get a timer a minute. */
const SLEPT_MS = 90_000;

let shared: LiveSocket | undefined;

/** The page's live connection, opened when somebody first follows something. */
export function liveSocket(): LiveSocket {
  if (shared) return shared;
  const made = createLiveSocket({ url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live` });
  watchSleep(() => made.wake());
  shared = made;
  return made;
}

function watchSleep(wake: () => void): void {
  let last = Date.now();
  setInterval(() => {
    const passed = Date.now() - last;
    last = Date.now();
    if (passed > SLEPT_MS) wake();
  }, PULSE_MS);
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", (event) => event.persisted && wake());
}

export function useLiveStatus(): LiveStatus {
  const socket = liveSocket();
  return useSyncExternalStore(socket.subscribe, socket.status);
}
