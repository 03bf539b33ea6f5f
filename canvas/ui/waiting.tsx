import { Spinner } from "./spinner.tsx";

/** Stands where a page will be. */
export function Waiting() {
  return (
    <div className="flex h-full items-center justify-center text-ink-faint">
      <Spinner size={20} label="Loading" />
    </div>
  );
}
