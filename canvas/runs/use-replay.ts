import { useContext, useEffect, useMemo, useRef } from "react";
import { create } from "zustand";
import { playedBy, playTimes } from "./play-time.ts";
import { RunViewContext, useRunPart } from "./run-view.ts";

export const SPEEDS = [1, 4, 16] as const;
export type Speed = (typeof SPEEDS)[number];

interface Player {
  isPlaying: boolean;
  speed: Speed;
  play(isPlaying: boolean): void;
  setSpeed(speed: Speed): void;
}

/** How a run is played that is looked at as it was; nobody else sees it. */
export const usePlayer = create<Player>()((set) => ({
  isPlaying: false,
  speed: 1,
  play: (isPlaying) => set({ isPlaying }),
  setSpeed: (speed) => set({ speed }),
}));

export interface ReplayControl {
  /** Begins to look at the run as it was, at its first event; or goes back to what it is. */
  toggle(): void;
  close(): void;
  seek(seq: number): void;
  /** Goes some events on or back. */
  step(by: number): void;
  togglePlay(): void;
}

/** Going about in the log of the run that is shown. */
export function useReplay(): ReplayControl {
  const { source, actions } = useContext(RunViewContext);
  return useMemo(() => {
    const { play } = usePlayer.getState();
    const seek = (seq: number) => actions.seek(Math.max(0, Math.min(seq, lastOf())));
    const lastOf = () => {
      const view = source.current();
      return view?.replay?.last ?? view?.state?.seq ?? 0;
    };
    const close = () => {
      play(false);
      actions.seek(undefined);
    };
    const open = () => {
      if (!source.current()?.replay) seek(lastOf());
    };
    return {
      close,
      toggle: () => (source.current()?.replay ? close() : open()),
      seek: (seq) => {
        play(false);
        seek(seq);
      },
      step: (by) => {
        play(false);
        seek((source.current()?.replay?.seq ?? lastOf()) + by);
      },
      togglePlay: () => {
        const isPlaying = usePlayer.getState().isPlaying && source.current()?.replay !== undefined;
        const place = source.current()?.replay;
        // at its end there is nothing left to play: from the beginning
        if (!isPlaying && (place === undefined || place.seq >= place.last)) seek(0);
        play(!isPlaying);
      },
    };
  }, [source, actions]);
}

/** Milliseconds between two steps: more often than that the board would not be drawn. */
const TICK_MS = 50;

/** Moves on while it is played. Stands in one place only. */
export function usePlaying(): void {
  const { source, actions } = useContext(RunViewContext);
  const { isPlaying, speed, play } = usePlayer();
  const isLoaded = useRunPart((view) => view?.replay !== undefined && !view.replay.isLoading);
  const run = useRunPart((view) => view?.runId);
  const known = useRef<{ length: number; times: Float64Array } | undefined>(undefined);
  // another run is not played unasked
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about the run being another one
  useEffect(() => () => play(false), [run, play]);
  useEffect(() => {
    if (!isPlaying || !isLoaded) return;
    let before = performance.now();
    let time: number | undefined;
    const timer = setInterval(() => {
      const view = source.current();
      const now = performance.now();
      const passed = now - before;
      before = now;
      if (!view?.replay) return play(false);
      if (known.current?.length !== view.events.length) known.current = { length: view.events.length, times: playTimes(view.events) };
      const { times } = known.current;
      time = (time ?? times[view.replay.seq - 1] ?? 0) + passed * speed;
      const seq = Math.max(view.replay.seq, playedBy(times, time));
      if (seq !== view.replay.seq) actions.seek(seq);
      if (seq >= view.replay.last && !view.replay.isLive) play(false);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [isPlaying, isLoaded, speed, source, actions, play]);
}
