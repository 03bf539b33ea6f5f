import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** What a revision is compared with: the draft as it is now, the revision before it, or another one by its number. */
export type Against = "draft" | "before" | number;

export interface HistoryAddress {
  /** Whether the list of revisions is shown. */
  isOpen: boolean;
  /** The revision that is looked at. */
  number: number | undefined;
  against: Against;
}

const HISTORY = "history";
const AGAINST = "against";

/** What of the history the address of the page names: it survives a reload, and can be sent to others. */
export function useHistoryAddress() {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  const address = useMemo(() => readHistoryAddress(new URLSearchParams(text)), [text]);
  const go = useCallback(
    (next: HistoryAddress) => setParams((before) => writeHistoryAddress(before, next), { replace: next.isOpen && next.number === undefined }),
    [setParams],
  );
  return useMemo(
    () => ({
      ...address,
      toggle: () => go({ isOpen: !address.isOpen, number: undefined, against: "draft" }),
      /** Back to the draft; the list stays. */
      leave: () => go({ isOpen: true, number: undefined, against: "draft" }),
      show: (number: number, against: Against = address.against === "before" ? "before" : "draft") => go({ isOpen: true, number, against }),
    }),
    [address, go],
  );
}

export function readHistoryAddress(params: URLSearchParams): HistoryAddress {
  const number = positive(params.get(HISTORY));
  const against = params.get(AGAINST);
  return { isOpen: params.has(HISTORY), number, against: against === "before" ? "before" : (positive(against) ?? "draft") };
}

/** Leaves alone what else the address says. */
export function writeHistoryAddress(before: URLSearchParams, { isOpen, number, against }: HistoryAddress): URLSearchParams {
  const params = new URLSearchParams(before);
  params.delete(HISTORY);
  params.delete(AGAINST);
  if (isOpen) params.set(HISTORY, number === undefined ? "" : String(number));
  if (isOpen && number !== undefined && against !== "draft") params.set(AGAINST, String(against));
  return params;
}

function positive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
