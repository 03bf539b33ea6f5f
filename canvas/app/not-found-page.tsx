import { SearchX } from "lucide-react";
import { useNavigate } from "react-router";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** The address leads nowhere. */
export function NotFoundPage({ what = "page" }: { what?: string }) {
  const navigate = useNavigate();
  return (
    <EmptyState
      icon={<SearchX size={18} aria-hidden />}
      title={`There is no such ${what}`}
      text="It may have been archived, or the address is mistyped."
      actions={
        <Button look="primary" onClick={() => void navigate("/")}>
          All graphs
        </Button>
      }
    />
  );
}
