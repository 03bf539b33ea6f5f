import { RotateCw, TriangleAlert } from "lucide-react";
import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";

/** What could not be loaded, why, and a way to try again. */
export function LoadError({ title, text, onRetry, busy = false }: { title: string; text: string; onRetry(): void; busy?: boolean }) {
  return (
    <EmptyState
      icon={<TriangleAlert size={18} aria-hidden />}
      title={title}
      text={text}
      actions={
        <Button icon={<RotateCw size={14} aria-hidden />} busy={busy} onClick={onRetry}>
          Try again
        </Button>
      }
    />
  );
}
