import { MessageSquare } from "lucide-react";
import { IconButton } from "../ui/icon-button.tsx";
import { useCommentsView } from "./comments-view.ts";
import { useAllOpenThreads } from "./open-threads.ts";

/** Opens and closes the comments; says how many threads are open. */
export function CommentsButton() {
  const { isOpen, toggle } = useCommentsView();
  const count = useAllOpenThreads();
  const label = count === 0 ? "Comments" : `Comments: ${count} open`;
  return (
    <span className="relative inline-flex">
      <IconButton label={label} icon={<MessageSquare size={16} />} active={isOpen} aria-pressed={isOpen} onClick={toggle} />
      {count > 0 && (
        <span
          aria-hidden
          className="pointer-events-none absolute -top-1 -right-1 flex h-4 min-w-4 items-center justify-center rounded-full bg-accent-fill px-1 font-semibold text-2xs text-on-accent tabular-nums"
        >
          {count}
        </span>
      )}
    </span>
  );
}
