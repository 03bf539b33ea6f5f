import { create } from "zustand";
import type { StartRequest } from "./run-view.ts";

interface RequestedPart {
  /** What a run that is about to begin is limited to, while its input is asked for; undefined: the whole graph. */
  part: Pick<StartRequest, "only"> | undefined;
  ask(part: RequestedPart["part"]): void;
}

export const useRequestedPart = create<RequestedPart>()((set) => ({ part: undefined, ask: (part) => set({ part }) }));
