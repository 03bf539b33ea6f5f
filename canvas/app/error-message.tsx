import { RotateCw, TriangleAlert } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** Something broke on this page: what, and how to go on. */
export function ErrorMessage({ error, onRetry }: { error: unknown; onRetry(): void }) {
  // a new version of Heddle has other files: what this page still wants to load is gone
  const isStale = error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);
  return (
    <EmptyState
      icon={<TriangleAlert size={18} aria-hidden />}
      title={isStale ? "This page could not be loaded" : "Something broke here"}
      text={isStale ? "Heddle may have been updated or stopped. Reload the page." : error instanceof Error ? error.message : String(error)}
      actions={
        <>
          {!isStale && <Button onClick={onRetry}>Try again</Button>}
          <Button look="primary" icon={<RotateCw size={14} aria-hidden />} onClick={() => location.reload()}>
            Reload
          </Button>
        </>
      }
    />
  );
}
