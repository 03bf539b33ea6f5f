import { useEffect, useState } from "react";

const PAUSE_MS = 250;

/** What is typed into a search, and what it was when the typing last paused: that is what to ask for. */
export function useSearch(): { typed: string; settled: string; set(text: string): void } {
  const [typed, set] = useState("");
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed.trim()), typed === "" ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return { typed, settled, set };
}
