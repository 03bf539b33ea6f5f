import { classes } from "./classes.ts";

/** Stands where something will be, in about its size, while it is loaded. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={classes("block rounded-sm bg-hover motion-safe:animate-pulse", className)} />;
}

/** Lines of a list that is being loaded. */
export function SkeletonRows({ rows = 6, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike, and never reordered
        <div key={index} className="flex h-11 items-center gap-4 border-line border-b px-3 last:border-b-0">
          <Skeleton className="size-4 rounded-full" />
          <Skeleton className={classes("h-3", index % 3 === 0 ? "w-56" : index % 3 === 1 ? "w-40" : "w-48")} />
          <Skeleton className="ml-auto h-3 w-20" />
        </div>
      ))}
    </div>
  );
}
